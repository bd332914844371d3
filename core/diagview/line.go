// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package diagview

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Line returns a diagnostic on one line, without its source. Unlike hcl.Diagnostic.Error it accepts a diagnostic without
// a range.
func Line(d *hcl.Diagnostic) string {
	text := d.Summary
	if d.Detail != "" {
		text += "; " + d.Detail
	}
	if d.Subject == nil || d.Subject.Start.Line == 0 {
		return text // a diagnostic about a whole file names the file itself
	}
	return d.Subject.String() + ": " + text
}

// Lines returns diagnostics as text: a single one as Line does, several with an indented line each.
func Lines(diags hcl.Diagnostics) string {
	if len(diags) == 1 {
		return Line(diags[0])
	}
	var b strings.Builder
	for _, d := range diags {
		b.WriteString("\n  " + Line(d))
	}
	return b.String()
}
