// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

// CheckCapabilities returns errors for the channels that can carry nothing that their routes match or their templates
// need. The capabilities are those that OpenChannel returned. Channels that are not in caps are not checked.
func (r *Result) CheckCapabilities(caps map[addr.Channel]capability.Capabilities) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, route := range r.routes {
		for i, a := range route.Channels {
			can, ok := caps[a]
			if !ok {
				continue
			}
			if wanted, offered := cannotServe(route.Match, can); wanted != "" {
				diags = append(diags, lang.ErrorAt(route.channelRanges[i], "Channel cannot serve the route", fmt.Sprintf(
					"The route %q matches only messages of the %s, and %s carries only %s. It would be skipped for every "+
						"message: remove it from the route.", route.Name, wanted, a.Reference(), offered)))
			}
		}
	}
	for _, b := range r.bindings {
		can, ok := caps[b.channel]
		switch {
		case !ok:
		case !carries(can, message.KindTemplate):
			diags = append(diags, lang.ErrorAt(b.at, "Channel cannot carry templates", fmt.Sprintf(
				"The template %q is bound to %s, which carries no templates, only: %s.",
				b.template, b.channel.Reference(), kindNames(can))))
		case !carriesCategory(can, b.category):
			diags = append(diags, lang.ErrorAt(b.at, "Channel cannot carry the template", fmt.Sprintf(
				"The template %q has the category %s, but %s carries only templates of the category %s.",
				b.template, b.category, b.channel.Reference(), lang.Join(can.TemplateCategories))))
		}
	}
	return diags
}

// cannotServe returns what is matched and what is carried if the two have nothing in common, and empty texts otherwise.
// A template has one of the template categories; everything else has the category service.
func cannotServe(m config.Match, can capability.Capabilities) (wanted, offered string) {
	kindsLeft := filter(kinds, func(kind string) bool { return m.Kinds == nil || m.Kinds.Has(kind) })
	carried := filter(kindsLeft, func(kind string) bool { return carries(can, kind) })
	if len(carried) == 0 {
		if m.Kinds == nil {
			return "", "" // the channel has only kinds that this version does not know
		}
		return "kind " + lang.Join(kindsLeft), orNone(kindNames(can))
	}
	if m.Categories == nil {
		return "", ""
	}
	if m.Categories.Has(message.CategoryService) && slices.ContainsFunc(carried, func(kind string) bool { return kind != message.KindTemplate }) {
		return "", ""
	}
	asked := filter(templateCategories, m.Categories.Has)
	if !slices.Contains(carried, message.KindTemplate) {
		return "category " + lang.Join(m.Categories.Sorted()), "messages without a template"
	}
	if len(asked) == 0 {
		return "category " + lang.Join(m.Categories.Sorted()), "templates"
	}
	if slices.ContainsFunc(asked, func(category string) bool { return carriesCategory(can, category) }) {
		return "", ""
	}
	return "category " + lang.Join(m.Categories.Sorted()), "templates of the category " + lang.Join(can.TemplateCategories)
}

func carries(can capability.Capabilities, kind string) bool {
	return slices.ContainsFunc(can.Kinds, func(k capability.Kind) bool { return k.Kind == kind })
}

func carriesCategory(can capability.Capabilities, category string) bool {
	return len(can.TemplateCategories) == 0 || slices.Contains(can.TemplateCategories, category)
}

func kindNames(can capability.Capabilities) string {
	var names []string
	for _, k := range can.Kinds {
		names = append(names, k.Kind)
	}
	return lang.Join(names)
}

func filter(words []string, keep func(string) bool) []string {
	var out []string
	for _, w := range words {
		if keep(w) {
			out = append(out, w)
		}
	}
	return out
}
