// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/message"
)

var templateBlock = lang.BlockType{
	Type: "template", Labels: []string{"name"}, Many: true,
	Doc: "One template as your application knows it, with one name and named parameters, whatever the vendors call it. A message that " +
		"names it becomes what the chosen channel's vendor approved. Expressions refer to it as `template.NAME`.",
	Args: []lang.Argument{
		{Name: "category", Type: "string", Required: true, Allowed: templateCategories, Doc: "The template's category at WhatsApp."},
		{Name: "parameters", Type: "list of strings", Default: "no parameters", Doc: "The names of the body's parameters."},
	},
	Blocks: []lang.BlockType{bindingBlock},
}

var bindingBlock = lang.BlockType{
	Type: "binding", Many: true,
	Doc: "What some channels call the template. A template needs at least one binding, and each channel and language has at most one.",
	Args: []lang.Argument{
		{Name: "channels", Type: "list of channels", Required: true, Doc: "The channels for which this binding is, as references."},
		{Name: "name", Type: "string", Required: true, Doc: "The name under which the vendor approved the template."},
		{Name: "languages", Type: "list of strings", Required: true, Doc: "The languages that the vendor approved, as the vendor writes them, " +
			"such as `en` or `pt_BR`."},
		{Name: "parameters", Type: "list of strings", Default: "the template's `parameters`", Doc: "The names of the template's parameters in the " +
			"order of the vendor's placeholders `{{1}}`, `{{2}}`, ... All of them must be listed."},
	},
}

// templateCategories are the categories of templates in WhatsApp.
var templateCategories = []string{message.CategoryMarketing, message.CategoryUtility, message.CategoryAuthentication}

// binding is one binding of a template to a channel, with its range.
type binding struct {
	template string
	category string
	channel  addr.Channel
	at       hcl.Range
}

func (l *loader) decodeTemplates() {
	for _, hb := range l.templateBlocks {
		content, diags := hb.Body.Content(templateBlock.Schema())
		b := &lang.Block{Scope: l.scope, Attrs: content.Attributes, Range: hb.DefRange, Diags: diags}
		b.Require(templateBlock.Required()...)
		t := template.Template{Name: hb.Labels[0]}
		t.Category = b.Word("category", "template category", templateCategories)
		t.Parameters = lang.ToTexts(parameterNames(b))
		if len(content.Blocks) == 0 {
			b.Error(hb.DefRange, "Missing binding", fmt.Sprintf(
				"The template %q is not bound to any channel, so no message can use it. Add a binding block with channels, "+
					"the vendor's name of the template, and languages.", t.Name))
		}
		taken := map[string]hcl.Range{} // by channel and language
		for _, inner := range content.Blocks {
			bound, items := decodeBinding(b, inner, t)
			for _, it := range items {
				l.bindings = append(l.bindings, binding{t.Name, t.Category, it.Channel, it.Range})
				for _, language := range bound.Languages {
					key := it.Channel.String() + " " + template.CanonicalLanguage(language)
					if previous, ok := taken[key]; ok {
						b.Error(it.Range, "Duplicate binding", fmt.Sprintf(
							"The template %q is already bound to %s in the language %s, at %s.",
							t.Name, it.Channel.Reference(), language, lang.NewRange(previous)))
						continue
					}
					taken[key] = it.Range
				}
			}
			t.Bindings = append(t.Bindings, bound)
		}
		l.add(b.Diags...)
		l.templates = append(l.templates, t)
	}
}

// parameterNames reads a list of parameter names, each at most once.
func parameterNames(b *lang.Block) []lang.Item {
	return b.Checked("parameters", func(it lang.Item) (string, bool) {
		if strings.TrimSpace(it.Text) == "" {
			b.Error(it.Range, "Invalid parameter name", "The name of a parameter must not be empty.")
			return "", false
		}
		return it.Text, true
	})
}

func decodeBinding(outer *lang.Block, hb *hcl.Block, t template.Template) (template.Binding, []lang.ChannelItem) {
	content, diags := hb.Body.Content(bindingBlock.Schema())
	b := &lang.Block{Scope: outer.Scope, Attrs: content.Attributes, Range: hb.DefRange, Diags: diags}
	defer func() { outer.Diags = append(outer.Diags, b.Diags...) }()

	b.Require(bindingBlock.Required()...)
	out := template.Binding{Name: b.Text("name")}
	items := b.Channels("channels")
	for _, it := range items {
		out.Channels = append(out.Channels, it.Channel)
	}
	out.Languages = lang.ToTexts(b.Checked("languages", func(it lang.Item) (string, bool) {
		if it.Text == "" || strings.ContainsAny(it.Text, " \t\n") {
			b.Error(it.Range, "Invalid language", `A language is a code as the vendor lists it, such as "en" or "pt_BR".`)
			return "", false
		}
		return it.Text, true
	}))
	b.NotEmpty("A binding needs at least one channel. Write one, or remove the whole block.", "channels")
	b.NotEmpty("A binding needs at least one language, as the vendor lists it.", "languages")
	if b.Given("name") && out.Name == "" && !b.Diags.HasErrors() {
		b.Error(b.RangeOf("name"), "Invalid template name", "The vendor's name of the template must not be empty.")
	}
	if !b.Has("parameters") {
		return out, items
	}
	before := len(b.Diags)
	out.Parameters = lang.ToTexts(parameterNames(b))
	if len(b.Diags) > before {
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
		b.Error(b.Attrs["parameters"].Expr.Range(), "Template parameters differ", fmt.Sprintf(
			"A binding lists the parameters of its template in the vendor's order: %s. The template %q has: %s.",
			strings.Join(wrong, ", "), t.Name, orNone(strings.Join(t.Parameters, ", "))))
	}
	return out, items
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
