// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// overPage returns a hook that changes a page of templates.
func overPage(change func(*provider.TemplatePage)) resultHook[provider.TemplatePage] {
	return func(p provider.TemplatePage, r *outcome.Rejected) (provider.TemplatePage, *outcome.Rejected) {
		if r == nil {
			change(&p)
		}
		return p, r
	}
}

// templateMutants have a defect in the list of templates.
var templateMutants = []Mutant{
	{Name: "templates-first-page-only", Defect: "the first page of templates is the last", listed: overPage(func(p *provider.TemplatePage) { p.Next = "" })},
	{Name: "templates-first-page-again", Defect: "the name of a page of templates is ignored", tamper: func(m protoreflect.Message, sending bool) {
		if !sending && m.Descriptor().Name() == "ListTemplatesRequest" {
			m.Clear(field(m, "page"))
		}
	}},
	{Name: "templates-drop-the-region", Defect: "the languages of templates have no region", listed: overPage(func(p *provider.TemplatePage) {
		for i, t := range p.Templates {
			p.Templates[i].Language, _, _ = strings.Cut(t.Language, "_")
		}
	})},
	{Name: "templates-all-approved", Defect: "every template is approved", listed: overPage(func(p *provider.TemplatePage) {
		for i := range p.Templates {
			p.Templates[i].Status = "APPROVED"
		}
	})},
	{Name: "templates-lose-the-last", Defect: "the last template of a page is missing", listed: overPage(func(p *provider.TemplatePage) {
		p.Templates = p.Templates[:max(0, len(p.Templates)-1)]
	})},
	{Name: "templates-failure-as-empty", Defect: "a list of templates that failed is empty", listed: func(p provider.TemplatePage, _ *outcome.Rejected) (provider.TemplatePage, *outcome.Rejected) {
		return p, nil
	}},
	{Name: "serves-undeclared-templates", Defect: "the list of templates is not declared but served", tamper: withdraw("template_list"),
		withdraws: func(c *capability.Capabilities) { c.TemplateList = false }},
}
