// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package login

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/internal/testissuer"
)

func TestMain(m *testing.M) {
	code := m.Run()
	testissuer.Stop()
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(); err != nil && code == 0 {
		os.Stderr.WriteString(err.Error() + "\n")
		code = 1
	}
	os.Exit(code)
}

const consoleURL = "http://ops.example.com"

var people = map[string]map[string]any{
	"ann":     {"email": "ann@example.com", "email_verified": true, "groups": []string{"staff", "ops"}},
	"bob":     {"email": "bob@example.com", "email_verified": true, "groups": "support"},
	"eve":     {"email": "eve@example.com", "email_verified": true, "groups": []string{"visitors", "<script>"}},
	"mallory": {"email": "ann@example.com", "email_verified": false, "groups": []string{"support"}},
	"nobody":  {},
}

var grants = []config.GatewayGrant{{Value: "ops", Scopes: []string{"admin"}}, {Value: "support", Scopes: []string{"read", "reveal"}, Senders: []string{"1020"}}}

// newLogin returns a login with an issuer of its own, which knows the people.
func newLogin(t *testing.T, inToken bool, change ...func(*config.GatewayLogin)) (*testissuer.Issuer, *Login) {
	t.Helper()
	i := testissuer.Start(t, testissuer.Options{People: people, InToken: inToken})
	return i, register(i, change...)
}

// register makes another client of the issuer, and returns its login.
func register(i *testissuer.Issuer, change ...func(*config.GatewayLogin)) *Login {
	c := config.GatewayLogin{Name: "staff", Issuer: i.URL, RequestScopes: []string{"openid", "email", "groups"}, Claim: "groups", NameClaim: config.ClaimEmail, Grants: grants}
	c.ClientID, c.ClientSecret = i.Register(consoleURL + "/console/login/staff/return")
	for _, f := range change {
		f(&c)
	}
	return New(config.GatewayConsole{URL: consoleURL, Logins: []config.GatewayLogin{c}}, "/console/login/").Find("staff")
}

// comeBack follows a person through a login until the issuer sends the browser back.
func comeBack(t *testing.T, i *testissuer.Issuer, l *Login, person string) (Flow, url.Values) {
	t.Helper()
	f := NewFlow("/console/audit")
	to, err := l.Begin(t.Context(), f)
	require.NoError(t, err)
	back := i.LogIn(to, person)
	require.True(t, strings.HasPrefix(back.String(), consoleURL+"/console/login/staff/return?"), "%s", back)
	return ParseFlow(f.Cookie()), back.Query()
}

func TestPeople(t *testing.T) {
	t.Parallel()
	all := &keys.Key{Scopes: []keys.Scope{keys.ScopeAdmin}}
	some := &keys.Key{Scopes: []keys.Scope{keys.ScopeRead, keys.ScopeReveal}, Numbers: []string{"1020"}}
	byMail := func(c *config.GatewayLogin) {
		c.Claim, c.Grants = config.ClaimEmail, []config.GatewayGrant{{Value: "ann@example.com", Scopes: []string{"admin"}}}
	}
	for name, test := range map[string]struct {
		person, name string
		change       func(*config.GatewayLogin)
		want         *keys.Key
		problem      string
	}{
		"the first grant decides":                      {person: "ann", name: "staff:ann@example.com", want: all},
		"a claim that is a text":                       {person: "bob", name: "staff:bob@example.com", want: some},
		"an address that is not verified names nobody": {person: "mallory", name: "staff:mallory", want: some},
		"another name":                                 {person: "ann", name: "staff:ann", change: func(c *config.GatewayLogin) { c.NameClaim = config.ClaimSubject }, want: all},
		"a name that the issuer lacks":                 {person: "ann", name: "staff:ann", change: func(c *config.GatewayLogin) { c.NameClaim = config.ClaimPreferredUsername }, want: all},
		"a grant for an address":                       {person: "ann", name: "staff:ann@example.com", change: byMail, want: all},
		"an address that is not verified":              {person: "mallory", change: byMail, problem: `You are staff:mallory, and no grant of this gateway is for you. Somebody who logs in with staff needs "ann@example.com" in the claim "email". You have nothing.`},
		"no grant":                                     {person: "eve", problem: `needs "ops" or "support" in the claim "groups". You have "visitors" and "<script>". Ask whoever runs the gateway`},
		"no claims":                                    {person: "nobody", problem: "You are staff:nobody, and no grant of this gateway is for you."},
		"without being asked for, no more":             {person: "ann", change: func(c *config.GatewayLogin) { c.RequestScopes = []string{"openid"} }, problem: "You are staff:ann, and no grant"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := test.change
			if change == nil {
				change = func(*config.GatewayLogin) {}
			}
			i, l := newLogin(t, len(name)%2 == 0, change) // either way
			f, answer := comeBack(t, i, l, test.person)
			assert.Equal(t, "/console/audit", f.Next())
			p, err := l.Finish(t.Context(), f, answer)
			if test.problem != "" {
				var problem *RefusedError
				require.ErrorAs(t, err, &problem)
				assert.Equal(t, http.StatusForbidden, problem.Status)
				assert.Contains(t, problem.Text, test.problem)
				return
			}
			require.NoError(t, err)
			test.want.Name = test.name
			assert.Equal(t, test.want, l.key(p))
			assert.Equal(t, "staff\x00"+test.person, p.ID)
		})
	}
}

