// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/schema"
)

const unknownName = "Unknown name"

// scope evaluates expressions. Everything that may be referred to is known before the first evaluation, except
// locals, which are added in the order of their dependencies.
type scope struct {
	variables map[string]cty.Value
	locals    map[string]cty.Value
	// localNames are all locals, evaluated or not.
	localNames map[string]hcl.Expression
	channels   map[addr.Channel]cty.Value
	templates  map[string]cty.Value
	functions  map[string]function.Function

	// fixed are the values that do not change once expressions are evaluated: all but the locals.
	fixed map[string]cty.Value
}

func newScope() *scope {
	return &scope{
		variables: map[string]cty.Value{}, locals: map[string]cty.Value{}, localNames: map[string]hcl.Expression{},
		channels: map[addr.Channel]cty.Value{}, templates: map[string]cty.Value{}, functions: functions(),
	}
}

// context makes what HCL evaluates with. Extra names, such as message, are added to the usual ones.
func (s *scope) context(extra map[string]cty.Value) *hcl.EvalContext {
	if s.fixed == nil {
		s.fixed = s.fixedValues()
	}
	values := maps.Clone(s.fixed)
	values["local"] = cty.ObjectVal(s.locals)
	maps.Copy(values, extra)
	return &hcl.EvalContext{Variables: values, Functions: s.functions}
}

func (s *scope) fixedValues() map[string]cty.Value {
	channels := map[string]map[string]cty.Value{}
	for a, v := range s.channels {
		if channels[a.Provider] == nil {
			channels[a.Provider] = map[string]cty.Value{}
		}
		channels[a.Provider][a.Name] = v
	}
	byProvider := map[string]cty.Value{}
	for name, values := range channels {
		byProvider[name] = cty.ObjectVal(values)
	}
	return map[string]cty.Value{
		"var":      cty.ObjectVal(s.variables),
		"channel":  cty.ObjectVal(byProvider),
		"template": cty.ObjectVal(s.templates),
	}
}

// eval gives the value of an expression, marked where it is sensitive. After an error the value is unknown.
func (s *scope) eval(expr hcl.Expression) (cty.Value, hcl.Diagnostics) {
	return s.evalWith(expr, nil, false)
}

// evalWith is eval with extra names. Secret says that also the literals in the expression are.
func (s *scope) evalWith(expr hcl.Expression, extra map[string]cty.Value, secret bool) (cty.Value, hcl.Diagnostics) {
	if diags := s.check(expr, extra); diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	v, diags := expr.Value(s.context(extra))
	diags = withhold(diags, secret || s.usesSecret(expr))
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if infinite(v) {
		return cty.DynamicVal, append(diags, problem(expr.Range(), "Infinite number",
			"A number in the result is infinite, as after a division by zero."))
	}
	if err := schema.CheckNumbers(v); err != nil {
		return cty.DynamicVal, append(diags, problem(expr.Range(), "Number out of range", sentence(err)))
	}
	return v, diags
}

// infinite reports whether there is a number in a value that nothing can be done with.
func infinite(v cty.Value) bool {
	plain, _ := v.UnmarkDeep()
	found := false
	_ = cty.Walk(plain, func(_ cty.Path, part cty.Value) (bool, error) {
		found = found || part.Type() == cty.Number && part.IsKnown() && !part.IsNull() && part.AsBigFloat().IsInf()
		return !found, nil
	})
	return found
}

// check reports references to what does not exist, with better advice than HCL can give.
func (s *scope) check(expr hcl.Expression, extra map[string]cty.Value) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, traversal := range expr.Variables() {
		if d := s.checkReference(traversal, extra); d != nil {
			diags = append(diags, d)
		}
	}
	return diags
}

