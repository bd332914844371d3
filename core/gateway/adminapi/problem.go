// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/core/gateway/store"
)

// retryUnavailable is when to try again what the gateway cannot do now.
const retryUnavailable = 5 * time.Second

// writeProblem answers with a problem.
func writeProblem(w http.ResponseWriter, p *huma.ErrorModel) {
	if p.Title == "" {
		p.Title = http.StatusText(p.Status)
	}
	body, err := json.Marshal(p)
	if err != nil {
		p.Status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // the caller may be gone
}

// ProblemLines returns what a problem says: its detail, or its title, and then each error with its place.
func ProblemLines(p *huma.ErrorModel) []string {
	lines := []string{cmp.Or(p.Detail, p.Title)}
	for _, e := range p.Errors {
		lines = append(lines, strings.TrimPrefix(e.Location+": "+e.Message, ": "))
	}
	return lines
}

// refuse answers a request that the door did not let in.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var g *graph.Error
	if !errors.As(err, &g) {
		s.Log.Error("a request could not be admitted", "method", r.Method, "error", err)
		g = graph.Unavailable(retryUnavailable, "the gateway cannot serve the request now")
	}
	if g.RetryAfter > 0 {
		w.Header().Set("Retry-After", retryAfter(g.RetryAfter))
	}
	if g.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer error=\"invalid_token\"")
	}
	writeProblem(w, &huma.ErrorModel{Status: g.Status, Detail: g.Details})
}

// noSuchOperation answers a request for a path or a method that does not exist. The handler is that of the router for such a request.
func (s *Server) noSuchOperation(w http.ResponseWriter, r *http.Request, handler http.Handler) {
	seen := &seenStatus{header: http.Header{}}
	handler.ServeHTTP(seen, r)
	if seen.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", seen.header.Get("Allow"))
		writeProblem(w, &huma.ErrorModel{Status: seen.status, Detail: "the path has other methods: " + seen.header.Get("Allow")})
		return
	}
	writeProblem(w, &huma.ErrorModel{Status: http.StatusNotFound, Detail: "the API has no such path: " + documentPath + " lists all"})
}

// seenStatus keeps the status and the header of an answer.
type seenStatus struct {
	header http.Header
	status int
}

// Header, Write and WriteHeader implement http.ResponseWriter.
func (s *seenStatus) Header() http.Header         { return s.header }
func (s *seenStatus) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader keeps the status.
func (s *seenStatus) WriteHeader(status int) { s.status = status }

// failed returns the problem for an error of an operation.
func (s *Server) failed(operation string, err error) error {
	var status huma.StatusError
	var refused *store.RefusedError
	switch {
	case errors.As(err, &status):
		return err
	case errors.Is(err, store.ErrNotFound):
		return huma.Error404NotFound("the gateway has no such message")
	case errors.Is(err, store.ErrNoCampaign):
		return huma.Error404NotFound("the gateway has no such campaign")
	case errors.As(err, &refused):
		return huma.Error409Conflict(refused.Why)
	}
	s.Log.Error("a request could not be served", "operation", operation, "error", err)
	return huma.ErrorWithHeaders(huma.Error503ServiceUnavailable("the gateway cannot serve the request now"), http.Header{"Retry-After": {retryAfter(retryUnavailable)}})
}

// retryAfter returns a wait in whole seconds, rounded up.
func retryAfter(d time.Duration) string { return strconv.Itoa(max(1, int(math.Ceil(d.Seconds())))) }
