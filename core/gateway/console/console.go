// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/login"
)

// Prefix is how the paths of the pages begin.
const Prefix = "/console/"

// maxForm bounds a form in bytes.
const maxForm = 1 << 20

// Options are the parts of a Server.
type Options struct {
	// API is the gateway's own API, an *adminapi.Server.
	API http.Handler
	// Sessions are who is logged in. They may outlive the Server, so that a reload logs nobody out.
	Sessions *Sessions
	// Logins are the ways to log in without a key. Nil stands for none.
	Logins *login.Logins
	// Version is that of the program, for the foot of the pages.
	Version string
	// Log gets errors of the console's own. It may be nil.
	Log hclog.Logger
}

// Server serves the pages. It is safe for concurrent use.
type Server struct {
	Options
	mux      *http.ServeMux
	renewals renewals
	// refusals are of the logins without a key. The API counts those with one.
	refusals keys.Refusals
}

// New returns a server.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = hclog.NewNullLogger()
	}
	if o.Logins == nil {
		o.Logins = &login.Logins{}
	}
	s := &Server{Options: o, mux: http.NewServeMux()}
	s.mux.HandleFunc("GET "+Prefix+"login", s.showLogin)
	s.mux.HandleFunc("POST "+Prefix+"login", s.login)
	s.mux.HandleFunc("GET "+LoginPath+"{login}", s.begin)
	s.mux.HandleFunc("GET "+LoginPath+"{login}/return", s.finish)
	s.mux.HandleFunc("POST "+Prefix+"logout", s.logout)
	s.mux.HandleFunc("GET "+Prefix+"asset/{file}", serveAsset)
	for pattern, show := range map[string]func(*visit) error{
		"GET {$}":                        (*visit).overview,
		"GET messages":                   (*visit).messages,
		"GET messages/{id}":              (*visit).message,
		"POST messages/{id}/{action}":    (*visit).command,
		"GET attention":                  (*visit).attention,
		"POST bulk/{action}":             (*visit).bulk,
		"GET messages.csv":               (*visit).export,
		"GET campaigns":                  (*visit).campaigns,
		"POST campaigns":                 (*visit).createCampaign,
		"GET campaigns/{name}":           (*visit).campaign,
		"POST campaigns/{name}/{action}": (*visit).setCampaign,
		"GET live":                       (*visit).live,
		"GET routes":                     (*visit).routes,
		"GET templates":                  (*visit).templates,
		"GET keys":                       (*visit).keys,
		"GET channels":                   (*visit).channels,
		"POST lanes/{action}":            (*visit).setLane,
		"GET webhooks":                   (*visit).webhooks,
		"POST webhooks/{action}":         (*visit).endpoint,
		"GET configuration":              (*visit).configuration,
		"POST configuration":             (*visit).reload,
		"GET explain":                    (*visit).explain,
		"POST explain":                   (*visit).explain,
		"GET suppressions":               (*visit).suppressions,
		"POST suppressions/{action}":     (*visit).suppress,
		"GET audit":                      (*visit).audit,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		s.mux.HandleFunc(method+" "+Prefix+path, s.page(show))
	}
	s.mux.HandleFunc(Prefix, s.page(func(*visit) error { return errNoPage }))
	return s
}

// ServeHTTP answers one request. A request that changes something must come from a page of the same site.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler: // an export that was cut off
			panic(p)
		default:
			s.Log.Error("a page caused a panic", "stack", string(debug.Stack()))
			http.Error(w, "The gateway failed on this page. Its log has the cause.", http.StatusInternalServerError)
		}
	}()
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		http.Error(w, "The request comes from another site.", http.StatusForbidden)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	s.mux.ServeHTTP(w, r)
}
