// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/message"
)

var templateSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{{Name: "category"}, {Name: "parameters"}},
	Blocks:     []hcl.BlockHeaderSchema{{Type: "binding"}},
}

var bindingSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{{Name: "channels"}, {Name: "name"}, {Name: "languages"}, {Name: "parameters"}},
}

// templateCategories are the categories that WhatsApp gives to templates.
var templateCategories = []string{message.CategoryMarketing, message.CategoryUtility, message.CategoryAuthentication}

// bindingRange is where a template is bound to a channel.
type bindingRange struct {
	template string
	category string
	channel  addr.Channel
	at       hcl.Range
}

func (l *loader) decodeTemplates() {
	for _, hb := range l.templateBlocks {
		content, diags := hb.Body.Content(templateSchema)
		b := &block{scope: l.scope, attrs: content.Attributes, at: hb.DefRange, diags: diags}
		b.require("category")
		t := template.Template{Name: hb.Labels[0]}
		t.Category = b.word("category", "template category", templateCategories)
		t.Parameters = toTexts(b.parameterNames())
		if len(content.Blocks) == 0 {
			b.add(hb.DefRange, "Missing binding", fmt.Sprintf(
				"The template %q is bound to no channel, so no message can use it. Add a binding block with channels, "+
					"the vendor's name of the template, and languages.", t.Name))
		}
		taken := map[string]hcl.Range{} // by channel and language
		for _, inner := range content.Blocks {
			binding, items := b.binding(inner, t)
			for _, it := range items {
				l.bindings = append(l.bindings, bindingRange{t.Name, t.Category, it.channel, it.at})
				for _, language := range binding.Languages {
					key := it.channel.String() + " " + strings.ToLower(language)
					if previous, ok := taken[key]; ok {
						b.add(it.at, "Duplicate binding", fmt.Sprintf(
							"The template %q is already bound to %s in the language %s, at %s.",
							t.Name, it.channel.Reference(), language, newRange(previous)))
						continue
					}
					taken[key] = it.at
				}
			}
			t.Bindings = append(t.Bindings, binding)
		}
		l.add(b.diags...)
		l.templates = append(l.templates, t)
	}
}

// parameterNames reads names without doubles.
func (b *block) parameterNames() []item {
	return b.checked("parameters", func(it item) (string, bool) {
		if strings.TrimSpace(it.text) == "" {
			b.add(it.at, "Invalid parameter name", "The name of a parameter must not be empty.")
			return "", false
		}
		return it.text, true
	})
}

func (outer *block) binding(hb *hcl.Block, t template.Template) (template.Binding, []channelItem) {
	content, diags := hb.Body.Content(bindingSchema)
	b := &block{scope: outer.scope, attrs: content.Attributes, at: hb.DefRange, diags: diags}
	defer func() { outer.diags = append(outer.diags, b.diags...) }()

	b.require("channels", "name", "languages")
	out := template.Binding{Name: b.text("name")}
	items := b.channels("channels")
	for _, it := range items {
		out.Channels = append(out.Channels, it.channel)
	}
	out.Languages = toTexts(b.checked("languages", func(it item) (string, bool) {
		if it.text == "" || strings.ContainsAny(it.text, " \t\n") {
			b.add(it.at, "Invalid language", `A language is a code as the vendor lists it, such as "en" or "pt_BR".`)
			return "", false
		}
		return it.text, true
	}))
	b.notEmpty("channels", "languages")
	if !b.has("parameters") {
		return out, items
	}
	before := len(b.diags)
	out.Parameters = toTexts(b.parameterNames())
	if len(b.diags) > before {
		return out, items
	}
	var wrong []string
	for _, name := range t.Parameters {
		if !slices.Contains(out.Parameters, name) {
			wrong = append(wrong, fmt.Sprintf("%q is missing", name))
		}
	}
	for _, name := range out.Parameters {
		if !slices.Contains(t.Parameters, name) {
			wrong = append(wrong, fmt.Sprintf("%q is not a parameter of the template", name))
		}
	}
	if len(wrong) > 0 {
		b.add(b.attrs["parameters"].Expr.Range(), "Template parameters differ", fmt.Sprintf(
			"A binding lists the parameters of its template in the vendor's order: %s. The template %q has: %s.",
			strings.Join(wrong, ", "), t.Name, orNone(strings.Join(t.Parameters, ", "))))
	}
	return out, items
}

// notEmpty reports lists that are written out with nothing in them.
func (b *block) notEmpty(names ...string) {
	for _, name := range names {
		if attr := b.attrs[name]; attr != nil {
			if exprs, diags := hcl.ExprList(attr.Expr); !diags.HasErrors() && len(exprs) == 0 {
				b.add(attr.Expr.Range(), "Empty list", fmt.Sprintf("The list %q needs at least one element.", name))
			}
		}
	}
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
