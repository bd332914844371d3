// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/core/gateway/login"
)

const (
	// cookieName is the name of the cookie with the secret of a session.
	cookieName = "wahost_session"
	// sessionTime is how long a session lasts, and idleTime how long it lasts without a request.
	sessionTime, idleTime = 12 * time.Hour, time.Hour
	// maxSessions bounds the sessions. The one that was idle for the longest time ends for a new one.
	maxSessions = 1000
)

// session is a login.
type session struct {
	// token is the API key, which every request is made with. It is empty if person logged in without one.
	token  string
	person *login.Person
	// who is the same in all sessions of a key or of a person.
	who         string
	began, seen time.Time
}

// Sessions are who is logged in. They are in memory, and end with the process. The zero value is ready.
type Sessions struct {
	mu sync.Mutex
	// open has the sessions by the hash of their secret, so that no look at memory or time gives the secret.
	open map[[sha256.Size]byte]*session
}

// begin opens a session and returns its secret.
func (s *Sessions) begin(x session) string {
	secret := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[[sha256.Size]byte]*session{}
	}
	s.expire(x.began)
	if len(s.open) >= maxSessions {
		s.endIdlest()
	}
	s.open[sha256.Sum256([]byte(secret))] = &x
	return secret
}

// expire ends the sessions that are over. s.mu must be held.
func (s *Sessions) expire(now time.Time) {
	for k, x := range s.open {
		if x.over(now) {
			delete(s.open, k)
		}
	}
}

func (s *Sessions) endIdlest() {
	var idlest [sha256.Size]byte
	var seen time.Time
	for k, x := range s.open {
		if seen.IsZero() || x.seen.Before(seen) {
			idlest, seen = k, x.seen
		}
	}
	delete(s.open, idlest)
}

func (x *session) over(now time.Time) bool {
	return now.Sub(x.began) > sessionTime || now.Sub(x.seen) > idleTime
}

// of returns the session of a request, or nil. A request that a page makes by itself, as it does again and again, does not count as one of
// the person.
func (s *Sessions) of(r *http.Request, now time.Time) *session {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sha256.Sum256([]byte(c.Value))
	x := s.open[key]
	if x == nil {
		return nil
	}
	if x.over(now) {
		delete(s.open, key)
		return nil
	}
	if r.Header.Get(liveHeader) == "" && r.URL.Path != livePath {
		x.seen = now
	}
	seen := *x
	return &seen
}

// end ends the session of a request. With everywhere it ends all sessions of the same key or person.
func (s *Sessions) end(r *http.Request, everywhere bool) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sha256.Sum256([]byte(c.Value))
	x := s.open[key]
	delete(s.open, key)
	if x == nil || !everywhere {
		return
	}
	for k, other := range s.open {
		if other.who == x.who {
			delete(s.open, k)
		}
	}
}

// setCookie lets the browser keep the secret of a session, or remove it if the secret is empty.
func (s *Server) setCookie(w http.ResponseWriter, r *http.Request, secret string) {
	c := &http.Cookie{
		Name: cookieName, Value: secret, Path: Prefix, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: s.secure(r), MaxAge: int(sessionTime.Seconds()),
	}
	if secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// secure reports whether browsers speak HTTPS with the console, if only with a server in front of it.
func (s *Server) secure(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(s.Logins.URL(), "https:")
}
