// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wahost/wahost/sdk/schema"
)

// VariableBlock declares the variable block.
var VariableBlock = BlockType{
	Type: "variable", Labels: []string{"name"}, Many: true,
	Doc: "Declares a value that comes from outside of the files, such as a secret or the address of a test system. " +
		"Expressions refer to it as `var.NAME`.",
	Args: []Argument{
		{Name: "type", Type: "type", Default: "any type", Doc: "The type to which the value is converted, such as `string`, `number`, " +
			"`bool`, `list(string)`, `map(number)` or `object({ city = string, zip = optional(string) })`."},
		{Name: "default", Type: "of the variable's type", Default: "the variable needs a value", Doc: "The value of the variable if no other " +
			"[source](#values-of-variables) has one. It is a constant: it refers to nothing and calls no function."},
		{Name: "description", Type: "string", Default: "no description", Doc: "What the variable is for."},
		{Name: "sensitive", Type: "bool", Default: "`false`", Doc: "Whether the value is a secret. A secret, and every value made from it, is " +
			"never shown."},
	},
	Blocks: []BlockType{validationBlock},
}

var validationBlock = BlockType{
	Type: "validation", Many: true,
	Doc: "A rule that the value of the variable must follow.",
	Args: []Argument{
		{Name: "condition", Type: "bool", Required: true, Doc: "The rule, an expression over `var.NAME` that must be true."},
		{Name: "error_message", Type: "string", Required: true, Doc: "The error if it is not, as a whole sentence."},
	},
}

// variable is one variable block.
type variable struct {
	name         string
	ty           cty.Type // DynamicPseudoType if no type is declared
	defaults     *typeexpr.Defaults
	fallback     cty.Value // the default, or NilVal
	defaultRange *hcl.Range
	sensitive    bool
	validations  []*hcl.BodyContent
	declRange    hcl.Range
}

// DeclareVariables reads the variable blocks, gives each variable its value, and checks the values.
func (s *Scope) DeclareVariables(blocks hcl.Blocks, sources Sources) hcl.Diagnostics {
	variables, diags := decodeVariables(blocks)
	declared := map[string]*variable{}
	for _, v := range variables {
		declared[v.name] = v
		if v.defaultRange != nil {
			s.defaults[v.name] = *v.defaultRange
		}
	}
	values, d := sources.gather(declared)
	diags = append(diags, d...)
	for _, v := range variables {
		g, isGiven := values[v.name]
		value, d := v.evaluate(g, isGiven)
		diags = append(diags, d...)
		s.variables[v.name] = value
	}
	for _, v := range variables {
		diags = append(diags, v.validate(s)...)
	}
	return diags
}

func decodeVariables(blocks hcl.Blocks) ([]*variable, hcl.Diagnostics) {
	var out []*variable
	blocks, diags := Unique(blocks, func(b *hcl.Block) string { return b.Labels[0] })
	for _, hb := range blocks {
		content, d := hb.Body.Content(VariableBlock.Schema())
		diags = append(diags, d...)
		b := &Block{Scope: NewScope(), Attrs: content.Attributes, Range: hb.DefRange}
		v := &variable{name: hb.Labels[0], ty: cty.DynamicPseudoType, declRange: hb.DefRange}
		if attr := content.Attributes["type"]; attr != nil {
			ty, defaults, d := typeexpr.TypeConstraintWithDefaults(attr.Expr)
			b.Diags = append(b.Diags, d...)
			if !d.HasErrors() {
				v.ty, v.defaults = ty, defaults
			}
		}
		if s, ok := b.Value("sensitive", cty.Bool); ok {
			v.sensitive = s.True()
		}
		b.Text("description")
		if attr := content.Attributes["default"]; attr != nil {
			v.defaultRange = attr.Expr.Range().Ptr()
			value, d := attr.Expr.Value(nil)
			b.Diags = append(b.Diags, withhold(d, v.sensitive)...)
			v.fallback = cty.DynamicVal
			if !d.HasErrors() {
				converted, err := v.convert(value)
				if err != nil {
					b.Error(attr.Expr.Range(), "Invalid default value", fmt.Sprintf(
						"The default of the variable %q does not fit its type: %s.", v.name, v.explain(err)))
				} else {
					v.fallback = converted
				}
			}
		}
		for _, inner := range content.Blocks {
			c, d := inner.Body.Content(validationBlock.Schema())
			rule := &Block{Attrs: c.Attributes, Range: inner.DefRange, Diags: d}
			rule.Require(validationBlock.Required()...)
			b.Diags = append(b.Diags, rule.Diags...)
			if !rule.Diags.HasErrors() {
				v.validations = append(v.validations, c)
			}
		}
		diags = append(diags, b.Diags...)
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

// explain returns the text of a conversion error. It says nothing about the structure of a secret.
func (v *variable) explain(err error) string {
	if v.sensitive {
		return typeexpr.TypeString(v.ty) + " required"
	}
	return err.Error()
}

// validate evaluates the validation blocks of the variable.
func (v *variable) validate(s *Scope) hcl.Diagnostics {
	var diags hcl.Diagnostics
	if !s.variables[v.name].IsWhollyKnown() {
		return nil
	}
	for _, content := range v.validations {
		b := &Block{Scope: s, Attrs: content.Attributes}
		text := b.Text("error_message")
		condition := content.Attributes["condition"].Expr
		result, d := s.Eval(condition)
		diags = append(append(diags, b.Diags...), d...)
		if d.HasErrors() {
			continue
		}
		result, _ = result.UnmarkDeep()
		result, err := convert.Convert(result, cty.Bool)
		switch {
		case err != nil || result.IsNull() || !result.IsKnown():
			diags = append(diags, ErrorAt(condition.Range(), "Invalid condition", "The condition of a validation must be true or false."))
		case result.False():
			diags = append(diags, ErrorAt(v.declRange, "Invalid value for variable", text))
		}
	}
	return diags
}
