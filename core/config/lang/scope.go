// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/internal/hclmeter"
	"github.com/wahost/wahost/internal/suggest"
)

const unknownName = "Unknown name"

const (
	// maxWork is the largest size of all values that are made while a configuration is evaluated.
	maxWork = 64 << 20
	// maxConditionWork is the same for one evaluation of the condition of a route.
	maxConditionWork = 4 << 20
)

// Scope holds what expressions may refer to, and evaluates them. Everything is declared before the first evaluation,
// except for the values of locals, which are added in the order of their dependencies.
type Scope struct {
	variables map[string]cty.Value
	locals    map[string]cty.Value
	// localNames holds the expressions of all locals, evaluated or not.
	localNames map[string]hcl.Expression
	channels   map[addr.Channel]cty.Value
	// blocks holds the channel blocks, by their address without a key.
	blocks    map[addr.Channel]channelBlock
	templates map[string]cty.Value
	functions map[string]function.Function
	// meter counts what is computed, with the functions in metered.
	meter   *hclmeter.Meter
	metered map[string]function.Function

	// defaults holds the ranges of the defaults of variables.
	defaults map[string]hcl.Range
	// fixed holds the values that do not change once everything is declared: all but the locals.
	fixed map[string]cty.Value
	// each is the value of each in a block with for_each, and cty.NilVal elsewhere.
	each cty.Value
	// eachFrom is the for_each of that block.
	eachFrom hcl.Expression
}

// NewScope returns a scope in which only functions are known.
func NewScope() *Scope {
	return &Scope{
		variables: map[string]cty.Value{}, locals: map[string]cty.Value{}, localNames: map[string]hcl.Expression{},
		channels: map[addr.Channel]cty.Value{}, blocks: map[addr.Channel]channelBlock{}, templates: map[string]cty.Value{}, defaults: map[string]hcl.Range{}, functions: withoutMeter(), meter: hclmeter.New(maxWork),
	}
}

// DeclareTemplate makes a logical template known.
func (s *Scope) DeclareTemplate(name string) {
	s.templates[name], s.fixed = cty.CapsuleVal(templateType, &name), nil
}

// context returns what HCL evaluates with. Extra names, such as message, are added to the usual ones.
func (s *Scope) context(extra map[string]cty.Value) *hcl.EvalContext {
	if s.fixed == nil {
		s.fixed = s.fixedValues()
	}
	values := maps.Clone(s.fixed)
	values["local"] = cty.ObjectVal(s.locals)
	if s.each != cty.NilVal {
		values["each"] = s.each
	}
	maps.Copy(values, extra)
	return &hcl.EvalContext{Variables: values, Functions: s.functions}
}

// meteredContext is like context for an evaluation that the meter counts.
func (s *Scope) meteredContext(extra map[string]cty.Value) *hcl.EvalContext {
	ctx := s.context(extra)
	if s.metered == nil {
		s.metered = functions(s.meter)
	}
	ctx.Functions = s.metered
	ctx.Variables[hclmeter.Name] = s.meter.Value()
	return ctx
}

func (s *Scope) fixedValues() map[string]cty.Value {
	byProvider := map[string]cty.Value{}
	for name, values := range s.channelValues() {
		byProvider[name] = cty.ObjectVal(values)
	}
	return map[string]cty.Value{
		"var":      cty.ObjectVal(s.variables),
		"channel":  cty.ObjectVal(byProvider),
		"template": cty.ObjectVal(s.templates),
	}
}

// Eval returns the value of an expression, with marks if it is sensitive. After an error the value is unknown.
func (s *Scope) Eval(expr hcl.Expression) (cty.Value, hcl.Diagnostics) {
	return s.evalWith(expr, nil, false)
}

// EvalSecret is like Eval for an argument whose value is a secret, however it is written. Diagnostics quote nothing of
// the expression, which may be the secret without its quotes.
func (s *Scope) EvalSecret(expr hcl.Expression) (cty.Value, hcl.Diagnostics) {
	v, diags := s.evalWith(expr, nil, true)
	for _, d := range diags {
		if d.Summary == unknownName && !strings.HasSuffix(d.Detail, escapeAdvice("${")) {
			d.Detail = "There is no such name. If it is the secret itself, it needs quotes, and better a sensitive variable."
		}
	}
	return v, diags
}

// Origins returns the ranges of the local values, variable defaults and for_each that an expression refers to, directly or
// through other local values.
func (s *Scope) Origins(expr hcl.Expression) []hcl.Range {
	var ranges []hcl.Range
	seen := map[string]bool{}
	var visit func(hcl.Expression)
	visit = func(expr hcl.Expression) {
		for _, t := range expr.Variables() {
			if t.RootName() == "each" && s.eachFrom != nil && !seen["each"] {
				seen["each"] = true
				ranges = append(ranges, s.eachFrom.Range())
				visit(s.eachFrom)
			}
			names := Steps(t)
			if len(names) == 0 || seen[t.RootName()+"."+names[0]] {
				continue
			}
			seen[t.RootName()+"."+names[0]] = true
			switch t.RootName() {
			case "local":
				if referred := s.localNames[names[0]]; referred != nil {
					ranges = append(ranges, referred.Range())
					visit(referred)
				}
			case "var":
				if at, ok := s.defaults[names[0]]; ok {
					ranges = append(ranges, at)
				}
			}
		}
	}
	visit(expr)
	return ranges
}

