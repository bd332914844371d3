// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// mark is the type of the marks on values.
type mark string

// sensitive is the mark of values that are never shown.
const sensitive = mark("sensitive")

// MarkSensitive marks a value as one that is never shown.
func MarkSensitive(v cty.Value) cty.Value { return v.Mark(sensitive) }

// IsSensitive reports whether a value, or a part of it, is marked as sensitive.
func IsSensitive(v cty.Value) bool {
	if v == cty.NilVal {
		return false
	}
	_, marks := v.UnmarkDeep()
	_, ok := marks[sensitive]
	return ok
}

// withhold removes expressions and values from HCL's own diagnostics. If the expression uses a secret, it removes the
// details too: the errors of functions quote their arguments.
func withhold(diags hcl.Diagnostics, secret bool) hcl.Diagnostics {
	out := make(hcl.Diagnostics, 0, len(diags))
	for _, d := range diags {
		plain := *d
		plain.Expression, plain.EvalContext, plain.Extra = nil, nil, nil
		if secret && d.Summary != "Call to unknown function" {
			plain.Detail = "The details are withheld because the expression uses a sensitive value."
		}
		out = append(out, &plain)
	}
	return out
}

// usesSecret reports whether the expression refers to a sensitive value.
func (s *Scope) usesSecret(expr hcl.Expression) bool {
	for _, t := range expr.Variables() {
		if t.RootName() == "each" && IsSensitive(s.each) {
			return true
		}
		names := Steps(t)
		if len(names) == 0 {
			continue
		}
		if t.RootName() == "var" && IsSensitive(s.variables[names[0]]) ||
			t.RootName() == "local" && IsSensitive(s.locals[names[0]]) {
			return true
		}
	}
	return false
}
