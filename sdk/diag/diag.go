// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package diag holds diagnostics: what a user got wrong, where, what was expected and what to do.
//
// A provider returns them from validation and configuration. The host adds the place in the file that each
// attribute path leads to.
package diag

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Severity tells errors from warnings. Only errors stop what was asked for.
type Severity int

const (
	// Error stops the operation.
	Error Severity = iota + 1
	// Warning is shown and nothing else.
	Warning
)

// String gives "error" or "warning", the words that output and JSON use.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one finding. It must never hold the value of a sensitive attribute.
type Diagnostic struct {
	Severity Severity
	// Summary is a short title without a full stop, such as "Missing required argument".
	Summary string
	// Detail is a sentence or more: what was wrong, what was expected, what to do. May be empty.
	Detail string
	// Path leads to the attribute at fault; empty for the whole block.
	Path cty.Path
}

// Diagnostics gathers findings; nil is an empty list.
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

// Err gives the errors as one error, or nil where there are none.
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

// String gives the finding on one line, for logs and plain errors.
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

// AttributeError is an error about the top-level attribute of that name.
func AttributeError(name, summary, detail string) Diagnostic {
	return Diagnostic{Severity: Error, Summary: summary, Detail: detail, Path: cty.GetAttrPath(name)}
}

// AttributeWarning is a warning about the top-level attribute of that name.
func AttributeWarning(name, summary, detail string) Diagnostic {
	return Diagnostic{Severity: Warning, Summary: summary, Detail: detail, Path: cty.GetAttrPath(name)}
}

// BlockError is an error about the block as a whole.
func BlockError(summary, detail string) Diagnostic {
	return Diagnostic{Severity: Error, Summary: summary, Detail: detail}
}

// FormatPath writes an attribute path as a user would, such as `hosts[1].name`.
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
