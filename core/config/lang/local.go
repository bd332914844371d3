// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// LocalsBlock declares the locals block.
var LocalsBlock = BlockType{
	Type: "locals", Many: true,
	Doc: "Names values that several blocks use. Expressions refer to them as `local.NAME`. The blocks of all files are one list, so a " +
		"name may be used once.",
	Entries: "NAME = VALUE, with a value of any type that may refer to variables, channels, templates and other local values",
}

// DeclareLocals adds the names of all local values to the scope. EvaluateLocals gives them values, once everything that
// they may refer to is known.
func (s *Scope) DeclareLocals(blocks hcl.Blocks) hcl.Diagnostics {
	var diags hcl.Diagnostics
	places := map[string]hcl.Range{}
	for _, b := range blocks {
		attrs, d := b.Body.JustAttributes()
		diags = append(diags, d...)
		for _, name := range sortedNames(attrs) {
			if previous, ok := places[name]; ok {
				diags = append(diags, Duplicate(attrs[name].NameRange, "local value", fmt.Sprintf("%q", name), previous))
				continue
			}
			places[name] = attrs[name].NameRange
			s.localNames[name] = attrs[name].Expr
		}
	}
	return diags
}

// EvaluateLocals evaluates every local value after those that it refers to.
func (s *Scope) EvaluateLocals() hcl.Diagnostics {
	l := &localWalk{scope: s}
	for _, name := range sortedNames(s.localNames) {
		l.visit(name)
	}
	return l.diags
}

// evaluateLocalsOf evaluates the local values that an expression refers to. EvaluateLocals does not evaluate them again.
func (s *Scope) evaluateLocalsOf(expr hcl.Expression) hcl.Diagnostics {
	l := &localWalk{scope: s}
	l.visitAll(expr)
	return l.diags
}

// Definition returns the expression that gives an expression its value: the definition of a local value, directly or
// through other local values, if the expression is only a reference to it, and otherwise the expression itself.
func (s *Scope) Definition(expr hcl.Expression) hcl.Expression {
	for range len(s.localNames) + 1 {
		t, diags := hcl.AbsTraversalForExpr(expr)
		if diags.HasErrors() || len(t) != 2 || t.RootName() != "local" {
			return expr
		}
		referred := s.localNames[strings.Join(Steps(t), "")]
		if referred == nil {
			return expr
		}
		expr = referred
	}
	return expr
}

type localWalk struct {
	scope *Scope
	path  []string // the names that are being evaluated, the outermost first
	diags hcl.Diagnostics
}

func (l *localWalk) visit(name string) {
	expr, declared := l.scope.localNames[name]
	if _, done := l.scope.locals[name]; done || !declared {
		return
	}
	if i := slices.Index(l.path, name); i >= 0 {
		cycle := append(slices.Clone(l.path[i:]), name)
		l.diags = append(l.diags, ErrorAt(expr.Range(), "Circular local values", fmt.Sprintf(
			"These values refer to each other in a circle: local.%s. Write one of them out.", strings.Join(cycle, " -> local."))))
		l.scope.locals[name] = cty.DynamicVal
		return
	}
	l.path = append(l.path, name)
	l.visitAll(expr)
	l.path = l.path[:len(l.path)-1]
	if _, done := l.scope.locals[name]; done {
		return
	}
	v, diags := l.scope.Eval(expr)
	l.diags = append(l.diags, diags...)
	l.scope.locals[name] = v
}

// visitAll evaluates the local values that an expression refers to.
func (l *localWalk) visitAll(expr hcl.Expression) {
	for _, t := range expr.Variables() {
		if names := Steps(t); t.RootName() == "local" && len(names) > 0 {
			l.visit(names[0])
		}
	}
}
