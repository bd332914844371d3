// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"regexp"
	"slices"
	"strings"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

var validFeature = regexp.MustCompile(`^[a-z_]+(/[a-z_]+){1,2}$`)

// templateCategories are the categories that a provider without a list of its own carries.
var templateCategories = []string{message.CategoryMarketing, message.CategoryUtility, message.CategoryAuthentication}

// Features returns what a provider declares within its kinds of message, sorted, such as "category/authentication",
// "template/button/url", "list/header/text", "template/parameter/currency" and "media/link". Only kinds among the given
// ones count.
func Features(c capability.Capabilities, kinds []string) []string {
	out := []string{}
	add := func(parts ...string) { out = append(out, strings.Join(parts, "/")) }
	for _, k := range c.Kinds {
		if !slices.Contains(kinds, k.Kind) {
			continue
		}
		for what, names := range map[string][]string{"header": k.HeaderKinds, "button": k.ButtonKinds, "parameter": k.ParameterTypes, "component": k.Components} {
			for _, name := range names {
				add(k.Kind, what, name)
			}
		}
		if k.NamedParameters {
			add(k.Kind, "named_parameters")
		}
	}
	if slices.Contains(kinds, message.KindTemplate) {
		categories := c.TemplateCategories
		if len(categories) == 0 {
			categories = templateCategories
		}
		for _, category := range categories {
			add("category", category)
		}
	}
	sources := c.MediaSources
	if len(sources) == 0 {
		sources = []capability.MediaSource{capability.MediaByLink}
	}
	for _, source := range sources {
		add("media", string(source))
	}
	for _, signal := range c.Signals {
		add("signal", string(signal))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Certified is what a certificate covers of the capabilities of an open channel.
type Certified struct {
	// Capabilities are those that are both declared and certified.
	Capabilities capability.Capabilities
	// Refused are the kinds of message that are declared and not certified.
	Refused []string
	// Grown is what else is declared and not certified: features, capabilities that are not kinds, and limits.
	Grown []string
}

// Narrow returns the part of a channel's capabilities that the certificate covers. What a provider declares at run time may
// depend on its configuration, so it may be less than what was certified. It must not be more.
func (p *Predicate) Narrow(c capability.Capabilities) Certified {
	var out Certified
	declared := kindsOf(c)
	for _, f := range Features(c, declared) {
		if kind, _, _ := strings.Cut(f, "/"); !slices.Contains(p.Features, f) && (!slices.Contains(declared, kind) || slices.Contains(p.Capabilities, kind)) {
			out.Grown = append(out.Grown, f)
		}
	}
	keep := func(names []string, prefix string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(p.Features, prefix+name) })
	}
	kinds := c.Kinds
	c.Kinds = nil
	for _, k := range kinds {
		if !slices.Contains(p.Capabilities, k.Kind) {
			out.Refused = append(out.Refused, k.Kind)
			continue
		}
		k.HeaderKinds, k.ButtonKinds = keep(k.HeaderKinds, k.Kind+"/header/"), keep(k.ButtonKinds, k.Kind+"/button/")
		k.ParameterTypes, k.Components = keep(k.ParameterTypes, k.Kind+"/parameter/"), keep(k.Components, k.Kind+"/component/")
		k.NamedParameters = k.NamedParameters && slices.Contains(p.Features, k.Kind+"/named_parameters")
		c.Kinds = append(c.Kinds, k)
	}
	if len(c.TemplateCategories) == 0 {
		c.TemplateCategories = templateCategories
	}
	if c.TemplateCategories = keep(c.TemplateCategories, "category/"); len(c.TemplateCategories) == 0 {
		// An empty list would allow every category.
		c.Kinds = slices.DeleteFunc(c.Kinds, func(k capability.Kind) bool { return k.Kind == message.KindTemplate })
		if slices.Contains(p.Capabilities, message.KindTemplate) && slices.Contains(declared, message.KindTemplate) {
			out.Refused = append(out.Refused, message.KindTemplate)
		}
	}
	if c.MaxRecipients > 1 && !slices.Contains(p.Capabilities, CapRecipients) {
		out.Grown = append(out.Grown, CapRecipients)
		c.MaxRecipients = 1
	}
	if c.Webhooks && !slices.Contains(p.Capabilities, CapWebhooks) {
		out.Grown = append(out.Grown, CapWebhooks)
		c.Webhooks = false
	}
	c.Signals = slices.DeleteFunc(slices.Clone(c.Signals), func(s capability.Signal) bool { return !slices.Contains(p.Features, "signal/"+string(s)) })
	out.Grown = append(out.Grown, p.limit(&c)...)
	out.Capabilities = c
	return out
}

// limit lowers the limits of a channel to the certified ones, and returns those that were higher.
func (p *Predicate) limit(c *capability.Capabilities) (grown []string) {
	declared := message.DefaultLimits().With(c.Limits...).All()
	c.Limits = slices.Clone(c.Limits)
	for _, most := range message.DefaultLimits().With(p.LimitsDeclared...).All() {
		i := slices.IndexFunc(declared, func(l message.Limit) bool { return l.Kind == most.Kind && l.Path == most.Path })
		if i >= 0 && declared[i].Unit == most.Unit && declared[i].Maximum <= most.Maximum {
			continue
		}
		grown = append(grown, "limit "+strings.TrimSpace(most.Kind+" "+most.Path))
		c.Limits = slices.DeleteFunc(c.Limits, func(l message.Limit) bool { return l.Kind == most.Kind && l.Path == most.Path })
		c.Limits = append(c.Limits, most)
	}
	return grown
}

func kindsOf(c capability.Capabilities) []string {
	var out []string
	for _, k := range c.Kinds {
		out = append(out, k.Kind)
	}
	return out
}
