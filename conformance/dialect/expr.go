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
)

// Expr is an expression of a dialect, to be evaluated for each use. The zero Expr is null.
type Expr struct {
	expr  hcl.Expression
	roots []string
}

// Functions are what the functions of expressions do. All must be set and safe for concurrent use.
type Functions struct {
	// Endpoint is the base URL of the emulator, for endpoint().
	Endpoint string
	// Secret gives the credential of a name, for secret("name"): always the same one.
	Secret func(name string) string
	// Number gives a phone number in digits for a name, for number("name"): always the same one.
	Number func(name string) string
	// NewID gives an id that was not given before, for new_id("9999-XXXX"): 9 stands for a digit, X for a digit
	// or a letter A to F, and everything else for itself.
	NewID func(pattern string) string
}

// Env evaluates expressions. It is safe for concurrent use.
type Env struct {
	base *hcl.EvalContext
}

// Variables that expressions may use.
const (
	// VarRequest is the request being answered: { body, header }.
	VarRequest = "request"
	// VarRecipients lists the recipients of the request, in E.164 with "+".
	VarRecipients = "recipients"
	// VarViolation is what a request breaks, in words; "" for nothing.
	VarViolation = "violation"
	// VarEvent is the object that a webhook event is about.
	VarEvent = "event"
	// VarEvents lists the bodies of several events.
	VarEvents = "events"
)

// NewEnv makes an environment.
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
		"try":      tryfunc.TryFunc,
		"can":      tryfunc.CanFunc,
	}}}
}

// digits drops everything but the digits of a text, for vendors that want phone numbers so.
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

// Value evaluates an expression with the given variables. The value is wholly known.
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

// IsZero reports whether there is no expression.
func (x Expr) IsZero() bool { return x.expr == nil }

// Uses reports whether the expression refers to a variable, so that it need not be made where it is not used.
func (x Expr) Uses(variable string) bool { return slices.Contains(x.roots, variable) }

// newExpr checks an expression as far as that goes without a request: functions, their arguments, variables.
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
