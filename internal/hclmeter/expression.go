// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package hclmeter

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Metered is an expression that may be evaluated many times, or whose value becomes part of another one. It tells the meter.
type Metered struct {
	*hclsyntax.ParenthesesExpr
	// price is what one evaluation counts for.
	price int64
	// loop is true if the expression is evaluated once for each element. Then a meter is required.
	loop bool
	// listed is true if the value may become a list.
	listed bool
}

// Value evaluates the expression.
func (e Metered) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	m := meterOf(ctx)
	switch {
	case m == nil && e.loop:
		return cty.DynamicVal, hcl.Diagnostics{errorAt(e.Range(), "Invalid expression", "A for expression is not allowed here.")}
	case m != nil && !m.Spend(e.price):
		return cty.DynamicVal, hcl.Diagnostics{errorAt(e.Range(), "Too much to compute", "The expressions compute too much.")}
	}
	v, diags := e.Expression.Value(ctx)
	if v == cty.NilVal || diags.HasErrors() {
		return v, diags
	}
	if e.listed {
		v = listed(v, m)
	}
	if m != nil && v.Type().IsPrimitiveType() {
		m.Spend(Size(v, MaxValue))
	}
	return v, diags
}

// UnwrapExpression returns the expression itself, for readers of what is not evaluated, such as types.
func (e Metered) UnwrapExpression() hcl.Expression { return e.Expression }

// smallTuple is the largest length of a tuple that is left as it is.
const smallTuple = 16

// listed returns a tuple of texts, of numbers or of bools as a list. To find the type of the elements, HCL compares each
// with each other, which takes minutes for some ten thousand.
func listed(v cty.Value, m *Meter) cty.Value {
	if !v.Type().IsTupleType() || v.Type().Length() <= smallTuple || !v.IsKnown() || v.IsNull() {
		return v
	}
	types := v.Type().TupleElementTypes()
	if !types[0].IsPrimitiveType() || slices.ContainsFunc(types, func(ty cty.Type) bool { return ty != types[0] }) {
		if m != nil {
			m.Spend(product(int64(len(types)), int64(len(types))) / 4)
		}
		return v
	}
	plain, marks := v.Unmark()
	return cty.ListVal(plain.AsValueSlice()).WithMarks(marks)
}

// Needs reports whether the evaluation of an expression may take much longer than the expression is long.
func Needs(expr hcl.Expression) bool {
	node, ok := expr.(hclsyntax.Expression)
	if !ok {
		return true
	}
	found := false
	_ = hclsyntax.VisitAll(node, func(node hclsyntax.Node) hcl.Diagnostics {
		e, ok := node.(Metered)
		found = found || ok && (e.loop || e.price > 0)
		return nil
	})
	return found
}

func errorAt(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}
}
