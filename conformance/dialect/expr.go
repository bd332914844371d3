// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/wahost/wahost/sdk/schema"
)

// Expr is an expression of a dialect. It is evaluated for each use. The zero Expr has the value null.
type Expr struct {
	expr  hcl.Expression
	roots []string
}

// Functions implement the functions of expressions. All must be set and safe for concurrent use.
type Functions struct {
	// Endpoint is the base URL of the emulator, the value of endpoint().
	Endpoint string
	// Secret returns the value of secret("name"): a credential, always the same one for a name.
	Secret func(name string) string
	// Number returns the value of number("name"): a phone number in digits, always the same one for a name.
	Number func(name string) string
	// NewID returns the value of new_id("9999-XXXX"): a new id for each call. In the pattern, 9 stands for a digit, X
	// for a digit or a letter A to F, and any other character for itself.
	NewID func(pattern string) string
}

// Env evaluates expressions. It is safe for concurrent use.
type Env struct {
	base *hcl.EvalContext
}

// Variables that expressions may use.
const (
	// VarRequest is the request: { body, header }.
	VarRequest = "request"
	// VarRecipients is the list of recipients of the request, in E.164 with "+".
	VarRecipients = "recipients"
	// VarViolation describes what is wrong with the request; "" if it is valid.
	VarViolation = "violation"
	// VarEvent is the object with the values of a webhook event.
	VarEvent = "event"
	// VarEvents is the list of the bodies of several events.
	VarEvents = "events"
	// VarMessage is the message that a lookup found: { id, reference, recipient, status }, with the vendor's word for the
	// status.
	VarMessage = "message"
	// VarTemplates is the list of templates of a page: { name, language, category, status, id }, in the vendor's words.
	VarTemplates = "templates"
	// VarNext is the name of the page that follows; "" on the last page.
	VarNext = "next"
)

// NewEnv returns an environment with the given functions.
func NewEnv(f Functions) *Env {
	named := func(get func(string) string) function.Function {
		return function.New(&function.Spec{
			Params: []function.Parameter{{Name: "name", Type: cty.String}},
			Type:   function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				return cty.StringVal(get(args[0].AsString())), nil
			},
		})
	}
	endpoint := function.New(&function.Spec{
		Type: function.StaticReturnType(cty.String),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) { return cty.StringVal(f.Endpoint), nil },
	})
	return &Env{base: &hcl.EvalContext{Functions: map[string]function.Function{
		"endpoint": endpoint,
		"secret":   named(f.Secret),
		"number":   named(f.Number),
		"new_id":   named(f.NewID),
		"digits":   digits,
		"tonumber": tonumber,
		"try":      tryfunc.TryFunc,
		"can":      tryfunc.CanFunc,
	}}}
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

// tonumber implements the function tonumber. A number that cannot be written out, such as 1e999999999, is an error.
var tonumber = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "text", Type: cty.String}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, err := cty.ParseNumberVal(args[0].AsString())
		if err == nil {
			err = schema.CheckNumbers(v)
		}
		return v, err
	},
})

// Value evaluates an expression with the given variables. The value is wholly known if the error is nil.
func (e *Env) Value(x Expr, vars map[string]cty.Value) (cty.Value, error) {
	if x.expr == nil {
		return cty.NullVal(cty.DynamicPseudoType), nil
	}
	ctx := e.base
	if len(x.roots) > 0 {
		ctx = e.base.NewChild()
		ctx.Variables = vars
	}
	v, diags := x.expr.Value(ctx)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if !v.IsWhollyKnown() {
		return cty.DynamicVal, fmt.Errorf("%s: the value is not known", x.expr.Range())
	}
	return v, nil
}

// IsZero reports whether x is the zero Expr.
func (x Expr) IsZero() bool { return x.expr == nil }

// Uses reports whether the expression refers to a variable, so that callers can omit variables that are not used.
func (x Expr) Uses(variable string) bool { return slices.Contains(x.roots, variable) }

// newExpr checks what can be checked of an expression without a request: its functions, their arguments, and its
// variables.
func newExpr(expr hcl.Expression, variables ...string) (Expr, cty.Value, hcl.Diagnostics) {
	x := Expr{expr: expr}
	for _, t := range expr.Variables() {
		x.roots = append(x.roots, t.RootName())
	}
	same := func(name string) string { return name }
	ctx := NewEnv(Functions{Endpoint: "http://localhost", Secret: same, Number: same, NewID: same}).base.NewChild()
	ctx.Variables = map[string]cty.Value{}
	for _, name := range variables {
		ctx.Variables[name] = cty.DynamicVal
	}
	v, diags := expr.Value(ctx)
	return x, v, diags
}