// evalWith is like Eval with extra names. Secret means that the literals in the expression are secret too.
func (s *Scope) evalWith(expr hcl.Expression, extra map[string]cty.Value, secret bool) (cty.Value, hcl.Diagnostics) {
	if diags := s.check(expr, extra); diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if s.meter.Reported {
		return cty.DynamicVal, nil
	}
	v, diags := expr.Value(s.meteredContext(extra))
	s.meter.Spend(hclmeter.Size(v, hclmeter.MaxValue))
	if !s.meter.Spend(0) {
		s.meter.Reported = true
		return cty.DynamicVal, hcl.Diagnostics{ErrorAt(expr.Range(), "Too much to compute", fmt.Sprintf(
			"All values that the configuration computes up to here have more than %d MiB together. Look for values that grow with each use, "+
				"and for expressions within each other.", maxWork>>20))}
	}
	if len(diags) > 0 {
		diags = withhold(adviseFunctions(s.explainKeys(diags)), secret || s.usesSecret(expr))
	}
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	n, err := hclmeter.Inspect(v, hclmeter.MaxValue)
	switch {
	case errors.Is(err, hclmeter.ErrInfinite):
		return cty.DynamicVal, append(diags, ErrorAt(expr.Range(), "Infinite number",
			"A number in the result is infinite, as after a division by zero."))
	case err != nil:
		return cty.DynamicVal, append(diags, ErrorAt(expr.Range(), "Number out of range", Sentence(err)))
	case n > hclmeter.MaxValue:
		return cty.DynamicVal, append(diags, ErrorAt(expr.Range(), "Value too large", fmt.Sprintf(
			"A value has at most %d MiB.", hclmeter.MaxValue>>20)))
	}
	return v, diags
}

// check returns errors for references to what does not exist, with better advice than HCL's own.
func (s *Scope) check(expr hcl.Expression, extra map[string]cty.Value) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, traversal := range expr.Variables() {
		if d := s.checkReference(traversal, extra); d != nil {
			if d.Summary == unknownName && interpolated(expr, traversal.SourceRange()) {
				d.Detail = "There is no such name." + escapeAdvice("${")
			}
			diags = append(diags, d)
		}
	}
	return diags
}

func (s *Scope) checkReference(t hcl.Traversal, extra map[string]cty.Value) *hcl.Diagnostic {
	at := t.SourceRange()
	root := t.RootName()
	names := Steps(t)
	if v, ok := extra[root]; ok {
		return checkFields(at, root, v.Type(), names)
	}
	switch root {
	case "var":
		if len(names) < 1 {
			return ErrorAt(at, "Invalid reference", `Name the variable, such as var.token.`)
		}
		if _, ok := s.variables[names[0]]; !ok {
			return ErrorAt(at, "Unknown variable", fmt.Sprintf(
				"There is no variable %q.%s", names[0], suggest.SentenceOr(names[0], slices.Sorted(maps.Keys(s.variables)),
					fmt.Sprintf(` Declare it with a block: variable %q {}`, names[0]))))
		}
	case "local":
		if len(names) < 1 {
			return ErrorAt(at, "Invalid reference", `Name the local value, such as local.prefix.`)
		}
		if _, ok := s.localNames[names[0]]; !ok {
			return ErrorAt(at, "Unknown local value", fmt.Sprintf(
				"There is no local value %q.%s", names[0], suggest.SentenceOr(names[0], slices.Sorted(maps.Keys(s.localNames)),
					" Declare it in a locals block.")))
		}
	case "channel":
		return s.checkChannel(t)
	case "each":
		return s.checkEach(t)
	case "template":
		_, d := s.templateOf(t)
		return d
	default:
		roots := []string{"var", "local", "channel", "template"}
		if s.each != cty.NilVal {
			roots = append(roots, "each")
		}
		roots = append(roots, slices.Sorted(maps.Keys(extra))...)
		return ErrorAt(at, unknownName, fmt.Sprintf(
			"There is nothing called %q here.%s", root, suggest.SentenceOr(root, roots,
				fmt.Sprintf(" A reference starts with %s; a plain text needs quotes.", orList(roots)))))
	}
	return nil
}

// checkFields returns an error for the first name that the type does not have.
func checkFields(at hcl.Range, path string, ty cty.Type, names []string) *hcl.Diagnostic {
	for _, name := range names {
		if !ty.IsObjectType() {
			return nil
		}
		if !ty.HasAttribute(name) {
			return ErrorAt(at, "Unknown field", fmt.Sprintf("There is no %q in %s.%s", name, path,
				suggest.SentenceOr(name, sortedNames(ty.AttributeTypes()), " It has: "+suggest.List(sortedNames(ty.AttributeTypes()))+".")))
		}
		path, ty = path+"."+name, ty.AttributeType(name)
	}
	return nil
}

// templateOf returns the name of the template that template.<name> refers to.
func (s *Scope) templateOf(t hcl.Traversal) (string, *hcl.Diagnostic) {
	names := Steps(t)
	if t.RootName() != "template" || len(names) < 1 {
		return "", ErrorAt(t.SourceRange(), "Invalid template reference",
			"A template is referred to as template.NAME.")
	}
	if _, ok := s.templates[names[0]]; !ok {
		return names[0], ErrorAt(t.SourceRange(), "Unknown template", fmt.Sprintf(
			"There is no template %q.%s", names[0], suggest.SentenceOr(names[0], slices.Sorted(maps.Keys(s.templates)),
				fmt.Sprintf(" Declare it with a block: template %q {}", names[0]))))
	}
	return names[0], nil
}

// Steps returns the names after the root of a reference, up to the first that is not constant.
func Steps(t hcl.Traversal) []string {
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
