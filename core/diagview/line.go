// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package diagview shows diagnostics to people and to machines.
package diagview

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Line returns a diagnostic on one line, for output that does not show its source. Unlike hcl.Diagnostic.Error, it
// accepts a diagnostic without a position in a file.
func Line(d *hcl.Diagnostic) string {
	text := d.Summary
	if d.Detail != "" {
		text += "; " + d.Detail
	}
	if d.Subject == nil || d.Subject.Start.Line == 0 {
		return text // it is about a whole file, which it names
	}
	return d.Subject.String() + ": " + text
}

// Lines returns all diagnostics, each on a line of its own if there is more than one.
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
