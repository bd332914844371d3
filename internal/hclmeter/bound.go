// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package hclmeter

import (
	"sync"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// boundedOperations holds the operators with bounds, by the operator.
var boundedOperations = sync.OnceValue(func() map[*hclsyntax.Operation]*hclsyntax.Operation {
	out := map[*hclsyntax.Operation]*hclsyntax.Operation{}
	for _, op := range []*hclsyntax.Operation{
		hclsyntax.OpAdd, hclsyntax.OpSubtract, hclsyntax.OpMultiply, hclsyntax.OpDivide, hclsyntax.OpModulo, hclsyntax.OpNegate,
		hclsyntax.OpEqual, hclsyntax.OpNotEqual,
	} {
		limited := *op
		limited.Impl = bounded(op.Impl, nil, nil)
		out[op] = &limited
	}
	return out
})

// boundedOperation returns the operator with bounds on its operands and its result. Comparisons of what cannot be large have
// no bounds, because conditions consist of them.
func boundedOperation(op *hclsyntax.Operation, operands ...hclsyntax.Expression) *hclsyntax.Operation {
	if op == hclsyntax.OpEqual || op == hclsyntax.OpNotEqual {
		plain := true
		for _, operand := range operands {
			switch operand.(type) {
			case *hclsyntax.LiteralValueExpr, *hclsyntax.ScopeTraversalExpr, *hclsyntax.TemplateExpr:
			default:
				plain = false
			}
		}
		if plain {
			return op
		}
	}
	if limited := boundedOperations()[op]; limited != nil {
		return limited
	}
	return op
}

// IsOperation reports whether an operator is the given one, with or without bounds.
func IsOperation(op, wanted *hclsyntax.Operation) bool {
	return op == wanted || op == boundedOperations()[wanted]
}

// bounded returns a function that fails where its arguments or its result are too large, or a number in them could not be
// written out. Cost returns the size of what the function makes besides values as large as its arguments; it may be nil. The
// meter may be nil too.
func bounded(f function.Function, cost func([]cty.Value) (int64, error), m *Meter) function.Function {
	check := func(args []cty.Value) error {
		var total int64
		if m != nil && !m.Spend(0) {
			return errTooMuch
		}
		for _, arg := range args {
			if arg.Type().IsCapsuleType() {
				continue // a reference, or an argument of try, which is evaluated later
			}
			n, err := Inspect(arg, MaxValue-total)
			if err != nil {
				return err
			}
			if total += n; total > MaxValue {
				return errTooLarge
			}
		}
		if cost != nil {
			extra, err := cost(args)
			if err != nil {
				return err
			}
			if total += extra; extra > MaxValue {
				return errTooLarge
			}
		}
		if m != nil && !m.Spend(4*total) { // several functions look at each value
			return errTooMuch
		}
		return nil
	}
	return function.New(&function.Spec{
		Description: f.Description(), Params: f.Params(), VarParam: f.VarParam(),
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := check(args); err != nil {
				return cty.NilType, err
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v, err := f.Call(args)
			if err != nil {
				return v, err
			}
			n, err := Inspect(v, MaxValue)
			if err != nil {
				return cty.NilVal, err
			}
			if n > MaxValue {
				return cty.NilVal, errTooLarge
			}
			if m != nil && !m.Spend(n) {
				return cty.NilVal, errTooMuch
			}
			return v, nil
		},
	})
}
