// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/testbrowser"
	"github.com/wahost/wahost/internal/testissuer"
)

// staff are the people of an issuer, by their subjects.
var staff = map[string]map[string]any{
	"ann": {"email": "ann@example.com", "email_verified": true, "groups": []string{"ops"}},
	"bob": {"email": "bob@example.com", "email_verified": true, "groups": []string{"support"}},
	"eve": {"email": "eve@example.com", "email_verified": true, "groups": []string{"visitors"}},
}

// office is a gateway whose console is behind a server, as people see it, with an issuer.
type office struct {
	api
	issuer *testissuer.Issuer
	// url is the address of the console. It is another site than that of the issuer.
	url string
	// tls is how clients trust that server.
	tls    *tls.Config
	client config.GatewayLogin
	log    *logged
}

// logged keeps what a gateway logs.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// newOffice starts a gateway with a login. The server before its console speaks HTTPS with browsers if https is set.
func newOffice(t *testing.T, https bool) *office {
	t.Helper()
	o := &office{issuer: testissuer.Start(t, testissuer.Options{People: staff}), log: &logged{}}
	var inner atomic.Pointer[url.URL]
	proxy := &httputil.ReverseProxy{Transport: &http.Transport{DisableKeepAlives: true}, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(inner.Load()) }}
	front := httptest.NewUnstartedServer(proxy)
	if https {
		front.StartTLS()
		roots := x509.NewCertPool()
		roots.AddCert(front.Certificate())
		o.tls = &tls.Config{RootCAs: roots, ServerName: "example.com"} // for whom the certificate is
	} else {
		front.Start()
	}
	t.Cleanup(front.Close)
	o.url = strings.Replace(front.URL, "127.0.0.1", "localhost", 1)
	o.client = config.GatewayLogin{
		Name: "staff", Issuer: o.issuer.URL, RequestScopes: []string{"openid", "email", "groups"}, Claim: "groups", NameClaim: config.ClaimEmail,
		Grants: []config.GatewayGrant{{Value: "ops", Scopes: []string{"admin"}}, {Value: "support", Scopes: []string{"read"}, Senders: []string{numberID}}},
	}
	o.client.ClientID, o.client.ClientSecret = o.issuer.Register(o.url + "/console/login/staff/return")
	o.api = api{newWorld(t, func(c *config.Gateway) {
		c.Console = config.GatewayConsole{URL: o.url, Logins: []config.GatewayLogin{o.client}}
	}, func(options *Options) {
		options.Log = hclog.New(&hclog.LoggerOptions{Output: o.log, Level: hclog.Debug})
	})}
	inner.Store(&url.URL{Scheme: "http", Host: o.gateway.AdminAddr().String()})
	return o
}

// browser returns somebody without a session.
func (o *office) browser() *person {
	jar, err := cookiejar.New(nil)
	require.NoError(o.t, err)
	p := &person{o.t, &http.Client{Jar: jar, Transport: &http.Transport{TLSClientConfig: o.tls, DisableKeepAlives: true}}, o.url + "/console/"}
	return p
}

// comeBack follows somebody who wants to see a page to the issuer, until that sends the browser back to a path below the console.
func (o *office) comeBack(p *person, page, name string) string {
	o.t.Helper()
	_, shown := p.do("GET", page, nil)
	link := regexp.MustCompile(`href="([^"]*/console/login/staff\?[^"]*)">Log in with staff<`).FindStringSubmatch(shown)
	require.NotNil(o.t, link, shown)
	require.True(o.t, strings.HasPrefix(link[1], o.url), link[1])
	p.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, link[1], nil)
	require.NoError(o.t, err)
	answer, err := p.client.Do(r)
	require.NoError(o.t, err)
	require.NoError(o.t, answer.Body.Close())
	require.Equal(o.t, http.StatusSeeOther, answer.StatusCode)
	requireCookie(o.t, answer, "wahost_login", http.SameSiteLaxMode, strings.HasPrefix(o.url, "https:"))
	to := answer.Header.Get("Location")
	require.Contains(o.t, to, "code_challenge_method=S256")
	p.client.CheckRedirect = nil
	back := o.issuer.LogIn(to, name)
	return strings.TrimPrefix(back.String(), o.url+"/console/")
}

// login returns somebody who is logged in.
func (o *office) login(name string) *person {
	o.t.Helper()
	p := o.browser()
	status, body := p.do("GET", o.comeBack(p, "", name), nil)
	require.Equal(o.t, http.StatusOK, status, body)
	require.Contains(o.t, body, "You are staff:"+name+"@example.com")
	return p
}

