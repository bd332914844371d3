// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"sync"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/wahost/wahost/internal/hclmeter"
)

// functions returns the functions that expressions may call. All are pure: none reads a file, the network or the clock. They
// tell the meter, which may be nil, and their arguments and results are bounded.
func functions(m *hclmeter.Meter) map[string]function.Function {
	return hclmeter.Functions(m, map[string]function.Function{"sensitive": sensitiveFunc, "nonsensitive": nonsensitiveFunc})
}

// withoutMeter holds the functions for evaluations without a meter.
var withoutMeter = sync.OnceValue(func() map[string]function.Function { return functions(nil) })

var sensitiveFunc = markFunc("Marks a value, so that it is never shown.", MarkSensitive)

var nonsensitiveFunc = markFunc("Takes the mark off a value that is safe to show.", func(v cty.Value) cty.Value {
	plain, _ := v.UnmarkDeep()
	return plain
})

func markFunc(description string, apply func(cty.Value) cty.Value) function.Function {
	return function.New(&function.Spec{
		Description: description,
		Params: []function.Parameter{{
			Name: "value", Type: cty.DynamicPseudoType,
			AllowUnknown: true, AllowNull: true, AllowMarked: true, AllowDynamicType: true,
		}},
		Type: func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return apply(args[0]), nil },
	})
}
