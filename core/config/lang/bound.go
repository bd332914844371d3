// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/wahost/wahost/sdk/schema"
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

// isOperation reports whether an operator is the given one, with or without bounds.
func isOperation(op, wanted *hclsyntax.Operation) bool {
	return op == wanted || op == boundedOperations()[wanted]
}

// bounded returns a function that fails where its arguments or its result are too large, or a number in them could not be
// written out. Cost returns the size of what the function makes besides values as large as its arguments; it may be nil. The
// meter may be nil too.
func bounded(f function.Function, cost func([]cty.Value) (int64, error), m *meter) function.Function {
	check := func(args []cty.Value) error {
		var total int64
		if m != nil && !m.spend(0) {
			return errTooMuch
		}
		for _, arg := range args {
			if arg.Type().IsCapsuleType() {
				continue // a reference, or an argument of try, which is evaluated later
			}
			n, err := inspect(arg, maxValue-total)
			if err != nil {
				return err
			}
			if total += n; total > maxValue {
				return errTooLarge
			}
		}
		if cost != nil {
			extra, err := cost(args)
			if err != nil {
				return err
			}
			if total += extra; extra > maxValue {
				return errTooLarge
			}
		}
		if m != nil && !m.spend(4*total) { // several functions look at each value
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
			n, err := inspect(v, maxValue)
			if err != nil {
				return cty.NilVal, err
			}
			if n > maxValue {
				return cty.NilVal, errTooLarge
			}
			if m != nil && !m.spend(n) {
				return cty.NilVal, errTooMuch
			}
			return v, nil
		},
	})
}

// costs holds the costs of the functions whose result may be much larger than their arguments, and of those whose time
// does not grow with the size of the arguments alone.
var costs = map[string]func([]cty.Value) (int64, error){
	"distinct": func(args []cty.Value) (int64, error) { return product(elements(args[0]), elements(args[0])) / 4, nil },
	"format": func(args []cty.Value) (int64, error) {
		if err := numerals(args[1:]); err != nil {
			return 0, err
		}
		return widths(text(args[0]))
	},
	"formatlist": func(args []cty.Value) (int64, error) {
		one, err := widths(text(args[0]))
		longest := int64(1)
		if err == nil {
			err = numerals(args[1:])
		}
		for _, arg := range args[1:] {
			longest = max(longest, elements(arg))
		}
		return product(one+int64(len(text(args[0]))), longest), err
	},
	"indent": func(args []cty.Value) (int64, error) {
		return product(whole(args[0]), int64(strings.Count(text(args[1]), "\n"))), nil
	},
	"join": func(args []cty.Value) (int64, error) {
		var n int64
		for _, list := range args[1:] {
			n += elements(list)
		}
		return product(int64(len(text(args[0]))), n), nil
	},
	"parseint": func(args []cty.Value) (int64, error) {
		if len(text(args[0])) > maxPattern {
			return 0, errors.New("the text has too many digits")
		}
		return 0, nil
	},
	"regex":    func(args []cty.Value) (int64, error) { return 0, pattern(args[0]) },
	"regexall": func(args []cty.Value) (int64, error) { return 0, pattern(args[0]) },
	"replace": func(args []cty.Value) (int64, error) {
		return product(int64(strings.Count(text(args[0]), text(args[1]))), int64(len(text(args[2])))), nil
	},
	"trim": func(args []cty.Value) (int64, error) {
		return product(int64(len(text(args[0]))), int64(len(text(args[1])))) / 16, nil
	},
}

// maxPattern is the largest length of a regular expression or a number in bytes.
const maxPattern = 4096

func pattern(v cty.Value) error {
	if len(text(v)) > maxPattern {
		return errors.New("the regular expression is too long")
	}
	return nil
}

// numerals returns an error if a text in one of the values is a number that could not be written out: a format may read it
// as a number.
func numerals(values []cty.Value) error {
	for _, v := range values {
		v, _ = v.Unmark()
		if elements(v) > 0 {
			if err := numerals(v.AsValueSlice()); err != nil {
				return err
			}
			continue
		}
		if number, err := cty.ParseNumberVal(text(v)); err == nil {
			if err := schema.CheckNumber(number); err != nil {
				return err
			}
		}
	}
	return nil
}

// text returns a known string, and "" for anything else.
func text(v cty.Value) string {
	v, _ = v.Unmark()
	if v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
		return ""
	}
	return v.AsString()
}

// whole returns a known number that is not negative, and 0 for anything else.
func whole(v cty.Value) int64 {
	v, _ = v.Unmark()
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return 0
	}
	n, _ := v.AsBigFloat().Int64()
	return max(n, 0)
}

// elements returns the number of elements of a known collection, and 0 for anything else.
func elements(v cty.Value) int64 {
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return 0
	}
	return int64(v.LengthInt())
}

// product returns a * b, or the largest number if that is more.
func product(a, b int64) int64 {
	if a > 0 && b > math.MaxInt64/a {
		return math.MaxInt64
	}
	return a * b
}

var formatNumber = regexp.MustCompile(`[0-9]+`)

// widths returns the sum of all widths and precisions in a format.
func widths(format string) (int64, error) {
	var sum int64
	for i, verb := range strings.Split(format, "%") {
		if i == 0 {
			continue
		}
		end := strings.IndexFunc(verb, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
		if end < 0 {
			continue
		}
		for _, digits := range formatNumber.FindAllString(verb[:end], -1) {
			n, err := strconv.ParseInt(digits, 10, 32)
			if err != nil {
				return 0, errTooLarge
			}
			sum += n
		}
	}
	return sum, nil
}
