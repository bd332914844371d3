// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/schema"
)

// decodedBody is the provider-owned part of a block.
type decodedBody struct {
	value cty.Value // marked; NilVal where the schema is not known
	attrs hcl.Attributes
	at    hcl.Range
}

// hostSchema describes what the host owns in a block. All reserved names are asked for, so that those without a
// meaning yet are reported as such.
func hostSchema(blocks ...string) *hcl.BodySchema {
	s := &hcl.BodySchema{}
	for _, name := range schema.Reserved {
		if name != "rate_limit" {
			s.Attributes = append(s.Attributes, hcl.AttributeSchema{Name: name})
		}
	}
	for _, name := range blocks {
		s.Blocks = append(s.Blocks, hcl.BlockHeaderSchema{Type: name})
	}
	return s
}

// reserved reports the reserved arguments that mean nothing in this block.
func (b *block) reserved(what string, meant ...string) {
	for _, name := range sortedKeys(b.attrs) {
		known := false
		for _, m := range meant {
			known = known || m == name
		}
		if !known {
			b.add(b.attrs[name].NameRange, "Reserved argument name", fmt.Sprintf(
				"The argument %q is reserved for wahost itself and means nothing in a %s block. Remove it.", name, what))
		}
	}
}

// decodeBody evaluates a provider-owned body by the provider's schema. hcldec is not used, because its diagnostics
// neither know the references of this language nor keep secrets.
func (f *Folder) decodeBody(s *scope, body hcl.Body, sch schema.Schema, at hcl.Range) (*decodedBody, hcl.Diagnostics) {
	bodySchema := &hcl.BodySchema{}
	for _, a := range sch.Attributes {
		bodySchema.Attributes = append(bodySchema.Attributes, hcl.AttributeSchema{Name: a.Name})
	}
	content, diags := body.Content(bodySchema)
	out := &decodedBody{attrs: content.Attributes, at: at}
	values := map[string]cty.Value{}
	for _, a := range sch.Attributes {
		attr := content.Attributes[a.Name]
		if attr == nil {
			values[a.Name] = cty.NullVal(a.Type)
			continue
		}
		if !a.Sensitive {
			f.shown[attr.Expr.Range()] = true
		}
		v, d := f.decodeArgument(s, a, attr)
		diags = append(diags, d...)
		values[a.Name] = v
	}
	out.value = cty.ObjectVal(values)
	plain, _ := out.value.UnmarkDeep()
	_, found := sch.Conform(plain)
	return out, append(diags, out.place(found)...)
}

func (f *Folder) decodeArgument(s *scope, a schema.Attribute, attr *hcl.Attribute) (cty.Value, hcl.Diagnostics) {
	unknown := cty.UnknownVal(a.Type)
	v, diags := s.evalWith(attr.Expr, nil, a.Sensitive)
	if a.Sensitive {
		for _, d := range diags {
			if d.Summary == unknownName {
				d.Detail = "There is no such name. If it is the secret itself, it needs quotes, and better a sensitive variable."
			}
		}
	}
	if diags.HasErrors() {
		return unknown, diags
	}
	hidden := isSensitive(v)
	if hidden && !a.Sensitive {
		// What one secret made is secret, also where the schema does not say so.
		delete(f.shown, attr.Expr.Range())
	}
	converted, err := convert.Convert(v, a.Type)
	if err == nil {
		err = schema.CheckNumbers(converted) // a text may have become a number
	}
	if err != nil {
		detail := err.Error()
		if a.Sensitive || hidden {
			detail = a.Type.FriendlyName() + " required"
		}
		return unknown, append(diags, problem(attr.Expr.Range(), "Incorrect argument type", fmt.Sprintf(
			"Inappropriate value for argument %q: %s.", a.Name, detail)))
	}
	if a.Sensitive {
		if !hidden && !converted.IsNull() && converted.IsWhollyKnown() {
			f.hideReferred(s, attr.Expr, map[string]bool{})
			diags = append(diags, warning(attr.NameRange, "Secret in plain text", fmt.Sprintf(
				"The argument %q is a secret, but its value does not come from a sensitive variable, so anybody who reads "+
					"these files reads it. Declare a variable with sensitive = true, refer to it here as var.NAME, and give "+
					"its value with the environment variable %sNAME.", a.Name, EnvPrefix)))
		}
		converted = converted.Mark(sensitive)
	}
	return converted, diags
}

