// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// loginPage is what the page for the login shows.
type loginPage struct {
	layout
	// Next is the page that was asked for, and Problem why the key was refused.
	Next, Problem string
	// Others are the ways to log in without a key.
	Others []otherLogin
}

func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) {
	s.renderLogin(w, http.StatusOK, r.URL.Query().Get("next"), "")
}

func (s *Server) renderLogin(w http.ResponseWriter, status int, next, problem string) {
	next = ownPage(next)
	s.render(w, status, "login", &loginPage{layout{Title: "Log in", Version: s.Version}, next, problem, s.otherLogins(next)})
}

// ownPage returns the path of a page of the console, or that of the first one for any other text.
func ownPage(path string) string {
	if !strings.HasPrefix(path, Prefix) || strings.ContainsAny(path, "\\\r\n") || strings.HasPrefix(path, Prefix+"log") {
		return Prefix
	}
	return path
}

// login opens a session for a key that the API knows. The API counts the refusals of an address, and lets it wait.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	token, next := strings.TrimSpace(r.PostFormValue("key")), r.PostFormValue("next")
	v := &visit{s: s, r: r, session: &session{token: token}}
	key, err := ask[adminapi.OwnKey](v, http.MethodGet, "key", nil, nil)
	var p *problem
	switch {
	case errors.As(err, &p) && p.Status == http.StatusUnauthorized:
		s.renderLogin(w, http.StatusForbidden, next, "The gateway does not know this key: "+p.Detail+".")
	case errors.As(err, &p):
		s.renderLogin(w, p.Status, next, p.sentence())
	case err != nil:
		s.Log.Error("a login failed", "error", err)
		s.renderLogin(w, http.StatusInternalServerError, next, "The gateway failed. Its log has the cause.")
	default:
		now := time.Now()
		s.setCookie(w, r, s.Sessions.begin(session{token: token, who: key.Name, began: now, seen: now}))
		http.Redirect(w, r, ownPage(next), http.StatusSeeOther)
	}
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	s.Sessions.end(r, r.PostFormValue("everywhere") != "")
	s.setCookie(w, r, "")
	http.Redirect(w, r, Prefix+"login", http.StatusSeeOther)
}
