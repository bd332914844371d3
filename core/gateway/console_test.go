// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/internal/testbrowser"
	"github.com/wahost/wahost/sdk/outcome"
)

// envShots is the environment variable with the folder that TestConsole writes pictures of the pages to.
const envShots = "WAHOST_TEST_SCREENSHOTS"

// canary is a text of a vendor that would do something if a page took it for markup.
const canary = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`

// TestConsole follows a person from a phone number to the reason why a message was not sent, in a real browser, and looks at every page.
func TestConsole(t *testing.T) {
	t.Parallel()
	browser := testbrowser.Start(t)
	a := newConsoleWorld(t)
	console := "http://" + a.gateway.AdminAddr().String() + "/"
	p := browser.Tab(t)

	p.Visit(console + "console/messages")
	p.Type("#key", a.token.Reveal())
	p.Click("main button")
	text := func() string { return testbrowser.Evaluate[string](p, "document.querySelector('main').innerText") }
	require.Contains(t, text(), "+16…02")

	p.Type("#q", "+1 (650) 555-1002")
	p.Click("main form button")
	require.NotContains(t, text(), "+16…01")
	p.Click("main tbody a")
	require.Contains(t, text(), "Attempt 1: rejected")
	require.Contains(t, text(), canary, "a text of the vendor is shown as it is")
	require.NotContains(t, text(), "+16505551002")
	p.Click("a[href$='reveal=true']")
	require.Contains(t, text(), "+16505551002")
	require.Contains(t, text(), "<b>Hi</b>")
	require.NotEqual(t, "owned", testbrowser.Evaluate[string](p, "document.title"))

	message := wamidOf(p)
	pauseCampaign(a, p, console)
	pages := []string{"", "messages", "messages/" + message, "attention", "campaigns", "campaigns/spring", "routes", "channels", "templates", "webhooks", "configuration", "explain", "suppressions", "keys", "audit", "no-such-page"}
	for _, name := range pages {
		p.Visit(console + "console/" + name)
		weight := testbrowser.Evaluate[int](p, "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, e) => sum + e.decodedBodySize, 0)")
		assert.Less(t, weight, 150<<10, name)
		for _, view := range append(testbrowser.Views(), testbrowser.View{Width: 2560}) {
			p.Look(view)
			shoot(t, p, name, view)
			assert.Empty(t, p.Overflow(), "%q at %s", name, view)
			assert.Empty(t, p.Problems(), "%q at %s", name, view)
			assert.NotEqual(t, "owned", testbrowser.Evaluate[string](p, "document.title"))
		}
		paint := testbrowser.Evaluate[float64](p, "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1")
		t.Logf("%s: %d bytes, first paint after %.0f ms", shotName(name), weight, paint)
	}

	p.Visit(console + "console/attention")
	require.Contains(t, text(), "2 × vendor rejected")
	p.Click("form[action$=redrive] button")
	require.Contains(t, text(), "2 messages would be changed. Nothing has happened yet.")
	assert.Empty(t, p.Problems())
	shoot(t, p, "bulk", testbrowser.View{Width: 1280})
	p.Click("main button.risk")
	require.Contains(t, text(), "2 messages done.")
	p.Visit(console + "console/attention")
	require.NotContains(t, text(), "2 × vendor rejected")

	p.Visit(console + "console/routes")
	require.Regexp(t, `all messages\tp\.first\thealthy\t–\t[0-9]+\t[^\t]+\t[1-9][0-9] %`, text())
	p.Click("a[href$=explain]")
	p.Click("main form button")
	require.Contains(t, text(), "The gateway would take it")
	require.Equal(t, 1, testbrowser.Evaluate[int](p, "document.querySelectorAll('.edge:not(.faint)').length"))
	assert.Empty(t, p.Problems())
	shoot(t, p, "explained", testbrowser.View{Width: 1280})
	p.Visit(console + "console/templates")
	require.Contains(t, text(), "the route marketing leads here, and the template has no binding for the channel")
	require.Contains(t, text(), "other channels have the template in hi")
	p.Visit(console + "console/channels")
	require.Contains(t, text(), "the process ended (generation 2, after 3s)")
	require.Contains(t, text(), "certified")
	require.Contains(t, text(), "declared")

	p.Click("form.who button")
	p.Visit(console + "console/audit")
	require.Contains(t, text(), "Log in")
	assert.Equal(t, []string{"Failed to load resource: the server responded with a status of 404 (Not Found) " + console + "console/no-such-page"}, p.Errors())
}

// shoot writes a picture of a page as it is looked at, if somebody wants pictures.
func shoot(t *testing.T, p *testbrowser.Page, page string, view testbrowser.View) {
	t.Helper()
	folder := os.Getenv(envShots)
	if folder == "" {
		return
	}
	p.Look(view)
	name := "console-" + shotName(page) + "-" + strconv.FormatInt(view.Width, 10)
	if view.Dark {
		name += "-dark"
	}
	require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), p.Shot(), 0o600))
}

// shotName returns the name of the picture of a page.
func shotName(page string) string {
	if page == "" {
		return "overview"
	}
	if first, _, more := strings.Cut(page, "/"); more {
		return strings.TrimSuffix(first, "s")
	}
	return page
}

// pauseCampaign follows a person who creates a campaign, lets it go on, pauses it, and looks at what failed.
func pauseCampaign(a api, p *testbrowser.Page, console string) {
	t := a.t
	text := func() string { return testbrowser.Evaluate[string](p, "document.querySelector('main').innerText") }
	p.Visit(console + "console/campaigns")
	require.Contains(t, text(), "There is no campaign.")
	p.Type("#name", "spring")
	require.True(t, testbrowser.Evaluate[bool](p, "document.querySelector('#paused').checked = true"))
	p.Click("form[action$=campaigns] button")
	require.Contains(t, text(), "The campaign is created.")
	require.Contains(t, text(), "paused")
	a.importRows("&campaign=spring", rows(100, 10))
	a.ok("POST", "/v1/suppressions", `{"suppressions":[{"address":"16505550103","reason":"asked for it"}]}`)
	p.Visit(console + "console/campaigns/spring")
	require.Contains(t, text(), "0 of 10 messages, 0 %")
	p.Click("form[action$=resume] button")
	require.Contains(t, text(), "The campaign goes on.")
	a.becomes("/spring", "done of 10, accepted 9, failed 1")
	p.Type("#pace", "1")
	p.Click("form[action$=pace] button")
	require.Contains(t, text(), "The campaign has another pace.")
	require.Contains(t, text(), "10 of 10 messages, 100 %")
	a.ok("POST", "/v1/imports/more?campaign=spring&phone_number_id="+numberID, rows(200, 10))
	p.Visit(console + "console/campaigns/spring")
	require.Contains(t, text(), "10 of 20 messages, 50 %. The end is at")
	p.Click("form[action$=pause] button")
	require.Contains(t, text(), "The campaign is paused.")
	require.Contains(t, text(), "10\nheld")
	a.becomes("/spring", "paused of 20, held 10, accepted 9, failed 1")
	p.Click("tbody a[href*='reason=suppressed']")
	require.Contains(t, text(), "suppressed")
	require.Equal(t, 1, testbrowser.Evaluate[int](p, "document.querySelectorAll('tbody tr').length"))
	p.Visit(console + "console/audit")
	require.Contains(t, text(), "running, 1 per minute")
}

// wamidOf returns the id of the message that a page is about.
func wamidOf(p *testbrowser.Page) string {
	return testbrowser.Evaluate[string](p, "location.pathname.split('/').pop()")
}

// TestConsoleOperates follows a person who lets an endpoint get webhooks again, and who reads why a configuration is not used.
func TestConsoleOperates(t *testing.T) {
	t.Parallel()
	browser := testbrowser.Start(t)
	status := atomic.Int32{}
	status.Store(http.StatusGone)
	application := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) }))
	t.Cleanup(application.Close)
	a := api{newWorld(t, func(c *config.Gateway) {
		c.Keys[0].Scopes = []string{"admin"}
		c.Webhooks = []config.GatewayWebhook{{Name: "shop", URL: application.URL, Secrets: []string{"0123456789abcdef"}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}}
	}, func(o *Options) {
		o.Reload = func(context.Context) ([]adminapi.Change, error) {
			return nil, &adminapi.ReloadError{Reason: "the configuration has errors", Problems: []adminapi.ReloadProblem{{Place: "main.wahost.hcl:3,5-12", Text: "There is no channel \"p.second\"."}}}
		}
	})}
	_, got := a.send(`{"to":"16505551234","text":{"body":"Hi"}}`)
	_, err := a.gateway.store.Events(t.Context(), []store.Event{{Scope: "p", Key: "1", Attempt: got.id, Status: outcome.StatusDelivered, At: time.Now()}})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return a.items("/v1/endpoints")[0]["running"] == false }, patience, 10*time.Millisecond)

	p := browser.Tab(t)
	p.Visit("http://" + a.gateway.AdminAddr().String() + "/console/webhooks")
	p.Type("#key", a.token.Reveal())
	p.Click("main button")
	text := func() string { return testbrowser.Evaluate[string](p, "document.querySelector('main').innerText") }
	require.Contains(t, text(), "gets none")
	p.Click("form[action$=test] button")
	require.Contains(t, text(), "did not take the webhook")
	status.Store(http.StatusOK)
	p.Click("form[action$=enable] button")
	require.Contains(t, text(), "shop gets webhooks again.")
	require.Contains(t, text(), "gets webhooks")
	assert.Empty(t, p.Problems())

	p.Visit("http://" + a.gateway.AdminAddr().String() + "/console/configuration")
	p.Click("main button")
	require.Contains(t, text(), "The running configuration stays. The configuration has errors.")
	require.Contains(t, text(), `main.wahost.hcl:3,5-12 There is no channel "p.second".`)
	assert.Empty(t, p.Problems())
	assert.Empty(t, p.Errors())
}
