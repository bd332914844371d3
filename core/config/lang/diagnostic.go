// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
)

// Error returns an error that has no range in a file.
func Error(summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail}
}

// Warning returns a warning that has no range in a file.
func Warning(summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: summary, Detail: detail}
}

// ErrorAt returns an error about a range.
func ErrorAt(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: at.Ptr()}
}

// WarningAt returns a warning about a range.
func WarningAt(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: summary, Detail: detail, Subject: at.Ptr()}
}

// Duplicate returns the error about something that is defined twice. What is its kind, such as "variable".
func Duplicate(at hcl.Range, what, name string, previous hcl.Range) *hcl.Diagnostic {
	return ErrorAt(at, "Duplicate "+what, fmt.Sprintf(
		"There is already a %s %s, at %s. Rename or remove one of the two.", what, name, NewRange(previous)))
}

// NewRange returns the range in the form of the model.
func NewRange(r hcl.Range) config.Range {
	return config.Range{File: r.Filename, Start: config.Pos(r.Start), End: config.Pos(r.End)}
}

// HCLRange is the inverse of NewRange.
func HCLRange(r config.Range) hcl.Range {
	return hcl.Range{Filename: r.File, Start: hcl.Pos(r.Start), End: hcl.Pos(r.End)}
}
