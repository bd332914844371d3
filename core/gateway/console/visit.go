// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// errNoPage is the error of a path without a page.
var errNoPage = newProblem(http.StatusNotFound, "there is no such page")

// layout is what all pages have around what they are about.
type layout struct {
	// Title is the title of the page, and Here its path below Prefix, for the list of pages.
	Title, Here string
	// Key is the key of the person, or nil before the login.
	Key *adminapi.OwnKey
	// Done is what the last request of the person did. It may be empty.
	Done    string
	Version string
	Now     time.Time
}

func (l layout) here() string { return l.Here }

// May reports whether the person may use something that needs a scope.
func (l layout) May(scope string) bool {
	return l.Key != nil && (slices.Contains(l.Key.Scopes, scope) || slices.Contains(l.Key.Scopes, "admin"))
}

// Counted returns how long ago something was counted, or "" if that was a moment ago.
func (l layout) Counted(at time.Time) string {
	age := l.Now.Sub(at)
	if at.IsZero() || age < time.Second {
		return ""
	}
	return "Counted " + short(age) + " ago, since these are many messages."
}

// visit is a request for a page by somebody who is logged in.
type visit struct {
	s       *Server
	w       http.ResponseWriter
	r       *http.Request
	session *session
	key     *adminapi.OwnKey
}

// page returns a handler that shows a page to somebody who is logged in, and the page for the login to others.
func (s *Server) page(show func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{s: s, w: w, r: r, session: s.Sessions.of(r, time.Now())}
		if v.session == nil {
			v.toLogin()
			return
		}
		key, err := ask[adminapi.OwnKey](v, http.MethodGet, "key", nil, nil)
		if err == nil {
			v.key = &key
			if r.Method == http.MethodGet && r.Header.Get(liveHeader) != "" {
				err = s.renewals.show(v, show)
			} else {
				err = show(v)
			}
		}
		if err != nil {
			v.fail(err)
		}
	}
}

// toLogin asks for a login. What a page asks for by itself is refused, and the page is loaded anew.
func (v *visit) toLogin() {
	to := Prefix + "login"
	if v.r.Method == http.MethodGet && v.r.URL.Path != Prefix {
		to += "?" + url.Values{"next": {v.r.URL.RequestURI()}}.Encode()
	}
	if v.r.Header.Get(liveHeader) != "" || v.r.URL.Path == livePath {
		v.w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
}

// layout returns the layout of a page.
func (v *visit) layout(title, here string) layout {
	return layout{Title: title, Here: here, Key: v.key, Done: doneTexts[v.r.URL.Query().Get("done")], Version: v.s.Version, Now: time.Now()}
}

// render answers with a page.
func (v *visit) render(name string, page any) error {
	v.s.render(v.w, http.StatusOK, name, page)
	return nil
}

// render answers with a page. Nothing is sent of a page that cannot be made.
func (s *Server) render(w http.ResponseWriter, status int, name string, page any) {
	var b bytes.Buffer
	if err := templates()[name].ExecuteTemplate(&b, "layout", page); err != nil {
		s.Log.Error("a page cannot be made", "page", name, "error", err)
		http.Error(w, "The gateway failed on this page. Its log has the cause.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the caller may be gone
}

// back sends the person to a page after a change, which is told there.
func (v *visit) back(path, done string) error {
	u, err := url.Parse(ownPage(path))
	if err != nil {
		u = &url.URL{Path: Prefix}
	}
	q := u.Query()
	q.Set("done", done)
	u.RawQuery = q.Encode()
	http.Redirect(v.w, v.r, u.String(), http.StatusSeeOther)
	return nil
}

// doneTexts are what is told after a change.
var doneTexts = map[string]string{
	"cancel": "The message is canceled.", "redrive": "The message was sent anew. This is its successor.",
	"resolve": "The message is resolved.", "pause": "The lane is paused.", "resume": "The lane sends again.",
	"create-campaign": "The campaign is created.", "pause-campaign": "The campaign is paused.", "resume-campaign": "The campaign goes on.",
	"cancel-campaign": "The campaign is canceled.", "pace-campaign": "The campaign has another pace.",
	"suppress": "The recipient gets no more messages.", "unsuppress": "The recipient gets messages again.",
}

// problemPage is what the page about a problem shows.
type problemPage struct {
	layout
	Problem string
}

// fail answers with a page about a problem.
func (v *visit) fail(err error) {
	var p *problem
	if !errors.As(err, &p) {
		v.s.Log.Error("a page failed", "path", v.r.Pattern, "error", err)
		p = newProblem(http.StatusInternalServerError, "the gateway failed on this page, and its log has the cause")
	}
	if p.Status == http.StatusUnauthorized { // the key is no longer valid
		v.s.Sessions.end(v.r, false)
		v.toLogin()
		return
	}
	v.s.render(v.w, p.Status, "problem", &problemPage{v.layout(http.StatusText(p.Status), ""), p.sentence()})
}