func requireCookie(t *testing.T, answer *http.Response, name string, mode http.SameSite, secure bool) {
	t.Helper()
	for _, c := range answer.Cookies() {
		if c.Name == name && c.MaxAge > 0 {
			require.Equal(t, mode, c.SameSite)
			require.Equal(t, secure, c.Secure)
			require.True(t, c.HttpOnly)
			return
		}
	}
	require.Fail(t, "no cookie "+name)
}

// TestLoginByIssuer: people see and do what their groups are granted, and are named in the audit.
func TestLoginByIssuer(t *testing.T) {
	t.Parallel()
	for name, https := range map[string]bool{"over HTTP": false, "over HTTPS": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, https)
			ann := o.browser()
			back := o.comeBack(ann, "audit?x=1", "ann")
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, o.url+"/console/"+back, nil)
			require.NoError(t, err)
			answer, err := ann.client.Do(r)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.Equal(t, http.StatusOK, answer.StatusCode)
			require.Equal(t, "0; url=/console/audit?x=1", answer.Header.Get("Refresh"))
			requireCookie(t, answer, "wahost_session", http.SameSiteStrictMode, https)

			status, _ := ann.do("POST", "suppressions/suppress", url.Values{"address": {"16505551234"}, "reason": {"asked for it"}})
			require.Equal(t, http.StatusOK, status)
			_, audit := ann.do("GET", "audit", nil)
			require.Contains(t, audit, "staff:ann@example.com")
			require.Contains(t, audit, "suppression")

			bob := o.login("bob")
			status, list := bob.do("GET", "messages", nil)
			require.Equal(t, http.StatusOK, status)
			require.Contains(t, list, "staff:bob@example.com")
			status, body := bob.do("GET", "audit", nil)
			require.Equal(t, http.StatusForbidden, status)
			require.Contains(t, body, "staff:bob@example.com")

			for _, secret := range []string{o.client.ClientSecret, "code=", "@example.com"} {
				require.NotContains(t, o.log.String(), secret)
			}
		})
	}
}

// TestLoginsThatFail: who is not let in is told why, has no session, and may not try for ever.
func TestLoginsThatFail(t *testing.T) {
	t.Parallel()
	o := newOffice(t, false)
	eve := o.browser()
	status, body := eve.do("GET", o.comeBack(eve, "", "eve"), nil)
	require.Equal(t, http.StatusForbidden, status)
	require.Contains(t, body, `You are staff:eve@example.com, and no grant of this gateway is for you.`)
	require.Contains(t, body, `needs &#34;ops&#34; or &#34;support&#34; in the claim &#34;groups&#34;`)
	_, body = eve.do("GET", "messages", nil)
	require.Contains(t, body, "Log in with staff")

	ann := o.browser()
	back := o.comeBack(ann, "", "ann")
	status, body = o.browser().do("GET", back, nil)
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, body, "was not begun in this browser")
	status, _ = ann.do("GET", strings.Replace(back, "state=", "state=x", 1), nil)
	require.Equal(t, http.StatusBadRequest, status)
	status, _ = ann.do("GET", back, nil)
	require.Equal(t, http.StatusBadRequest, status, "the login has ended")
	status, _ = ann.do("GET", "login/nobody/return", nil)
	require.Equal(t, http.StatusNotFound, status)

	o.issuer.Change(func(r *http.Response) error {
		if r.Request.URL.Path == "/token" {
			r.StatusCode, r.Body, r.ContentLength = http.StatusServiceUnavailable, http.NoBody, 0
			r.Header.Del("Content-Length")
		}
		return nil
	})
	status, body = ann.do("GET", o.comeBack(ann, "", "ann"), nil)
	require.Equal(t, http.StatusBadGateway, status)
	require.Contains(t, body, "Nobody can log in with staff at the moment, since the issuer "+o.issuer.URL+" does not answer as it should.")
	require.Contains(t, o.log.String(), "503 Service Unavailable")
	o.issuer.Change(nil)

	for begin := 0; status != http.StatusTooManyRequests || begin != status; { // another minute may begin meanwhile
		status, body = o.browser().do("GET", "login/staff/return?state=x", nil)
		require.Contains(t, []int{http.StatusBadRequest, http.StatusTooManyRequests}, status)
		begin, _ = o.browser().do("GET", "login/staff", nil)
	}
	require.Contains(t, body, "Too many logins from this address failed.")
	status, _ = o.browser().do("POST", "login", url.Values{"key": {o.token.Reveal()}})
	require.Equal(t, http.StatusOK, status, "a key is served")
}

