// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/internal/testbrowser"
)

// footerDropped is a report in which one field is dropped in many checks, as a real provider would have it.
func footerDropped() *report.Report {
	r := one()
	for _, kind := range []string{"list", "button", "product", "product_list", "flow", "cta_url"} {
		for _, what := range []string{"fidelity", "unicode", "escaping", "boundary"} {
			id := "send/" + kind + "/" + what
			if id == "send/list/minimal" {
				continue
			}
			r.Planned = append(r.Planned, id)
			r.Results = append(r.Results, report.Result{
				ID: id, Group: "send", Level: report.Cap, Status: report.Fail, Capability: kind,
				Requirement: fmt.Sprintf("Every field of a message of kind %s is on the wire, refused, or reported as ignored.", kind),
				Findings: []report.Finding{{
					At: "interactive.footer.text", Expected: "on the wire, in ignored_fields, or refused",
					Actual: fmt.Sprintf(`dropped: the marker q02"%s%s02z is in none of 1 vendor requests`, kind, what),
				}},
				Reproduce: "wahost conformance run bin/wahost-provider-acme-with-a-long-name --dialect acme.hcl --seed 7 " + id,
			})
		}
	}
	r.Judge()
	return r
}

// TestPageInABrowser opens pages with a result of every status and effect, in every view, with everything unfolded.
func TestPageInABrowser(t *testing.T) {
	t.Parallel()
	browser := testbrowser.Start(t)
	advised := conformantReport()
	set("schema/described", report.Fail)(advised)
	advised.Judge()
	for name, r := range map[string]*report.Report{"nonconformant": footerDropped(), "advice": advised} {
		data, err := r.Render("html")
		require.NoError(t, err)
		page := browser.Open(t, data)
		for _, view := range testbrowser.Views() {
			page.Look(view)
			assert.Empty(t, page.Overflow(), "%s, %s, as it is opened", name, view)
		}
		testbrowser.Evaluate[bool](page, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
		for _, view := range testbrowser.Views() {
			page.Look(view)
			assert.Empty(t, page.Overflow(), "%s, %s", name, view)
			assert.Empty(t, page.Problems(), "%s, %s", name, view)
		}
	}
}

func TestPageWithoutAMouse(t *testing.T) {
	t.Parallel()
	browser := testbrowser.Start(t)
	data, err := footerDropped().Render("html")
	require.NoError(t, err)
	page := browser.Open(t, data)
	active := func() string {
		return testbrowser.Evaluate[string](page, `document.activeElement.getAttribute("href") || document.activeElement.id || document.activeElement.tagName`)
	}
	page.Press(kb.Tab)
	assert.Equal(t, "#checks", active(), "the first stop skips to the checks")
	page.Press(kb.Tab)
	assert.Equal(t, "#cause-1", active(), "the second is the first cause of the verdict")
	page.Press(kb.Enter)
	assert.Equal(t, "#cause-1", testbrowser.Evaluate[string](page, "location.hash"))

	testbrowser.Evaluate[bool](page, `document.querySelector("#cause-1 .members a").focus(), true`)
	page.Press(kb.Enter)
	page.Do(chromedp.WaitVisible(chromedp.CSS(`li.check:target details[open]`)))
	page.Press(kb.Tab)
	require.Equal(t, "SUMMARY", active(), "a link to a check opens it and leads into it")
	require.True(t, testbrowser.Evaluate[bool](page, `document.activeElement.closest("li").matches(":target")`))
	page.Press(kb.Enter)
	assert.False(t, testbrowser.Evaluate[bool](page, `document.activeElement.parentElement.open`), "Enter closes it again")

	page.Do(chromedp.Focus(chromedp.ID("filter")))
	page.Press("footer -xfail")
	assert.Contains(t, testbrowser.Evaluate[string](page, `document.getElementById("shown").textContent`), "24 of ")
	testbrowser.Evaluate[bool](page, `location.hash = "#life/core-crash", true`)
	page.Do(chromedp.WaitVisible(chromedp.CSS(`[id="life/core-crash"]`)))
	assert.Empty(t, testbrowser.Evaluate[string](page, `document.getElementById("filter").value`), "a link to what the filter hides empties it")
	for _, region := range []string{"Kinds of message"} {
		assert.Equal(t, 0, testbrowser.Evaluate[int](page, fmt.Sprintf(`document.querySelector('[aria-label="%s"]').tabIndex`, region)), region)
	}
}
