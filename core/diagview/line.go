// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package diagview

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Line gives a diagnostic on one line, for where its source is not shown, as HCL itself does. But HCL takes for granted
// that each has a place.
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

// Lines gives all of them, each on a line of its own where there are several.
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
