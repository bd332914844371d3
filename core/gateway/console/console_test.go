// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// api stands for the API of a gateway that knows one key, until it is revoked.
type api struct {
	revoked atomic.Bool
	// lists counts the requests for a list of messages.
	lists atomic.Int32
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Header.Get("Authorization") != "Bearer good" || a.revoked.Load():
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"status":401,"detail":"the key is not known"}`)
	case r.URL.Path == "/v1/key":
		fmt.Fprint(w, `{"name":"ops","scopes":["read"],"phone_number_ids":["1020"]}`)
	case r.URL.Path == "/v1/messages":
		a.lists.Add(1)
		fmt.Fprint(w, `{"items":[{"id":"wamid.1","to":"+16505551234","state":"dead","accepted_at":"2026-11-26T10:00:00Z","failure":{"reason":"expired"}}],"next":"n&x"}`)
	default:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"status":403,"detail":"the key \"ops\" lacks the scope of this operation: admin"}`)
	}
}

// visitor is a browser without scripts.
type visitor struct {
	t      *testing.T
	s      *Server
	cookie string
	header http.Header
}

// do makes a request, and keeps the cookie of the answer.
func (v *visitor) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	v.t.Helper()
	r := httptest.NewRequestWithContext(v.t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, values := range v.header {
		r.Header[name] = values
	}
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	w := httptest.NewRecorder()
	v.s.ServeHTTP(w, r)
	assert.NotContains(v.t, w.Header().Get("Content-Security-Policy"), "unsafe")
	for _, c := range w.Result().Cookies() {
		require.True(v.t, c.HttpOnly)
		require.Equal(v.t, http.SameSiteStrictMode, c.SameSite)
		v.cookie = c.Name + "=" + c.Value
	}
	return w
}

func newVisitor(t *testing.T) (*visitor, *api) {
	t.Helper()
	a := &api{}
	return &visitor{t: t, s: New(Options{API: a, Sessions: &Sessions{}}), header: http.Header{}}, a
}

// loggedIn returns a visitor who is logged in.
func loggedIn(t *testing.T) (*visitor, *api) {
	t.Helper()
	v, a := newVisitor(t)
	w := v.do("POST", "/console/login", url.Values{"key": {" good\n"}, "next": {"/console/messages?state=dead"}})
	require.Equal(t, http.StatusSeeOther, w.Code)
	require.Equal(t, "/console/messages?state=dead", w.Header().Get("Location"))
	return v, a
}

func TestLogin(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		key, next, location string
		status              int
		text                string
	}{
		"a valid key":              {key: "good", location: "/console/", status: http.StatusSeeOther},
		"another key":              {key: "bad", status: http.StatusForbidden, text: "does not know this key"},
		"no key":                   {status: http.StatusForbidden, text: "does not know this key"},
		"to another site":          {key: "good", next: "//example.com/", location: "/console/", status: http.StatusSeeOther},
		"to another site, written": {key: "good", next: "/console/\\example.com", location: "/console/", status: http.StatusSeeOther},
		"to the login":             {key: "good", next: "/console/login", location: "/console/", status: http.StatusSeeOther},
		"back to a page":           {key: "good", next: "/console/audit", location: "/console/audit", status: http.StatusSeeOther},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, _ := newVisitor(t)
			w := v.do("POST", "/console/login", url.Values{"key": {tt.key}, "next": {tt.next}})
			assert.Equal(t, tt.status, w.Code)
			assert.Equal(t, tt.location, w.Header().Get("Location"))
			assert.Contains(t, w.Body.String(), tt.text)
			assert.Equal(t, tt.status == http.StatusSeeOther, v.cookie != "")
			assert.NotContains(t, v.cookie+w.Body.String(), "good")
		})
	}
}

func TestPagesNeedALogin(t *testing.T) {
	t.Parallel()
	v, _ := newVisitor(t)
	w := v.do("GET", "/console/messages?state=dead", nil)
	require.Equal(t, "/console/login?next=%2Fconsole%2Fmessages%3Fstate%3Ddead", w.Header().Get("Location"))
	v.header.Set(liveHeader, "1")
	require.Equal(t, http.StatusUnauthorized, v.do("GET", "/console/messages", nil).Code)

	v, a := loggedIn(t)
	w = v.do("GET", "/console/messages", nil)
	require.Equal(t, http.StatusOK, w.Code)
	require.Contains(t, w.Body.String(), "expired")
	require.Contains(t, w.Body.String(), `href="/console/messages?cursor=n%26x"`)
	require.Equal(t, http.StatusNotFound, v.do("GET", "/console/nothing", nil).Code)
	w = v.do("GET", "/console/audit", nil)
	require.Equal(t, http.StatusForbidden, w.Code)
	require.Contains(t, w.Body.String(), "lacks the scope")

	a.revoked.Store(true)
	require.Equal(t, http.StatusSeeOther, v.do("GET", "/console/messages", nil).Code)
	a.revoked.Store(false)
	require.Equal(t, http.StatusSeeOther, v.do("GET", "/console/messages", nil).Code, "the session of a revoked key has ended")
}

