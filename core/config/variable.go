// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wahost/wahost/internal/hclbound"
	"github.com/wahost/wahost/sdk/schema"
)

// EnvPrefix starts the names of environment variables that give values to variables.
const EnvPrefix = "WAHOST_VAR_"

var variableSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{{Name: "type"}, {Name: "default"}, {Name: "description"}, {Name: "sensitive"}},
	Blocks:     []hcl.BlockHeaderSchema{{Type: "validation"}},
}

var validationSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{{Name: "condition", Required: true}, {Name: "error_message", Required: true}},
}

type variable struct {
	name        string
	ty          cty.Type // DynamicPseudoType where not declared
	defaults    *typeexpr.Defaults
	fallback    cty.Value // NilVal where there is no default
	defaultAt   *hcl.Range
	sensitive   bool
	validations []*hcl.BodyContent
	at          hcl.Range
}

// given is a value from outside, before conversion.
type given struct {
	text  string         // from the environment or a flag
	expr  hcl.Expression // from a variables file
	at    *hcl.Range
	where string
}

func decodeVariables(blocks hcl.Blocks) ([]*variable, hcl.Diagnostics) {
	var out []*variable
	blocks, diags := unique(blocks, func(b *hcl.Block) string { return b.Labels[0] })
	for _, hb := range blocks {
		content, d := hb.Body.Content(variableSchema)
		diags = append(diags, d...)
		b := &block{scope: newScope(), attrs: content.Attributes, at: hb.DefRange}
		v := &variable{name: hb.Labels[0], ty: cty.DynamicPseudoType, at: hb.DefRange}
		if attr := content.Attributes["type"]; attr != nil {
			ty, defaults, d := typeexpr.TypeConstraintWithDefaults(attr.Expr)
			b.diags = append(b.diags, d...)
			if !d.HasErrors() {
				v.ty, v.defaults = ty, defaults
			}
		}
		if s, ok := b.value("sensitive", cty.Bool); ok {
			v.sensitive = s.True()
		}
		b.text("description")
		if attr := content.Attributes["default"]; attr != nil {
			v.defaultAt = attr.Expr.Range().Ptr()
			value, d := attr.Expr.Value(nil)
			b.diags = append(b.diags, withhold(d, v.sensitive)...)
			v.fallback = cty.DynamicVal
			if !d.HasErrors() {
				converted, err := v.convert(value)
				if err != nil {
					b.add(attr.Expr.Range(), "Invalid default value", fmt.Sprintf(
						"The default of the variable %q does not fit its type: %s.", v.name, v.explain(err)))
				} else {
					v.fallback = converted
				}
			}
		}
		for _, inner := range content.Blocks {
			c, d := inner.Body.Content(validationSchema)
			b.diags = append(b.diags, d...)
			if !d.HasErrors() {
				v.validations = append(v.validations, c)
			}
		}
		diags = append(diags, b.diags...)
		out = append(out, v)
	}
	return out, diags
}

func (v *variable) convert(value cty.Value) (cty.Value, error) {
	if v.defaults != nil && !value.IsNull() {
		value = v.defaults.Apply(value)
	}
	converted, err := convert.Convert(value, v.ty.WithoutOptionalAttributesDeep())
	if err == nil {
		err = schema.CheckNumbers(converted) // a text may have become a number
	}
	return converted, err
}

// explain keeps the structure of a secret to itself.
func (v *variable) explain(err error) string {
	if v.sensitive {
		return typeexpr.TypeString(v.ty) + " required"
	}
	return err.Error()
}

