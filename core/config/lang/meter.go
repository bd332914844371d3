// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"errors"
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/schema"
)

// Expressions are short and what they compute may be huge: each step may double a value. A meter counts the bytes of what is
// made, and the values at 16 bytes each.
const (
	// maxValue is the largest size of one value, or of all arguments of a function.
	maxValue = 4 << 20
	// maxWork is the largest size of all values that are made while a configuration is evaluated.
	maxWork = 64 << 20
	// maxConditionWork is the same for one evaluation of the condition of a route.
	maxConditionWork = 4 << 20
	// perValue is what a value counts for besides its text.
	perValue = 16
)

// meter is what is left of the work that may be done. It is for one goroutine.
type meter struct {
	left     int64
	reported bool
}

var (
	errTooLarge = errors.New("the value would be too large: a value has at most 4 MiB")
	errTooMuch  = errors.New("the expressions compute too much")
	errInfinite = errors.New("a number is infinite, as after a division by zero")
)

// spend counts work. The result is false once nothing is left.
func (m *meter) spend(n int64) bool {
	if m.left >= 0 {
		m.left -= n
	}
	return m.left >= 0
}

// size returns how much a value counts for. It stops counting above the limit.
func size(v cty.Value, limit int64) int64 {
	n, _ := inspect(v, limit)
	return n
}

// inspect returns how much a value counts for, and an error if a number in it is infinite or could not be written out. It
// stops above the limit.
func inspect(v cty.Value, limit int64) (int64, error) {
	v, _ = v.Unmark()
	n := int64(perValue)
	switch ty := v.Type(); {
	case !v.IsKnown() || v.IsNull():
	case ty == cty.String:
		n += int64(len(v.AsString()))
	case ty == cty.Number:
		if v.AsBigFloat().IsInf() {
			return n, errInfinite
		}
		return n, schema.CheckNumber(v)
	case ty.IsCollectionType() || ty.IsTupleType() || ty.IsObjectType():
		for it := v.ElementIterator(); n <= limit && it.Next(); {
			key, element := it.Element()
			if key, _ := key.Unmark(); key.Type() == cty.String && !ty.IsSetType() {
				n += int64(len(key.AsString()))
			}
			more, err := inspect(element, limit-n)
			if n += more; err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// meterName is the name of the meter among the variables of an evaluation. No expression can refer to it.
const meterName = " meter"

var meterType = cty.Capsule("meter", reflect.TypeFor[meter]())

func (m *meter) value() cty.Value { return cty.CapsuleVal(meterType, m) }

// meterOf returns the meter of an evaluation, or nil if it has no meter.
func meterOf(ctx *hcl.EvalContext) *meter {
	for ; ctx != nil; ctx = ctx.Parent() {
		if v, ok := ctx.Variables[meterName]; ok {
			return v.EncapsulatedValue().(*meter)
		}
	}
	return nil
}

// metered is an expression that may be evaluated many times, or whose value becomes part of another one. It tells the meter.
type metered struct {
	*hclsyntax.ParenthesesExpr
	// price is what one evaluation counts for.
	price int64
	// loop is true if the expression is evaluated once for each element. Then a meter is required.
	loop bool
	// listed is true if the value may become a list.
	listed bool
}

// Value evaluates the expression.
func (e metered) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	m := meterOf(ctx)
	switch {
	case m == nil && e.loop:
		return cty.DynamicVal, hcl.Diagnostics{ErrorAt(e.Range(), "Invalid expression", "A for expression is not allowed here.")}
	case m != nil && !m.spend(e.price):
		return cty.DynamicVal, hcl.Diagnostics{ErrorAt(e.Range(), "Too much to compute", Sentence(errTooMuch))}
	}
	v, diags := e.Expression.Value(ctx)
	if v == cty.NilVal || diags.HasErrors() {
		return v, diags
	}
	if e.listed {
		v = listed(v, m)
	}
	if m != nil && v.Type().IsPrimitiveType() {
		m.spend(size(v, maxValue))
	}
	return v, diags
}

// UnwrapExpression returns the expression itself, for readers of what is not evaluated, such as types.
func (e metered) UnwrapExpression() hcl.Expression { return e.Expression }

// smallTuple is the largest length of a tuple that is left as it is.
const smallTuple = 16

// listed returns a tuple of texts, of numbers or of bools as a list. To find the type of the elements, HCL compares each
// with each other, which takes minutes for some ten thousand.
func listed(v cty.Value, m *meter) cty.Value {
	if !v.Type().IsTupleType() || v.Type().Length() <= smallTuple || !v.IsKnown() || v.IsNull() {
		return v
	}
	types := v.Type().TupleElementTypes()
	if !types[0].IsPrimitiveType() || slices.ContainsFunc(types, func(ty cty.Type) bool { return ty != types[0] }) {
		if m != nil {
			m.spend(product(int64(len(types)), int64(len(types))) / 4)
		}
		return v
	}
	plain, marks := v.Unmark()
	return cty.ListVal(plain.AsValueSlice()).WithMarks(marks)
}

// needsMeter reports whether the evaluation of an expression may take much longer than the expression is long.
func needsMeter(expr hcl.Expression) bool {
	node, ok := expr.(hclsyntax.Expression)
	if !ok {
		return true
	}
	found := false
	_ = hclsyntax.VisitAll(node, func(node hclsyntax.Node) hcl.Diagnostics {
		e, ok := node.(metered)
		found = found || ok && (e.loop || e.price > 0)
		return nil
	})
	return found
}

// limit makes the expressions of a file or the like tell the meter, and bounds the numbers that operators compute.
func limit(node hclsyntax.Node) { _ = hclsyntax.Walk(node, limiter{}) }

type limiter struct{}

// Enter does nothing: a node is changed after the nodes in it.
func (limiter) Enter(hclsyntax.Node) hcl.Diagnostics { return nil }

// Exit changes the parts of a node.
func (limiter) Exit(node hclsyntax.Node) hcl.Diagnostics {
	wrap := func(expr *hclsyntax.Expression, how metered) {
		if *expr != nil {
			how.ParenthesesExpr = &hclsyntax.ParenthesesExpr{Expression: *expr, SrcRange: (*expr).Range()}
			*expr = how
		}
	}
	switch node := node.(type) {
	case *hclsyntax.ForExpr:
		each := metered{price: 8 * perValue, loop: true}
		wrap(&node.KeyExpr, each)
		wrap(&node.ValExpr, each)
		wrap(&node.CondExpr, each)
	case *hclsyntax.SplatExpr:
		wrap(&node.Each, metered{price: 8 * perValue})
	case *hclsyntax.TemplateExpr:
		for i, part := range node.Parts {
			if _, plain := part.(*hclsyntax.LiteralValueExpr); !plain {
				wrap(&node.Parts[i], metered{price: perValue})
			}
		}
	case *hclsyntax.FunctionCallExpr:
		argument := metered{listed: true}
		if node.Name == "try" || node.Name == "can" {
			argument.price = 16 * perValue // each of them doubles how often its arguments are evaluated
		}
		for i := range node.Args {
			wrap(&node.Args[i], argument)
		}
	case *hclsyntax.ConditionalExpr:
		wrap(&node.TrueResult, metered{listed: true})
		wrap(&node.FalseResult, metered{listed: true})
	case *hclsyntax.BinaryOpExpr:
		node.Op = boundedOperation(node.Op, node.LHS, node.RHS)
	case *hclsyntax.UnaryOpExpr:
		node.Op = boundedOperation(node.Op)
	}
	return nil
}
