// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package diag defines diagnostics. A diagnostic tells a user what is wrong in a configuration, where, what was expected
// and what to do.
//
// A provider returns diagnostics from validation and configuration. The host adds the position in the file of each
// attribute.
package diag

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Severity is the severity of a diagnostic. Only errors stop an operation.
type Severity int

const (
	// Error stops the operation.
	Error Severity = iota + 1
	// Warning is shown to the user and stops nothing.
	Warning
)

// String returns "error" or "warning", as in output and JSON.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one finding. It must not contain the value of a sensitive attribute.
type Diagnostic struct {
	Severity Severity
	// Summary is a short title without a full stop, such as "Missing required argument".
	Summary string
	// Detail is a sentence or more that says what is wrong, what was expected and what to do. It may be empty.
	Detail string
	// Path leads to the attribute at fault. It is empty if the finding concerns the whole block.
	Path cty.Path
}

// Diagnostics is a list of findings. It may be nil.
type Diagnostics []Diagnostic

// HasErrors reports whether any finding is an error.
func (ds Diagnostics) HasErrors() bool {
	for _, d := range ds {
		if d.Severity != Warning {
			return true
		}
	}
	return false
}

// Err returns the errors as one error, or nil if no diagnostic is an error.
func (ds Diagnostics) Err() error {
	var texts []string
	for _, d := range ds {
		if d.Severity != Warning {
			texts = append(texts, d.String())
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(texts, "; "))
}

// String returns the finding on one line, for logs and errors.
func (d Diagnostic) String() string {
	var b strings.Builder
	if len(d.Path) > 0 {
		b.WriteString(FormatPath(d.Path) + ": ")
	}
	b.WriteString(d.Summary)
	if d.Detail != "" {
		b.WriteString(": " + d.Detail)
	}
	return b.String()
}

// AttributeError returns an error about the top-level attribute with the given name.
func AttributeError(name, summary, detail string) Diagnostic {
	return Diagnostic{Severity: Error, Summary: summary, Detail: detail, Path: cty.GetAttrPath(name)}
}

// AttributeWarning returns a warning about the top-level attribute with the given name.
func AttributeWarning(name, summary, detail string) Diagnostic {
	return Diagnostic{Severity: Warning, Summary: summary, Detail: detail, Path: cty.GetAttrPath(name)}
}

// BlockError returns an error about the whole block.
func BlockError(summary, detail string) Diagnostic {
	return Diagnostic{Severity: Error, Summary: summary, Detail: detail}
}

// FormatPath returns an attribute path as a user would write it, such as `hosts[1].name`.
func FormatPath(path cty.Path) string {
	var b strings.Builder
	for _, step := range path {
		switch s := step.(type) {
		case cty.GetAttrStep:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.Name)
		case cty.IndexStep:
			b.WriteByte('[')
			if s.Key.Type() == cty.Number {
				b.WriteString(s.Key.AsBigFloat().Text('f', -1))
			} else if s.Key.Type() == cty.String {
				b.WriteString(strconv.Quote(s.Key.AsString()))
			}
			b.WriteByte(']')
		}
	}
	return b.String()
}