// gather collects the values given from outside. Later sources win: environment, variables files, flags.
func (f *Folder) gather(opts Options, declared map[string]*variable) (map[string]given, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	values := map[string]given{}
	unknown := func(name, where string, at *hcl.Range) {
		d := failure("Value for an unknown variable", fmt.Sprintf(
			"There is no variable %q, for which %s gives a value.%s", name, where,
			suggestOr(name, sortedKeys(declared), fmt.Sprintf(" Declare it with a block: variable %q {}", name))))
		d.Subject = at
		diags = append(diags, d)
	}
	// Variables of the environment that nothing declares are left alone: they may be another configuration's.
	for _, pair := range opts.Env {
		key, text, _ := strings.Cut(pair, "=")
		name, ours := strings.CutPrefix(key, EnvPrefix)
		if ours && declared[name] != nil {
			values[name] = given{text: text, where: "the environment variable " + key}
		}
	}
	for _, file := range f.vars {
		attrs, d := file.file.Body.JustAttributes()
		diags = append(diags, d...)
		for _, name := range sortedKeys(attrs) {
			attr := attrs[name]
			if declared[name] == nil {
				unknown(name, "this file", attr.NameRange.Ptr())
				continue
			}
			values[name] = given{expr: attr.Expr, at: attr.NameRange.Ptr(), where: "the file " + file.name}
		}
	}
	for _, pair := range opts.Vars {
		name, text, ok := strings.Cut(pair, "=")
		switch {
		case !ok:
			// The text may be a secret whose name was forgotten.
			diags = append(diags, failure("Invalid --var", "Write --var NAME=VALUE."))
		case declared[name] == nil:
			unknown(name, "--var", nil)
		default:
			values[name] = given{text: text, where: "--var"}
		}
	}
	return values, diags
}

// evaluate gives the value of the variable, marked where it is sensitive. After an error it is unknown.
func (v *variable) evaluate(g given, isGiven bool) (cty.Value, hcl.Diagnostics) {
	value, diags := v.choose(g, isGiven)
	if v.sensitive {
		value = value.Mark(sensitive)
	}
	return value, diags
}

func (v *variable) choose(g given, isGiven bool) (cty.Value, hcl.Diagnostics) {
	if !isGiven {
		if v.fallback != cty.NilVal {
			return v.fallback, nil
		}
		return cty.UnknownVal(v.ty.WithoutOptionalAttributesDeep()), hcl.Diagnostics{problem(v.at, "No value for variable", fmt.Sprintf(
			"The variable %q has no default and no value was given. Set the environment variable %s%s, "+
				"write it into a *%s file, or use --var %s=VALUE.", v.name, EnvPrefix, v.name, VarsFileSuffix, v.name))}
	}
	at := v.at
	if g.at != nil {
		at = *g.at
	}
	raw, err := g.value(v.ty)
	if err == nil {
		raw, err = v.convert(raw)
		if err == nil {
			return raw, nil
		}
		err = fmt.Errorf("%s", v.explain(err))
	}
	return cty.UnknownVal(v.ty.WithoutOptionalAttributesDeep()), hcl.Diagnostics{problem(at, "Invalid value for variable", fmt.Sprintf(
		"The value that %s gives for the variable %q does not fit: %s.", g.where, v.name, err))}
}

// value evaluates what was given. The errors quote nothing of it.
func (g given) value(ty cty.Type) (cty.Value, error) {
	expr := g.expr
	if expr == nil {
		if ty.IsPrimitiveType() || ty == cty.DynamicPseudoType {
			return cty.StringVal(g.text), nil
		}
		src := []byte(g.text)
		if d := hclbound.Check(src, ""); d != nil {
			return cty.NilVal, fmt.Errorf("%s", strings.ToLower(d.Summary))
		}
		parsed, diags := hclsyntax.ParseExpression(src, "", hcl.InitialPos)
		if diags.HasErrors() {
			return cty.NilVal, fmt.Errorf("it must be an expression of the type %s", typeexpr.TypeString(ty))
		}
		expr = parsed
	}
	v, diags := expr.Value(nil)
	if diags.HasErrors() {
		return cty.NilVal, fmt.Errorf("it must be a constant, without references and function calls")
	}
	return v, nil
}

// validate checks the variable's own conditions.
func (v *variable) validate(s *scope) hcl.Diagnostics {
	var diags hcl.Diagnostics
	if !s.variables[v.name].IsWhollyKnown() {
		return nil
	}
	for _, content := range v.validations {
		b := &block{scope: s, attrs: content.Attributes}
		text := b.text("error_message")
		condition := content.Attributes["condition"].Expr
		result, d := s.eval(condition)
		diags = append(append(diags, b.diags...), d...)
		if d.HasErrors() {
			continue
		}
		result, _ = result.UnmarkDeep()
		result, err := convert.Convert(result, cty.Bool)
		switch {
		case err != nil || result.IsNull() || !result.IsKnown():
			diags = append(diags, problem(condition.Range(), "Invalid condition", "The condition of a validation must be true or false."))
		case result.False():
			diags = append(diags, problem(v.at, "Invalid value for variable", text))
		}
	}
	return diags
}
