// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package power

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/outcome"
)

var templateList = power{"template_list", func(c capability.Capabilities) bool { return c.TemplateList }}

func templates() []suite.Check {
	return append(templateList.checks(
		suite.Check{
			ID: "templates/all-pages", Run: allPages,
			Requirement: "The pages of the list have each template of the vendor once, with its name, language, category and status.",
			Kills: []string{"templates-first-page-only", "templates-first-page-again", "templates-drop-the-region", "templates-all-approved",
				"templates-lose-the-last"},
		},
		suite.Check{
			ID: "templates/failure", Run: templatesFailure,
			Requirement: "When the vendor fails, on the first page or a later one, the call is rejected: a failure is never an empty list.",
			Control:     "The same page is listed without a fault.",
			Kills:       []string{"templates-failure-as-empty"},
		},
	), templateList.undeclared("templates/undeclared-refused", "serves-undeclared-templates", func(ctx context.Context, e *suite.Env) error {
		_, _, err := e.Client().ListTemplates(ctx, e.ChannelID(), "")
		return err
	}))
}

// vendorTemplates puts templates on three pages of the vendor's list, of which the last has one, and returns them.
func vendorTemplates(e *suite.Env) []emulator.Template {
	described(e, e.Dialect().TemplateList, "template_list")
	languages, statuses := []string{"en_US", "en", "pt_BR", "de"}, []string{"APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"}
	categories := sample.Categories()
	var all []emulator.Template
	for i := range 21 {
		all = append(all, emulator.Template{
			Name: fmt.Sprintf("order_%d", i/len(languages)), Language: languages[i%len(languages)], ID: fmt.Sprintf("t-%d", i),
			Status: statuses[i%len(statuses)], Category: categories[i%len(categories)],
		})
	}
	e.Emulator().PutTemplates(all[:10], all[10:20], all[20:])
	return all
}

func allPages(ctx context.Context, e *suite.Env) {
	want := map[string]int{}
	for _, t := range vendorTemplates(e) {
		want[line(t.Name, t.Language, t.Category, t.Status)]++
	}
	got := map[string]int{}
	page := ""
	for n := 0; n == 0 || page != ""; n++ {
		if n > len(want) {
			e.Fatalf("next_page", "an end of the list", "none after %d pages", n)
		}
		list, rejected, err := e.Templates(ctx, page, 0)
		if err != nil || rejected != nil {
			e.Fatalf("page", "a list", "%s", refusal(rejected, err))
		}
		for _, t := range list.Templates {
			got[line(t.Name, t.Language, t.Category, t.Status)]++
		}
		page = list.Next
	}
	for t, n := range got {
		if want[t] != n {
			e.Failf("template", fmt.Sprintf("%d of them", want[t]), "%d: %s", n, t)
		}
	}
	for t := range want {
		if got[t] == 0 {
			e.Failf("template", t, "missing")
		}
	}
}

// line describes a template.
func line(parts ...string) string { return strings.Join(parts, " ") }

func templatesFailure(ctx context.Context, e *suite.Env) {
	vendorTemplates(e)
	first, rejected, err := e.Templates(ctx, "", 0)
	if err != nil || rejected != nil || len(first.Templates) == 0 {
		e.Blocked("control: the first page is not listed: %s", refusal(rejected, err))
	}
	for _, page := range []string{"", first.Next} {
		eachFailure(e, append([]string{"status(404)", "truncate(9)", "json_wrong_types"}, mediaFaults...), func(fault string, timeout time.Duration) {
			list, rejected, err := e.Templates(ctx, page, timeout, faults(fault)...)
			if err == nil && rejected == nil {
				e.Failf(fault, "a rejection", "a list of %d templates", len(list.Templates))
			}
			if err != nil && timeout == 0 {
				e.Failf(fault, "a rejection", "%v", err)
			}
		})
	}
}

// rowOf returns the error row that a fault plays, or nil.
func rowOf(e *suite.Env, fault string) *dialect.Error {
	name, ok := strings.CutPrefix(strings.TrimSuffix(fault, ")"), "error(")
	if !ok {
		return nil
	}
	return e.Dialect().Error(name)
}

// refusal describes why a call had no result.
func refusal(r *outcome.Rejected, err error) string {
	switch {
	case err != nil:
		return "the call failed: " + err.Error()
	case r != nil:
		return "rejected: " + string(r.Reason) + ", retry " + string(r.Retry) + ": " + r.Detail
	}
	return "a result without content"
}
