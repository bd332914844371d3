// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/wahost/wahost/core/gateway/login"
)

const (
	// flowCookie is the name of the cookie of a login under way, and flowTime how long the browser keeps it.
	flowCookie = "wahost_login"
	flowTime   = 10 * time.Minute
	// LoginPath is how the paths of logins begin that are not with a key.
	LoginPath = Prefix + "login/"
)

// otherLogin is a way to log in without a key.
type otherLogin struct{ Name, URL string }

// otherLogins returns them for a person who wants to see a page. They begin at the address of the console that the issuer sends the person
// back to, since the cookies of another address are not seen there.
func (s *Server) otherLogins(next string) (all []otherLogin) {
	for _, l := range s.Logins.All() {
		all = append(all, otherLogin{l.Name, s.Logins.URL() + LoginPath + l.Name + "?" + url.Values{"next": {next}}.Encode()})
	}
	return all
}

// begin sends a person to an issuer.
func (s *Server) begin(w http.ResponseWriter, r *http.Request) {
	f := login.NewFlow(ownPage(r.URL.Query().Get("next")))
	l := s.loginOf(w, r, f)
	if l == nil {
		return
	}
	to, err := l.Begin(r.Context(), f)
	if err != nil {
		s.notIn(w, r, f, err)
		return
	}
	s.setFlow(w, r, f.Cookie())
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// finish opens a session for a person whom an issuer sent back. The browser sends no cookie of a session with a request that another site
// began, so the answer is a page that leads on from here.
func (s *Server) finish(w http.ResponseWriter, r *http.Request) {
	var f login.Flow
	if c, err := r.Cookie(flowCookie); err == nil {
		f = login.ParseFlow(c.Value)
	}
	l := s.loginOf(w, r, f)
	if l == nil {
		return
	}
	s.setFlow(w, r, "")
	p, err := l.Finish(r.Context(), f, r.URL.Query())
	if err != nil {
		s.notIn(w, r, f, err)
		return
	}
	now := time.Now()
	s.setCookie(w, r, s.Sessions.begin(session{person: p, who: p.ID, began: now, seen: now}))
	next, err := url.Parse(ownPage(f.Next()))
	if err != nil {
		next = &url.URL{Path: Prefix}
	}
	w.Header().Set("Refresh", "0; url="+next.String())
	s.render(w, http.StatusOK, "entered", &enteredPage{layout{Title: "You are logged in", Version: s.Version}, p.Name, next.String()})
}

// enteredPage is what the page after a login shows.
type enteredPage struct {
	layout
	Name, Next string
}

// loginOf returns the login that a path names. It returns nil if it has answered, since no login has the name, or the address has to wait.
func (s *Server) loginOf(w http.ResponseWriter, r *http.Request, f login.Flow) *login.Login {
	if wait := s.refusals.Wait(r.RemoteAddr, time.Now()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		s.renderLogin(w, http.StatusTooManyRequests, f.Next(), "Too many logins from this address failed. Wait a minute, or log in with a key.")
		return nil
	}
	l := s.Logins.Find(r.PathValue("login"))
	if l == nil {
		s.renderLogin(w, http.StatusNotFound, f.Next(), "There is no such way to log in.")
	}
	return l
}

// notIn answers with the page for the login, which says why the person is not let in.
func (s *Server) notIn(w http.ResponseWriter, r *http.Request, f login.Flow, err error) {
	var p *login.RefusedError
	if !errors.As(err, &p) {
		p = &login.RefusedError{Status: http.StatusInternalServerError, Text: "The gateway failed. Its log has the cause.", Cause: err}
	}
	if p.Status < http.StatusInternalServerError {
		s.refusals.Add(r.RemoteAddr, time.Now())
	}
	if p.Cause != nil {
		s.Log.Warn("a login failed", "login", r.PathValue("login"), "error", p.Cause)
	}
	s.renderLogin(w, p.Status, f.Next(), p.Text)
}

// setFlow lets the browser keep a login under way, or remove it if the text is empty. The cookie is sent when the issuer leads the person
// back, which is a request that another site began.
func (s *Server) setFlow(w http.ResponseWriter, r *http.Request, text string) {
	c := &http.Cookie{
		Name: flowCookie, Value: text, Path: LoginPath + r.PathValue("login") + "/return", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure(r), MaxAge: int(flowTime.Seconds()),
	}
	if text == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
