// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package plugintest tests providers in their own process against a vendor on loopback: what goes over the wire for
// a message, and whether any field of a message is lost.
package plugintest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// Vendor is an HTTP server that records requests and gives one answer to all of them.
type Vendor struct {
	URL string

	mu       sync.Mutex
	status   int
	header   http.Header
	body     string
	requests []Request
}

// Request is one recorded request.
type Request struct {
	Method, Path string
	Header       http.Header
	Body         []byte
}

// NewVendor starts a server that answers 200 with the body, until the test ends.
func NewVendor(t testing.TB, body string) *Vendor {
	t.Helper()
	v := &Vendor{status: http.StatusOK, body: body}
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	v.URL = server.URL
	return v
}

// Answer sets the answer to later requests.
func (v *Vendor) Answer(status int, header http.Header, body string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.status, v.header, v.body = status, header, body
}

// ServeHTTP records and answers.
func (v *Vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.requests = append(v.requests, Request{Method: r.Method, Path: r.URL.RequestURI(), Header: r.Header.Clone(), Body: body})
	for name, values := range v.header {
		w.Header()[name] = values
	}
	w.WriteHeader(v.status)
	_, _ = io.WriteString(w, v.body)
}

// Take gives the requests since the last call.
func (v *Vendor) Take() []Request {
	v.mu.Lock()
	defer v.mu.Unlock()
	taken := v.requests
	v.requests = nil
	return taken
}

// Values are the arguments of a block that a test sets.
type Values map[string]cty.Value

// Config makes the content of a block as the host would: defaults filled in, the rest null.
func Config(t testing.TB, s schema.Schema, values Values) provider.Config {
	t.Helper()
	require.NoError(t, s.Check())
	object := cty.EmptyObjectVal
	if len(values) > 0 {
		object = cty.ObjectVal(values)
	}
	value, diags := s.Conform(object)
	require.NoError(t, diags.Err())
	return provider.Config{Value: value}
}

// Open configures an account and opens one channel, with the id "test.channel".
func Open(t testing.TB, p provider.Provider, account, channel Values) (provider.Account, provider.Channel) {
	t.Helper()
	a, diags := p.Configure(t.Context(), provider.ConfigureRequest{ID: "test", Config: Config(t, p.Schema().Provider, account)})
	require.NoError(t, diags.Err())
	c, diags := a.OpenChannel(t.Context(), provider.OpenChannelRequest{ID: "test.channel", Config: Config(t, p.Schema().Channel, channel)})
	require.NoError(t, diags.Err())
	return a, c
}

// Documented fails where README.md in the working folder does not name an argument of the provider.
func Documented(t *testing.T, p provider.Provider) {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, a := range append(p.Schema().Provider.Attributes, p.Schema().Channel.Attributes...) {
		require.Contains(t, string(readme), "| `"+a.Name+"` |")
	}
}
