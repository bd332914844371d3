// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"fmt"
	"slices"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/internal/hclmeter"
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
	// Token returns the value of token("name"): in an answer a new access token, and in Auth.Value what stands for all of them.
	Token func(name string) string
}

// maxWork is the largest size of all values that one evaluation makes. The answer to a request with a thousand recipients needs
// about 1 MiB.
const maxWork = 8 << 20

// Env evaluates expressions. It is safe for concurrent use.
type Env struct {
	// pool holds evaluators, because making the functions takes longer than most evaluations.
	pool sync.Pool
}

// evaluator evaluates one expression at a time.
type evaluator struct {
	meter *hclmeter.Meter
	base  *hcl.EvalContext
}

// Variables that expressions may use.
const (
	// VarRequest is the request: { body, header }.
	VarRequest = "request"
	// VarRecipients is the list of recipients of the request, in E.164 with "+".
	VarRecipients = "recipients"
	// VarRefusals is the list of the refusals of the recipients of a request: for each of them the item of an error row, or null
	// if it is accepted.
	VarRefusals = "refusals"
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
	own := functions(f)
	return &Env{pool: sync.Pool{New: func() any {
		m := hclmeter.New(maxWork)
		return &evaluator{meter: m, base: &hcl.EvalContext{
			Variables: map[string]cty.Value{hclmeter.Name: m.Value()}, Functions: hclmeter.Functions(m, own),
		}}
	}}}
}

// Value evaluates an expression with the given variables. The value is wholly known if the error is nil. An expression that
// computes too much is an error.
func (e *Env) Value(x Expr, vars map[string]cty.Value) (cty.Value, error) {
	v, diags := e.evaluate(x, vars)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if !v.IsWhollyKnown() {
		return cty.DynamicVal, fmt.Errorf("%s: the value is not known", x.expr.Range())
	}
	return v, nil
}

func (e *Env) evaluate(x Expr, vars map[string]cty.Value) (cty.Value, hcl.Diagnostics) {
	if x.expr == nil {
		return cty.NullVal(cty.DynamicPseudoType), nil
	}
	eval := e.pool.Get().(*evaluator)
	defer e.pool.Put(eval)
	eval.meter.Reset(maxWork)
	ctx := eval.base
	if len(x.roots) > 0 {
		ctx = ctx.NewChild()
		ctx.Variables = vars
	}
	v, diags := x.expr.Value(ctx)
	eval.meter.Spend(hclmeter.Size(v, hclmeter.MaxValue))
	if !eval.meter.Spend(0) {
		at := x.expr.Range()
		return cty.DynamicVal, hcl.Diagnostics{{Severity: hcl.DiagError, Subject: &at, Summary: "Too much to compute", Detail: fmt.Sprintf(
			"All values that one evaluation of this expression makes have more than %d MiB together. Look for values that grow with each use, "+
				"and for expressions within each other.", maxWork>>20)}}
	}
	return v, diags
}

// IsZero reports whether x is the zero Expr.
func (x Expr) IsZero() bool { return x.expr == nil }

// Uses reports whether the expression refers to a variable, so that callers can omit variables that are not used.
func (x Expr) Uses(variable string) bool { return slices.Contains(x.roots, variable) }

// UsesMember reports whether the expression refers to a member of a variable, such as event.time, or to the whole variable.
func (x Expr) UsesMember(variable, member string) bool {
	if x.expr == nil {
		return false
	}
	for _, t := range x.expr.Variables() {
		if t.RootName() != variable {
			continue
		}
		if len(t) < 2 {
			return true
		}
		if step, ok := t[1].(hcl.TraverseAttr); !ok || step.Name == member {
			return true
		}
	}
	return false
}

// newExpr checks what can be checked of an expression without a request: its functions, their arguments, and its
// variables.
func newExpr(expr hcl.Expression, variables ...string) (Expr, cty.Value, hcl.Diagnostics) {
	x := Expr{expr: expr}
	for _, t := range expr.Variables() {
		x.roots = append(x.roots, t.RootName())
	}
	vars := map[string]cty.Value{}
	for _, name := range variables {
		vars[name] = cty.DynamicVal
	}
	v, diags := anyEnv().evaluate(x, vars)
	return x, v, diags
}

// anyEnv evaluates expressions of which only the form matters.
var anyEnv = sync.OnceValue(func() *Env {
	same := func(name string) string { return name }
	return NewEnv(Functions{Endpoint: "http://localhost", Secret: same, Number: same, NewID: same, Token: same})
})
