// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package providertest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Vendor is an HTTP server on loopback that records requests and gives the same answer to all of them. Its methods
// may be called concurrently. Tests that run in parallel need a Vendor each.
type Vendor struct {
	// URL is the base URL of the server, for the provider's endpoint argument.
	URL string

	server *httptest.Server

	mu       sync.Mutex
	status   int
	header   http.Header
	body     string
	requests []Request
}

// Request is one recorded request.
type Request struct {
	Method string
	// Path is the path and, if there is one, the query.
	Path   string
	Header http.Header
	Body   []byte
}

// NewVendor starts a server that answers every request with status 200 and the given body. It is closed when the
// test ends.
func NewVendor(t testing.TB, body string) *Vendor {
	t.Helper()
	v := StartVendor(body)
	t.Cleanup(v.Close)
	return v
}

// StartVendor is NewVendor for a caller without a test. The caller must call Close.
func StartVendor(body string) *Vendor {
	v := &Vendor{status: http.StatusOK, body: body}
	v.server = httptest.NewServer(http.HandlerFunc(v.serve))
	v.URL = v.server.URL
	return v
}

// Close stops the server and waits for requests that are being answered.
func (v *Vendor) Close() { v.server.Close() }

// Answer sets the answer to later requests.
func (v *Vendor) Answer(status int, header http.Header, body string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.status, v.header, v.body = status, header, body
}

func (v *Vendor) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // a request that breaks off is recorded as far as it came
	v.mu.Lock()
	defer v.mu.Unlock()
	v.requests = append(v.requests, Request{Method: r.Method, Path: r.URL.RequestURI(), Header: r.Header.Clone(), Body: body})
	for name, values := range v.header {
		w.Header()[name] = values
	}
	w.WriteHeader(v.status)
	_, _ = io.WriteString(w, v.body)
}

// Take returns the requests since the last call of Take, in the order in which they came.
func (v *Vendor) Take() []Request {
	v.mu.Lock()
	defer v.mu.Unlock()
	taken := v.requests
	v.requests = nil
	return taken
}