// answers returns a function that changes the answers of the issuer below a path.
func answers(path string, change func(map[string]any)) func(*http.Response) error {
	return func(r *http.Response) error {
		if r.Request.URL.Path != path {
			return nil
		}
		fields := map[string]any{}
		if err := json.NewDecoder(r.Body).Decode(&fields); err != nil {
			return err
		}
		r.Body.Close()
		change(fields)
		raw, err := json.Marshal(fields)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
		r.Header.Set("Content-Length", fmt.Sprint(len(raw)))
		return err
	}
}

// tokenWith returns a function that puts another ID token in the place of the issuer's.
func tokenWith(change func(parts []string) []string) func(*http.Response) error {
	return answers("/token", func(fields map[string]any) {
		text, _ := fields["id_token"].(string)
		fields["id_token"] = strings.Join(change(strings.Split(text, ".")), ".")
	})
}

// tokenOf returns the ID token of a login that ends well.
func tokenOf(t *testing.T, i *testissuer.Issuer, l *Login, person string) (token string) {
	t.Helper()
	f, answer := comeBack(t, i, l, person)
	i.Change(answers("/token", func(fields map[string]any) { token, _ = fields["id_token"].(string) }))
	_, err := l.Finish(t.Context(), f, answer)
	i.Change(nil)
	require.NoError(t, err)
	return token
}

