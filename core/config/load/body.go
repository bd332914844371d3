// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/schema"
)

// PlainSecret is the summary of the warning about a secret that is written in a file of the configuration.
const PlainSecret = "Secret in plain text"

// decodedBody is the part of a block that the provider owns.
type decodedBody struct {
	value  cty.Value // with marks and defaults, or NilVal if the schema is not known
	attrs  hcl.Attributes
	blocks map[string][]*decodedBody // the nested blocks, by type and in order; they have no values
	at     hcl.Range
}

// hostSchema returns the schema of the part of a block that the host owns. It has all reserved names, so that those
// without a meaning yet are reported as reserved.
func hostSchema(t lang.BlockType) *hcl.BodySchema {
	s := t.Schema()
	for _, name := range schema.Reserved {
		if name != rateLimitBlock.Type && !t.Has(name) {
			s.Attributes = append(s.Attributes, hcl.AttributeSchema{Name: name})
		}
	}
	return s
}

// reportReserved adds an error for each reserved argument that has no meaning in this kind of block.
func reportReserved(b *lang.Block, t lang.BlockType) {
	for _, name := range slices.Sorted(maps.Keys(b.Attrs)) {
		if !t.Has(name) {
			b.Error(b.Attrs[name].NameRange, "Reserved argument name", fmt.Sprintf(
				"The argument %q is reserved for wahost itself and has no meaning in a %s block. Remove it.", name, t.Type))
		}
	}
}

// decodeBody evaluates the provider-owned part of a block with the provider's schema, checks the value against the schema and
// fills in the defaults. It does not use hcldec, whose diagnostics know nothing of this language's references and secrets.
func (f *Folder) decodeBody(s *lang.Scope, body hcl.Body, sch schema.Schema, at hcl.Range) (*decodedBody, hcl.Diagnostics) {
	out, told, diags := f.evaluateBody(s, body, sch, at)
	plain, marks := out.value.UnmarkDeepWithPaths()
	complete, found := told.Conform(plain)
	out.value = complete.MarkWithPaths(marks)
	return out, append(diags, out.diagnostics(found)...)
}

// evaluateBody evaluates the arguments and nested blocks of a body. It also returns the schema in which each argument with a
// secret is sensitive, whatever the provider says.
func (f *Folder) evaluateBody(s *lang.Scope, body hcl.Body, sch schema.Schema, at hcl.Range) (*decodedBody, schema.Schema, hcl.Diagnostics) {
	bodySchema := &hcl.BodySchema{}
	for _, a := range sch.Attributes {
		bodySchema.Attributes = append(bodySchema.Attributes, hcl.AttributeSchema{Name: a.Name})
	}
	for _, b := range sch.Blocks {
		bodySchema.Blocks = append(bodySchema.Blocks, hcl.BlockHeaderSchema{Type: b.Name})
	}
	content, diags := body.Content(bodySchema)
	out := &decodedBody{attrs: content.Attributes, blocks: map[string][]*decodedBody{}, at: at}
	told := sch
	told.Attributes, told.Blocks = slices.Clone(sch.Attributes), slices.Clone(sch.Blocks)
	values := map[string]cty.Value{}
	for i, a := range sch.Attributes {
		attr := content.Attributes[a.Name]
		if attr == nil {
			values[a.Name] = cty.NullVal(a.Type.WithoutOptionalAttributesDeep())
			continue
		}
		if !a.Sensitive {
			f.show(attr.Expr.Range())
		}
		v, d := f.decodeArgument(s, a, attr)
		diags = append(diags, d...)
		values[a.Name] = v
		told.Attributes[i].Sensitive = a.Sensitive || lang.IsSensitive(v)
	}
	for i, b := range sch.Blocks {
		v, inner, d := f.evaluateBlocks(s, content.Blocks.OfType(b.Name), b, out)
		diags = append(diags, d...)
		values[b.Name], told.Blocks[i].Schema = v, inner
	}
	out.value = cty.ObjectVal(values)
	return out, told, diags
}

func (f *Folder) decodeArgument(s *lang.Scope, a schema.Attribute, attr *hcl.Attribute) (cty.Value, hcl.Diagnostics) {
	unknown, eval := cty.UnknownVal(a.Type.WithoutOptionalAttributesDeep()), s.Eval
	if a.Sensitive {
		eval = s.EvalSecret
	}
	v, diags := eval(attr.Expr)
	if a.Sensitive && (diags.HasErrors() || !v.IsWhollyKnown()) {
		f.hideOrigins(s, attr.Expr) // they may be the secret
	}
	if diags.HasErrors() {
		return unknown, diags
	}
	hidden := lang.IsSensitive(v)
	if hidden && !a.Sensitive {
		// A value that was made from a secret is one, whatever the schema says.
		f.shown[attr.Expr.Range()] = false
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
		return unknown, append(diags, lang.ErrorAt(attr.Expr.Range(), "Incorrect argument type", fmt.Sprintf(
			"Inappropriate value for argument %q: %s.", a.Name, detail)))
	}
	if a.Sensitive {
		if !hidden && !converted.IsNull() && converted.IsWhollyKnown() {
			f.hideOrigins(s, attr.Expr)
			diags = append(diags, lang.WarningAt(attr.NameRange, PlainSecret, fmt.Sprintf(
				"The argument %q is a secret, but its value does not come from a sensitive variable, so anybody who reads "+
					"these files reads it. Declare a variable with sensitive = true, refer to it here as var.NAME, and give "+
					"its value with the environment variable %sNAME.", a.Name, config.EnvPrefix)))
		}
		converted = lang.MarkSensitive(converted)
	}
	return converted, diags
}

// hideOrigins marks what gives an expression its value as secret.
func (f *Folder) hideOrigins(s *lang.Scope, expr hcl.Expression) {
	for _, at := range s.Origins(expr) {
		f.hidden[at] = true
	}
}

// hide returns the value for the model, without marks.
func (d *decodedBody) hide() config.Value {
	if d.value == cty.NilVal {
		return config.Value{}
	}
	plain, _ := d.value.UnmarkDeep()
	return config.Hide(plain)
}

// foreignIndent begins each further line of a provider's text, which could otherwise be taken for one of wahost's own.
const foreignIndent = "\n  "

// diagnostics returns the diagnostics of a schema or provider with the ranges that their paths lead to.
func (d *decodedBody) diagnostics(found diag.Diagnostics) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, one := range found {
		severity := hcl.DiagError
		if one.Severity == diag.Warning {
			severity = hcl.DiagWarning
		}
		out = append(out, &hcl.Diagnostic{
			Severity: severity, Summary: d.scrub(one.Summary), Detail: strings.ReplaceAll(strings.TrimRight(d.scrub(one.Detail), "\r\n"), "\n", foreignIndent), Subject: d.locate(one.Path).Ptr(),
		})
	}
	return out
}

// minSecret is the shortest length in bytes of a secret that is searched for in a provider's texts. Shorter ones would
// match parts of ordinary words.
const minSecret = 4

// scrub removes this block's secrets from a provider's text, in case the provider did not.
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
	for _, secret := range slices.Backward(slices.Sorted(maps.Keys(secrets))) { // if one secret begins another, the longer one first
		text = strings.ReplaceAll(text, secret, "(sensitive value)")
	}
	return text
}