// TestLoginsEnd: a person logs out here or everywhere, and a configuration that grants less ends or narrows sessions.
func TestLoginsEnd(t *testing.T) {
	t.Parallel()
	o := newOffice(t, false)
	in := func(p *person, page string) int {
		t.Helper()
		status, body := p.do("GET", page, nil)
		if strings.Contains(body, "Log in with an API key") {
			return http.StatusUnauthorized
		}
		return status
	}
	here, there, bob := o.login("ann"), o.login("ann"), o.login("bob")
	here.do("POST", "logout", nil)
	require.Equal(t, []int{401, 200, 200}, []int{in(here, "audit"), in(there, "audit"), in(bob, "messages")})
	here = o.login("ann")
	here.do("POST", "logout", url.Values{"everywhere": {"yes"}})
	require.Equal(t, []int{401, 401, 200}, []int{in(here, "audit"), in(there, "audit"), in(bob, "messages")})

	ann := o.login("ann")
	o.reload(func(c *config.Gateway) {
		c.Console.Logins[0].Grants = []config.GatewayGrant{{Value: "ops", Scopes: []string{"read"}}}
	})
	require.Equal(t, []int{200, 403, 401}, []int{in(ann, "messages"), in(ann, "audit"), in(bob, "messages")})
	o.reload(func(c *config.Gateway) { c.Console.Logins = nil })
	require.Equal(t, 401, in(ann, "messages"))
	_, body := ann.do("GET", "login", nil)
	require.NotContains(t, body, "Log in with staff")
}

// reload replaces the gateway by one with another configuration.
func (o *office) reload(change func(*config.Gateway)) {
	t := o.t
	t.Helper()
	o.gateway.Replace()
	o.end()
	v := &vendor{seen: make(chan sending, 10)}
	next := newOptions(t, v, config.GatewayKey{Name: "shop", ID: o.token.ID(), Hashes: []string{o.token.Hash().String()}, Scopes: []string{"admin"}})
	next.Dir, next.Doors, next.Log = o.gateway.options.Dir, o.gateway.Doors(), o.gateway.options.Log
	next.Config.Gateway.Console = config.GatewayConsole{URL: o.url, Logins: []config.GatewayLogin{o.client}}
	change(next.Config.Gateway)
	o.start(next)
}

// TestLoginInABrowser follows a person with a real browser, which keeps the cookies of the console from requests of other sites.
func TestLoginInABrowser(t *testing.T) {
	t.Parallel()
	browser := testbrowser.Start(t)
	o := newOffice(t, false)
	p := browser.Tab(t)
	text := func() string { return testbrowser.Evaluate[string](p, "document.body.innerText") }
	p.Visit(o.url + "/console/audit")
	require.Contains(t, text(), "Log in with staff")
	for _, view := range testbrowser.Views() {
		p.Look(view)
		shoot(t, p, "login", view)
		assert.Empty(t, p.Overflow(), "%s", view)
		assert.Empty(t, p.Problems(), "%s", view)
	}
	enter := func(name string) {
		p.Click("a.button")
		p.Type("input[name=login]", name)
		p.Type("input[name=password]", "any")
		p.Click("button[type=submit]")
		p.Click("button[type=submit]") // lets the gateway know who the person is
	}
	enter("eve")
	require.Contains(t, text(), "no grant of this gateway is for you")
	assert.Empty(t, p.Problems())
	shoot(t, p, "refused", testbrowser.View{Width: 1280})

	other := browser.Tab(t)
	other.Visit(o.issuer.URL + "/session/end") // the issuer would not ask again who the person is
	other.Click("button[name=logout]")
	p.Visit(o.url + "/console/audit")
	enter("ann")
	p.Follow()
	require.Equal(t, "/console/audit", testbrowser.Evaluate[string](p, "location.pathname"))
	require.Contains(t, text(), "staff:ann@example.com")
	require.Empty(t, testbrowser.Evaluate[string](p, "document.cookie"), "scripts see no cookie")
	p.Click("form.who button[name=everywhere]")
	require.Contains(t, text(), "Log in with staff")
	for _, line := range p.Errors() {
		assert.True(t, !strings.Contains(line, o.url) || strings.Contains(line, "403 (Forbidden)"), "nothing else is wrong on a page of the console: %s", line)
	}
}