func TestWhatIsNotTrusted(t *testing.T) {
	t.Parallel()
	status := func(path string, code int) func(*http.Response) error {
		return func(r *http.Response) error {
			if strings.HasPrefix(r.Request.URL.Path, path) {
				r.StatusCode, r.Body, r.ContentLength = code, http.NoBody, 0
				r.Header.Del("Content-Length")
			}
			return nil
		}
	}
	const untrusted = "The answer of staff cannot be trusted"
	for name, test := range map[string]struct {
		// before changes what is so when the browser comes back.
		before      func(*testing.T, *testissuer.Issuer, *Login, *Flow, url.Values)
		status      int
		text, cause string
	}{
		"another state": {func(_ *testing.T, _ *testissuer.Issuer, _ *Login, _ *Flow, answer url.Values) {
			answer.Set("state", NewFlow("").state())
		}, 400, "was not begun in this browser", ""},
		"no state":  {func(_ *testing.T, _ *testissuer.Issuer, _ *Login, _ *Flow, answer url.Values) { answer.Del("state") }, 400, "was not begun in this browser", ""},
		"no cookie": {func(_ *testing.T, _ *testissuer.Issuer, _ *Login, f *Flow, _ url.Values) { *f = Flow{} }, 400, "was not begun in this browser", ""},
		"a code of another browser": {func(_ *testing.T, _ *testissuer.Issuer, _ *Login, f *Flow, answer url.Values) {
			*f = NewFlow("")
			answer.Set("state", f.state())
		}, 403, `"invalid_grant"`, "refused the code"},
		"a code again": {func(t *testing.T, _ *testissuer.Issuer, l *Login, f *Flow, answer url.Values) {
			_, err := l.Finish(t.Context(), *f, answer)
			require.NoError(t, err)
		}, 403, `"invalid_grant"`, "refused the code"},
		"no code": {func(_ *testing.T, _ *testissuer.Issuer, _ *Login, _ *Flow, answer url.Values) { answer.Del("code") }, 403, `"invalid_request"`, "refused the code"},
		"a refusal": {func(_ *testing.T, _ *testissuer.Issuer, _ *Login, _ *Flow, answer url.Values) {
			answer.Set("error", "access_denied<b>")
		}, 403, `staff did not let you in: "access_denied<b>".`, ""},
		"another issuer": {func(_ *testing.T, _ *testissuer.Issuer, _ *Login, _ *Flow, answer url.Values) {
			answer.Set("iss", "https://id.example.com")
		}, 403, untrusted, "https://id.example.com"},
		"another secret": {func(_ *testing.T, _ *testissuer.Issuer, l *Login, _ *Flow, _ url.Values) {
			l.known.Load().client.ClientSecret = "canary"
		}, 403, `"invalid_client"`, "invalid_client"},
		"an expired token": {func(_ *testing.T, _ *testissuer.Issuer, l *Login, _ *Flow, _ url.Values) {
			l.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
		}, 403, untrusted, "expired"},
		"no token": {func(_ *testing.T, i *testissuer.Issuer, _ *Login, _ *Flow, _ url.Values) {
			i.Change(answers("/token", func(fields map[string]any) { delete(fields, "id_token") }))
		}, 403, untrusted, "malformed"},
		"another signature": {func(_ *testing.T, i *testissuer.Issuer, _ *Login, _ *Flow, _ url.Values) {
			i.Change(tokenWith(func(parts []string) []string { return []string{parts[0], parts[1], strings.Repeat("A", len(parts[2]))} }))
		}, 403, untrusted, "signature"},
		"a token for bob": {func(_ *testing.T, i *testissuer.Issuer, _ *Login, _ *Flow, _ url.Values) {
			i.Change(tokenWith(func(parts []string) []string {
				raw, _ := base64.RawURLEncoding.DecodeString(parts[1])
				return []string{parts[0], base64.RawURLEncoding.EncodeToString(bytes.Replace(raw, []byte(`"ann"`), []byte(`"bob"`), 1)), parts[2]}
			}))
		}, 403, untrusted, "signature"},
		"a token without a signature": {func(_ *testing.T, i *testissuer.Issuer, _ *Login, _ *Flow, _ url.Values) {
			i.Change(tokenWith(func(parts []string) []string {
				return []string{base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)), parts[1], ""}
			}))
		}, 403, untrusted, "signature algorithm"},
		"a token for another client": {func(t *testing.T, i *testissuer.Issuer, _ *Login, _ *Flow, _ url.Values) {
			other := tokenOf(t, i, register(i), "ann")
			i.Change(tokenWith(func([]string) []string { return []string{other} }))
		}, 403, untrusted, "audience"},
		"a token of another login": {func(t *testing.T, i *testissuer.Issuer, l *Login, _ *Flow, _ url.Values) {
			other := tokenOf(t, i, l, "ann")
			i.Change(tokenWith(func([]string) []string { return []string{other} }))
		}, 403, untrusted, "of another login"},
		"userinfo of somebody else": {func(_ *testing.T, i *testissuer.Issuer, _ *Login, _ *Flow, _ url.Values) {
			i.Change(answers("/me", func(fields map[string]any) { fields["sub"] = "bob" }))
		}, 502, "Nobody can log in with staff at the moment", "about somebody else"},
		"no userinfo": {func(_ *testing.T, i *testissuer.Issuer, _ *Login, _ *Flow, _ url.Values) {
			i.Change(status("/me", 503))
		}, 502, "Nobody can log in with staff at the moment", "503 Service Unavailable"},
		"an issuer that gives up": {func(_ *testing.T, i *testissuer.Issuer, _ *Login, _ *Flow, _ url.Values) {
			i.Change(status("/token", 503))
		}, 502, "Nobody can log in with staff at the moment", "503 Service Unavailable"},
		"an issuer that leads astray": {func(t *testing.T, i *testissuer.Issuer, _ *Login, _ *Flow, _ url.Values) {
			elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s gets the secret", r.Method, r.URL) }))
			t.Cleanup(elsewhere.Close)
			change := status("/token", 307)
			i.Change(func(r *http.Response) error {
				if r.Request.URL.Path == "/token" {
					r.Header.Set("Location", elsewhere.URL)
				}
				return change(r)
			})
		}, 502, "Nobody can log in with staff at the moment", "307 Temporary Redirect"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i, l := newLogin(t, false)
			f, answer := comeBack(t, i, l, "ann")
			test.before(t, i, l, &f, answer)
			p, err := l.Finish(t.Context(), f, answer)
			require.Nil(t, p)
			var problem *RefusedError
			require.ErrorAs(t, err, &problem)
			assert.Equal(t, test.status, problem.Status)
			assert.Contains(t, problem.Text, test.text)
			cause := fmt.Sprint(errors.Unwrap(problem))
			assert.Contains(t, cause, test.cause)
			for _, secret := range []string{l.ClientSecret, "canary", answer.Get("code"), f.text, f.verifier()} {
				if secret != "" {
					assert.NotContains(t, problem.Text+cause, secret)
				}
			}
			assert.NotContains(t, fmt.Sprintf("%v %s %+v", f, f, f), f.state())
		})
	}
}