func (s *scope) checkReference(t hcl.Traversal, extra map[string]cty.Value) *hcl.Diagnostic {
	at := t.SourceRange()
	root := t.RootName()
	names := steps(t)
	if v, ok := extra[root]; ok {
		return checkFields(at, root, v.Type(), names)
	}
	switch root {
	case "var":
		if len(names) < 1 {
			return problem(at, "Invalid reference", `Name the variable, such as var.token.`)
		}
		if _, ok := s.variables[names[0]]; !ok {
			return problem(at, "Unknown variable", fmt.Sprintf(
				"There is no variable %q.%s", names[0], suggestOr(names[0], slices.Sorted(maps.Keys(s.variables)),
					fmt.Sprintf(` Declare it with a block: variable %q {}`, names[0]))))
		}
	case "local":
		if len(names) < 1 {
			return problem(at, "Invalid reference", `Name the local value, such as local.prefix.`)
		}
		if _, ok := s.localNames[names[0]]; !ok {
			return problem(at, "Unknown local value", fmt.Sprintf(
				"There is no local value %q.%s", names[0], suggestOr(names[0], slices.Sorted(maps.Keys(s.localNames)),
					" Declare it in a locals block.")))
		}
	case "channel":
		_, d := s.channelOf(t)
		return d
	case "template":
		_, d := s.templateOf(t)
		return d
	default:
		roots := []string{"var", "local", "channel", "template"}
		roots = append(roots, slices.Sorted(maps.Keys(extra))...)
		return problem(at, unknownName, fmt.Sprintf(
			"There is nothing called %q here.%s", root, suggestOr(root, roots,
				fmt.Sprintf(" A reference starts with %s; a plain text needs quotes.", orList(roots)))))
	}
	return nil
}

// checkFields reports the first name that the type does not have.
func checkFields(at hcl.Range, path string, ty cty.Type, names []string) *hcl.Diagnostic {
	for _, name := range names {
		if !ty.IsObjectType() {
			return nil
		}
		if !ty.HasAttribute(name) {
			return problem(at, "Unknown field", fmt.Sprintf("There is no %q in %s.%s", name, path,
				suggestOr(name, sortedKeys(ty.AttributeTypes()), " It has: "+joinLimited(sortedKeys(ty.AttributeTypes()))+".")))
		}
		path, ty = path+"."+name, ty.AttributeType(name)
	}
	return nil
}

// channelOf reads channel.<provider>.<name>.
func (s *scope) channelOf(t hcl.Traversal) (addr.Channel, *hcl.Diagnostic) {
	names := steps(t)
	if t.RootName() != "channel" || len(names) < 2 {
		return addr.Channel{}, problem(t.SourceRange(), "Invalid channel reference", fmt.Sprintf(
			"A channel is referred to as channel.PROVIDER.NAME.%s", s.exampleChannel()))
	}
	a := addr.Channel{Provider: names[0], Name: names[1]}
	if _, ok := s.channels[a]; !ok {
		return a, problem(t.SourceRange(), "Unknown channel", fmt.Sprintf(
			"There is no channel %q %q.%s", a.Provider, a.Name, suggestOr(a.Reference(), s.channelReferences(),
				fmt.Sprintf(" Declare it with a block: channel %q %q {}", a.Provider, a.Name))))
	}
	return a, nil
}

// templateOf reads template.<name>.
func (s *scope) templateOf(t hcl.Traversal) (string, *hcl.Diagnostic) {
	names := steps(t)
	if t.RootName() != "template" || len(names) < 1 {
		return "", problem(t.SourceRange(), "Invalid template reference",
			"A template is referred to as template.NAME.")
	}
	if _, ok := s.templates[names[0]]; !ok {
		return names[0], problem(t.SourceRange(), "Unknown template", fmt.Sprintf(
			"There is no template %q.%s", names[0], suggestOr(names[0], slices.Sorted(maps.Keys(s.templates)),
				fmt.Sprintf(" Declare it with a block: template %q {}", names[0]))))
	}
	return names[0], nil
}

func (s *scope) channelReferences() []string {
	var out []string
	for a := range s.channels {
		out = append(out, a.Reference())
	}
	slices.Sort(out)
	return out
}

func (s *scope) exampleChannel() string {
	if all := s.channelReferences(); len(all) > 0 {
		return " There are: " + joinLimited(all) + "."
	}
	return " There are no channels yet: declare one with a channel block."
}

// steps gives the names after the root, as far as they are constant.
func steps(t hcl.Traversal) []string {
	var names []string
	for _, step := range t[1:] {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			names = append(names, step.Name)
		case hcl.TraverseIndex:
			if step.Key.Type() != cty.String || step.Key.IsNull() || !step.Key.IsKnown() {
				return names
			}
			names = append(names, step.Key.AsString())
		default:
			return names
		}
	}
	return names
}
