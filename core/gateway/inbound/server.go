// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package inbound

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/sdk/provider"
)

const (
	// maxBody is the size of a body in bytes. Meta's webhooks have at most 3 MB, and they are the largest that are documented
	// (https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks).
	maxBody = 3 << 20
	// bodyTime is how long a body may take.
	bodyTime = 10 * time.Second
	// answerTime is how long an answer may take. Vendors give up after 5 to 30 seconds.
	answerTime = 15 * time.Second
	// retryAfter is when a vendor is asked to call again, in seconds.
	retryAfter = "5"
)

// Server answers the webhooks of vendors. It is safe for concurrent use.
type Server struct {
	Options
	// places are the tokens of the places that exist, and elsewhere that of no place.
	places    map[place]string
	elsewhere string
	queues    map[string]*queue // by provider configuration
	refusals  refusals
}

// New returns a server.
func New(o Options) (*Server, error) {
	if len(o.Secret) < 32 {
		return nil, errors.New("the secret of webhooks needs at least 32 bytes")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = hclog.NewNullLogger()
	}
	s := &Server{Options: o, places: map[place]string{}, elsewhere: token(o.Secret, place{}), queues: map[string]*queue{}}
	for _, p := range o.Config.Providers {
		s.add(p.ID)
	}
	for _, c := range o.Config.Channels {
		s.add(c.ProviderID)
		s.addPlace(place{c.ProviderID, c.Addr.String()})
	}
	return s, nil
}

func (s *Server) add(providerID string) {
	if s.queues[providerID] == nil {
		s.addPlace(place{provider: providerID})
		s.queues[providerID] = newQueue(providerID, s.Providers)
	}
}

func (s *Server) addPlace(p place) { s.places[p] = token(s.Secret, p) }

// ServeHTTP answers a request of a vendor.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := s.Now()
	a := Access{}
	a.Status = s.serve(w, r, &a)
	if s.Observer != nil {
		a.Took = s.Now().Sub(began)
		s.Observer.Webhook(a)
	}
}

// serve answers a request and returns the status.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, a *Access) int {
	p, ok := s.find(r.URL.Path)
	if !ok {
		return fail(w, http.StatusNotFound)
	}
	a.Provider = p.provider
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		w.Header().Set("Allow", "GET, POST")
		return fail(w, http.StatusMethodNotAllowed)
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime)) // a writer without a connection has no deadline
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return fail(w, http.StatusRequestEntityTooLarge)
	case err != nil:
		return fail(w, http.StatusBadRequest)
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerTime)
	defer cancel()
	response, err := s.queues[p.provider].handle(ctx, s.request(r, p, body))
	if err != nil {
		s.Log.Warn("a webhook could not be passed to its provider; the vendor is asked to call again", "provider", p.provider, "error", err)
		return s.later(w)
	}
	a.Authenticated = response.Authenticated
	if !response.Authenticated {
		s.refuse(p, r, len(body), response.Problem)
		return reply(w, response)
	}
	if response.Problem != "" {
		s.Log.Warn("a provider did not understand a webhook", "provider", p.provider, "problem", response.Problem)
	}
	if err := s.record(ctx, p, response.Events, a); err != nil {
		s.Log.Error("the events of a webhook could not be recorded; the vendor is asked to call again", "provider", p.provider, "error", err)
		return s.later(w)
	}
	return reply(w, response)
}

// request returns a request as a provider gets it. It takes the header, which nobody else changes.
func (s *Server) request(r *http.Request, p place, body []byte) provider.WebhookRequest {
	base := strings.TrimSuffix(s.PublicURL, "/")
	if base == "" {
		base = "http://" + r.Host
		if r.TLS != nil {
			base = "https://" + r.Host
		}
	}
	header := r.Header
	if header == nil {
		header = http.Header{}
	}
	header["Host"] = []string{r.Host}
	out := provider.WebhookRequest{Method: r.Method, URL: base + r.URL.RequestURI(), Header: header, Body: body}
	if p.channel != "" {
		out.ChannelIDs = []string{p.channel}
	}
	return out
}

// later asks the vendor to call again.
func (s *Server) later(w http.ResponseWriter) int {
	w.Header().Set("Retry-After", retryAfter)
	return fail(w, http.StatusServiceUnavailable)
}

func fail(w http.ResponseWriter, status int) int {
	http.Error(w, http.StatusText(status), status)
	return status
}

// reply writes the answer of a provider.
func reply(w http.ResponseWriter, response provider.WebhookResponse) int {
	status := response.Reply.Status
	if status < 200 { // an informational status would end no request
		status = http.StatusOK
		if !response.Authenticated {
			status = http.StatusUnauthorized
		}
	}
	// What a provider writes must not run in a browser.
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if response.Reply.ContentType != "" {
		w.Header().Set("Content-Type", response.Reply.ContentType)
	}
	w.WriteHeader(status)
	_, _ = w.Write(response.Reply.Body) // the vendor may be gone, and calls again then
	return status
}
