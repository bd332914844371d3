// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/internal/testbrowser"
)

// TestConsoleRenews: pages show what happens without being loaded again, and the focus stays where it is.
func TestConsoleRenews(t *testing.T) {
	t.Parallel()
	browser := testbrowser.Start(t)
	a := newAPI(t, rejected())
	console := "http://" + a.gateway.AdminAddr().String() + "/console/"
	p := browser.Tab(t)
	p.Visit(console)
	p.Type("#key", a.token.Reveal())
	p.Click("main button")
	testbrowser.Evaluate[bool](p, "document.loadedOnce = true")
	testbrowser.Evaluate[bool](p, "document.querySelector('#live a[href$=\"state=dead\"]').focus(), true")
	a.is(a.text("16505551234", ""), "state", "dead")
	p.Wait("document.querySelector('#live').innerText.includes('1 message not sent')")
	require.True(t, testbrowser.Evaluate[bool](p, "document.loadedOnce && document.activeElement.href.endsWith('state=dead')"))

	a.ok("POST", "/v1/lanes/%2B49100/pause", `{"reason":"test"}`)
	waiting := a.text("16505559999", "")
	p.Visit(console + strings.TrimPrefix(waiting, "/v1/"))
	require.Contains(t, testbrowser.Evaluate[string](p, "document.querySelector('main').innerText"), "Waits for its turn")
	a.ok("POST", waiting+"/cancel", "")
	p.Wait("document.querySelector('#live').innerText.includes('canceled')")

	// A person who logs out elsewhere sees nothing more.
	other := browser.Tab(t)
	other.Visit(console + "audit")
	other.Click("button[name=everywhere]")
	p.Visit(console)
	require.Contains(t, testbrowser.Evaluate[string](p, "document.querySelector('main').innerText"), "Log in")
	assert.Empty(t, p.Errors())
}

// person is somebody without a browser.
type person struct {
	t       *testing.T
	client  *http.Client
	console string
}

// login returns somebody who is logged in with the key of a gateway.
func (a api) login() *person {
	a.t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(a.t, err)
	p := &person{a.t, &http.Client{Jar: jar}, "http://" + a.gateway.AdminAddr().String() + "/console/"}
	a.t.Cleanup(p.client.CloseIdleConnections)
	status, _ := p.do("POST", "login", url.Values{"key": {a.token.Reveal()}})
	require.Equal(a.t, http.StatusOK, status)
	return p
}

// do makes a request and returns the status and the answer.
func (p *person) do(method, path string, form url.Values) (int, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.console+path, strings.NewReader(form.Encode()))
	require.NoError(p.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := p.client.Do(r)
	require.NoError(p.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(p.t, err)
	return answer.StatusCode, string(body)
}

// TestConsoleHides: who may not see numbers and texts sees none, on no page, in no export and in no event. An operator sees none unasked.
func TestConsoleHides(t *testing.T) {
	t.Parallel()
	for name, scopes := range map[string][]string{"reader": {"read", "send", "cancel"}, "operator": {"admin"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newConsoleWorld(t, scopes...)
			p := a.login()
			_, list := p.do("GET", "messages", nil)
			require.Contains(t, list, "16…02")
			_, rest, _ := strings.Cut(list, `href="/console/messages/`)
			message, _, _ := strings.Cut(rest, `"`)
			hidden := func(path, body string) {
				t.Helper()
				for _, secret := range []string{"6505551", "&lt;b&gt;Hi", "owned"} {
					assert.NotContains(t, body, secret, path)
				}
			}
			for _, path := range []string{
				"", "messages", "messages?state=dead", "messages/" + message, "messages.csv", "attention", "routes", "channels", "templates", "webhooks", "configuration", "explain",
				"suppressions", "keys", "audit", "no-such-page", "messages/" + message + "x",
			} {
				_, body := p.do("GET", path, nil)
				hidden(path, body)
			}
			for _, path := range []string{"bulk/redrive", "bulk/cancel", "bulk/failed"} {
				_, body := p.do("POST", path, url.Values{"state": {"dead"}})
				hidden(path, body)
			}
			if name == "reader" {
				for _, path := range []string{"messages?reveal=true", "messages/" + message + "?reveal=true", "messages.csv?reveal=true"} {
					status, body := p.do("GET", path, nil)
					require.Equal(t, http.StatusForbidden, status, path)
					hidden(path, body)
				}
			} else {
				_, body := p.do("GET", "messages.csv?reveal=true", nil)
				require.Contains(t, body, "+16505551002")
			}
			require.Equal(t, []string{": live", "", "event: changed", "data: 1", ""}, p.follow(5))
		})
	}
}

// follow returns the first lines of what a page follows.
func (p *person) follow(lines int) (got []string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.console+"live", nil)
	require.NoError(p.t, err)
	answer, err := p.client.Do(r)
	require.NoError(p.t, err)
	defer answer.Body.Close()
	require.Equal(p.t, "text/event-stream", answer.Header.Get("Content-Type"))
	for scan := bufio.NewScanner(answer.Body); len(got) < lines && scan.Scan(); {
		got = append(got, scan.Text())
	}
	return got
}
