// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions returns the functions of expressions beyond the usual ones of package hclmeter.
func functions(f Functions) map[string]function.Function {
	return map[string]function.Function{
		"endpoint": function.New(&function.Spec{Type: function.StaticReturnType(cty.String), Impl: func([]cty.Value, cty.Type) (cty.Value, error) { return cty.StringVal(f.Endpoint), nil }}),
		"secret":   named(f.Secret),
		"number":   named(f.Number),
		"new_id":   named(f.NewID),
		"token":    named(f.Token),
		"digits":   digits,

		"base64encode": base64Encode,
		"formattime":   formatTime,
		"formatdate":   stdlib.FormatDateFunc,
		"timeadd":      stdlib.TimeAddFunc,
		"range":        stdlib.RangeFunc,
	}
}

// named returns a function of a name.
func named(get func(string) string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "name", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.StringVal(get(args[0].AsString())), nil
		},
	})
}

// digits implements the function digits, which returns the digits of a string, for vendors that expect phone numbers
// without "+".
var digits = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "text", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		return cty.StringVal(strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, args[0].AsString())), nil
	},
})

// base64Encode implements the function base64encode, for credentials of HTTP Basic.
var base64Encode = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "text", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		return cty.StringVal(base64.StdEncoding.EncodeToString([]byte(args[0].AsString()))), nil
	},
})

// formatTime implements the function formattime, which writes a time in RFC 3339 in another form. A text that is not a time is
// returned as it is, so that the suite can put unreadable times in its place.
var formatTime = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "form", Type: cty.String}, {Name: "time", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		form, err := ParseTimeForm(args[0].AsString())
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		t, err := time.Parse(time.RFC3339Nano, args[1].AsString())
		if err != nil {
			return args[1], nil
		}
		return cty.StringVal(form.Format(t)), nil
	},
})