// hideReferred blots out the literals that a secret was made from.
func (f *Folder) hideReferred(s *scope, expr hcl.Expression, seen map[string]bool) {
	for _, t := range expr.Variables() {
		names := steps(t)
		if len(names) == 0 || seen[t.RootName()+"."+names[0]] {
			continue
		}
		seen[t.RootName()+"."+names[0]] = true
		switch t.RootName() {
		case "local":
			if referred := s.localNames[names[0]]; referred != nil {
				f.hidden[referred.Range()] = true
				f.hideReferred(s, referred, seen)
			}
		case "var":
			if at, ok := f.defaults[names[0]]; ok {
				f.hidden[at] = true
			}
		}
	}
}

// place gives diagnostics of schema or provider the place in the file that their paths lead to.
func (d *decodedBody) place(found diag.Diagnostics) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, one := range found {
		severity := hcl.DiagError
		if one.Severity == diag.Warning {
			severity = hcl.DiagWarning
		}
		out = append(out, &hcl.Diagnostic{
			Severity: severity, Summary: d.scrub(one.Summary), Detail: d.scrub(one.Detail), Subject: d.locate(one.Path).Ptr(),
		})
	}
	return out
}

// minSecret is the length in bytes from which a secret is looked for in a provider's texts. Shorter ones would hit
// parts of ordinary words.
const minSecret = 4

// scrub takes this block's secrets out of a provider's text, in case its author did not.
func (d *decodedBody) scrub(text string) string {
	if d.value == cty.NilVal {
		return text
	}
	secrets := map[string]bool{}
	gather := func(v cty.Value) {
		_ = cty.Walk(v, func(_ cty.Path, leaf cty.Value) (bool, error) {
			if leaf.Type() != cty.String || !leaf.IsKnown() || leaf.IsNull() {
				return true, nil
			}
			secret := leaf.AsString()
			quoted := strconv.Quote(secret)
			for _, form := range append(strings.Split(secret, "\n"), secret, quoted[1:len(quoted)-1]) {
				if len(form) >= minSecret {
					secrets[form] = true
				}
			}
			return true, nil
		})
	}
	_ = cty.Walk(d.value, func(_ cty.Path, v cty.Value) (bool, error) {
		if v.IsMarked() {
			plain, _ := v.UnmarkDeep()
			gather(plain)
			return false, nil
		}
		return true, nil
	})
	for _, secret := range slices.Backward(sortedKeys(secrets)) { // of two where one starts the other, the longer first
		text = strings.ReplaceAll(text, secret, "(sensitive value)")
	}
	return text
}

// locate follows a path into the expressions as far as they are written out.
func (d *decodedBody) locate(path cty.Path) hcl.Range {
	if len(path) == 0 {
		return d.at
	}
	step, ok := path[0].(cty.GetAttrStep)
	if !ok || d.attrs[step.Name] == nil {
		return d.at
	}
	expr := d.attrs[step.Name].Expr
	for _, step := range path[1:] {
		next := child(expr, step)
		if next == nil {
			break
		}
		expr = next
	}
	return expr.Range()
}

func child(expr hcl.Expression, step cty.PathStep) hcl.Expression {
	var key cty.Value
	switch step := step.(type) {
	case cty.IndexStep:
		key = step.Key
	case cty.GetAttrStep:
		key = cty.StringVal(step.Name)
	}
	if key == cty.NilVal || key.IsNull() || !key.IsKnown() {
		return nil
	}
	if key.Type() == cty.Number {
		exprs, diags := hcl.ExprList(expr)
		i, _ := key.AsBigFloat().Int64()
		if diags.HasErrors() || i < 0 || i >= int64(len(exprs)) {
			return nil
		}
		return exprs[i]
	}
	pairs, diags := hcl.ExprMap(expr)
	if diags.HasErrors() {
		return nil
	}
	for _, pair := range pairs {
		if k, d := pair.Key.Value(nil); !d.HasErrors() && k.RawEquals(key) {
			return pair.Value
		}
	}
	return nil
}