// TestTheIssuerIsAskedLate: an issuer that does not answer keeps people out until it does, and is asked for its configuration once.
func TestTheIssuerIsAskedLate(t *testing.T) {
	t.Parallel()
	i, l := newLogin(t, true)
	asked := 0
	down := true
	i.Change(func(r *http.Response) error {
		if strings.HasPrefix(r.Request.URL.Path, "/.well-known/") {
			if asked++; down {
				return errors.New("the issuer is down")
			}
		}
		return nil
	})
	_, err := l.Begin(t.Context(), NewFlow(""))
	var problem *RefusedError
	require.ErrorAs(t, err, &problem)
	require.Equal(t, http.StatusBadGateway, problem.Status)
	require.ErrorContains(t, problem.Cause, "502 Bad Gateway")
	down = false
	for range 2 {
		f, answer := comeBack(t, i, l, "ann")
		_, err := l.Finish(t.Context(), f, answer)
		require.NoError(t, err)
	}
	require.Equal(t, 2, asked)
}

// TestTheConfigurationDecides: what a person may do follows from the configuration of the moment.
func TestTheConfigurationDecides(t *testing.T) {
	t.Parallel()
	c := config.GatewayLogin{Name: "staff", Issuer: "https://id.example.com", ClientID: "wahost", Claim: "groups", Grants: grants}
	p := &Person{Name: "staff:ann", from: sourceOf(c), values: []string{"ops"}}
	for name, test := range map[string]struct {
		change func(*config.GatewayLogin)
		want   []keys.Scope
	}{
		"the same":       {func(*config.GatewayLogin) {}, []keys.Scope{keys.ScopeAdmin}},
		"another secret": {func(c *config.GatewayLogin) { c.ClientSecret = "new" }, []keys.Scope{keys.ScopeAdmin}},
		"a narrower grant": {func(c *config.GatewayLogin) {
			c.Grants = []config.GatewayGrant{{Value: "ops", Scopes: []string{"read"}}}
		}, []keys.Scope{keys.ScopeRead}},
		"no such grant":     {func(c *config.GatewayLogin) { c.Grants = grants[1:] }, nil},
		"another issuer":    {func(c *config.GatewayLogin) { c.Issuer = "https://other.example.com" }, nil},
		"another client":    {func(c *config.GatewayLogin) { c.ClientID = "other" }, nil},
		"another claim":     {func(c *config.GatewayLogin) { c.Claim = "roles" }, nil},
		"another name":      {func(c *config.GatewayLogin) { c.Name = "others" }, nil},
		"another issuer id": {func(c *config.GatewayLogin) { c.NameClaim = config.ClaimSubject }, []keys.Scope{keys.ScopeAdmin}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := c
			test.change(&is)
			k := New(config.GatewayConsole{URL: consoleURL, Logins: []config.GatewayLogin{is}}, "/").Key(p)
			if test.want == nil {
				require.Nil(t, k)
				return
			}
			require.Equal(t, test.want, k.Scopes)
		})
	}
}

func TestNamesThatCanBeUsed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"ann@example.com": true, "Zoë Müller": true, "": false, "a\nb": false, "a\u202eb": false, strings.Repeat("x", 256): false} {
		require.Equal(t, want, usable(name), "%q", name)
	}
	_, err := (&Login{}).person("a\x00b", nil)
	require.Error(t, err)
}