func TestOtherSitesChangeNothing(t *testing.T) {
	t.Parallel()
	v, _ := loggedIn(t)
	v.header.Set("Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusForbidden, v.do("POST", "/console/logout", nil).Code)
	v.header.Set("Sec-Fetch-Site", "same-origin")
	require.Equal(t, http.StatusOK, v.do("GET", "/console/messages", nil).Code)
}

func TestLogout(t *testing.T) {
	t.Parallel()
	v, _ := loggedIn(t)
	other := &visitor{t: t, s: v.s, header: http.Header{}}
	other.do("POST", "/console/login", url.Values{"key": {"good"}})
	stays := &visitor{t: t, s: v.s, cookie: other.cookie, header: http.Header{}}

	kept := v.cookie
	require.Equal(t, "/console/login", v.do("POST", "/console/logout", nil).Header().Get("Location"))
	v.cookie = kept
	require.Equal(t, http.StatusSeeOther, v.do("GET", "/console/messages", nil).Code, "the secret is of no use any more")
	require.Equal(t, http.StatusOK, stays.do("GET", "/console/messages", nil).Code)

	other.do("POST", "/console/logout", url.Values{"everywhere": {"yes"}})
	require.Equal(t, http.StatusSeeOther, stays.do("GET", "/console/messages", nil).Code)
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	begun := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		at   []time.Duration
		live bool
		own  bool // whether the page asks by itself
	}{
		"soon":                  {at: []time.Duration{time.Minute}, live: true},
		"after an idle hour":    {at: []time.Duration{61 * time.Minute}},
		"used":                  {at: []time.Duration{50 * time.Minute, 100 * time.Minute}, live: true},
		"only the page asks":    {at: []time.Duration{50 * time.Minute, 100 * time.Minute}, own: true},
		"used for half a day":   {at: append(everyHalfHour(), 12*time.Hour+time.Second)},
		"used for hours on end": {at: everyHalfHour(), live: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Sessions{}
			r := httptest.NewRequestWithContext(t.Context(), "GET", "/console/", nil)
			r.AddCookie(&http.Cookie{Name: cookieName, Value: s.begin(session{token: "good", who: "ops", began: begun, seen: begun})})
			if tt.own {
				r.Header.Set(liveHeader, "1")
			}
			var last *session
			for _, at := range tt.at {
				last = s.of(r, begun.Add(at))
			}
			require.Equal(t, tt.live, last != nil)
		})
	}
}

func everyHalfHour() (at []time.Duration) {
	for d := 30 * time.Minute; d < 12*time.Hour; d += 30 * time.Minute {
		at = append(at, d)
	}
	return at
}

func TestProblemsAreSentences(t *testing.T) {
	t.Parallel()
	for detail, want := range map[string]string{
		"the key is not known": "The key is not known.", "it ends.": "It ends.", "über uns": "Über uns.", "": "Conflict.", "x": "X.",
	} {
		require.Equal(t, want, newProblem(http.StatusConflict, detail).sentence())
	}
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	s, now := &Sessions{}, time.Now()
	for i := range maxSessions + 10 {
		at := now.Add(time.Duration(i) * time.Millisecond)
		s.begin(session{token: "good", who: "ops", began: at, seen: at})
	}
	require.Len(t, s.open, maxSessions)
}

// TestAssets: what pages need is there, and nothing else.
func TestAssets(t *testing.T) {
	t.Parallel()
	v, _ := loggedIn(t)
	for _, name := range []string{script, "console.css", "icon.svg"} {
		require.Equal(t, http.StatusOK, v.do("GET", "/console/asset/"+name, nil).Code)
	}
	require.Equal(t, http.StatusNotFound, v.do("GET", "/console/asset/nothing.js", nil).Code)
	require.Contains(t, v.do("GET", "/console/asset/live.js", nil).Body.String(), `"`+liveHeader+`"`)
}

// TestRenewalsAreShared: the tabs of a person that ask at the same time get one page, and another person another one.
func TestRenewalsAreShared(t *testing.T) {
	t.Parallel()
	v, a := loggedIn(t)
	require.Equal(t, http.StatusOK, v.do("GET", "/console/messages", nil).Code)
	require.EqualValues(t, 1, a.lists.Load())
	r := &v.s.renewals
	made := 0
	show := func(v *visit) error {
		made++
		return v.render("audit", &auditPage{layout: v.layout("Audit", "audit")})
	}
	ask := func(token, page string) string {
		w := httptest.NewRecorder()
		x := &visit{s: v.s, w: w, r: httptest.NewRequestWithContext(t.Context(), "GET", page, nil), session: &session{token: token}}
		require.NoError(t, r.show(x, show))
		require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
		return w.Body.String()
	}
	first := ask("a", "/console/messages")
	r.pages[renewalKey{token: "a", page: "/console/messages"}].made = time.Now().Add(time.Hour) // it stays for as long as the test takes
	require.Equal(t, first, ask("a", "/console/messages"))
	require.Equal(t, 1, made)
	ask("b", "/console/messages")
	ask("a", "/console/messages?state=dead")
	require.Equal(t, 3, made)
	r.pages[renewalKey{token: "a", page: "/console/messages"}].made = time.Now().Add(-time.Hour)
	ask("a", "/console/messages")
	require.Equal(t, 4, made)
}
