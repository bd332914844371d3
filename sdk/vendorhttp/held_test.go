// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
)

// deflated returns a text as a vendor sends it with the encoding deflate.
func deflated(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	require.NoError(t, err)
	_, err = io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

// The outcome of an answer that cannot be read says what kind of answer it was.
func TestWhatAnAnswerHeld(t *testing.T) {
	t.Parallel()
	json := `{"id":"7","token":"` + secret + `"}`
	tests := map[string]struct {
		header http.Header
		body   string
		want   string
		not    string
	}{
		"page":             {http.Header{"Content-Type": {"text/html"}}, "<h1>Sign in</h1>", "HTTP 200 with a body that is not JSON: an HTML page", "Sign in"},
		"page as JSON":     {http.Header{"Content-Type": {"application/json"}}, "<html><h1>Sign in</h1>", "HTTP 200 with a body that is not JSON: an HTML page", "Sign in"},
		"XML":              {http.Header{"Content-Type": {"application/xml"}}, "<ok/>", "HTTP 200 with a body that is not JSON: XML", "HTML"},
		"text":             {http.Header{"Content-Type": {"text/plain"}}, "OK " + secret, "HTTP 200 with a body that is not JSON: text: OK ***", secret},
		"form":             {http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, "a=b", "HTTP 200 with a body that is not JSON: a form", "text"},
		"binary":           {nil, "\xff\xfe\x00", "HTTP 200 with a body that is not JSON: binary data", "\xff"},
		"cut off":          {http.Header{"Content-Type": {"application/json"}}, `{"id":"7"`, "HTTP 200 with a body that is not JSON: JSON that is cut off", "*"},
		"broken":           {http.Header{"Content-Type": {"application/json"}}, `{id:7} `, "HTTP 200 with a body that is not JSON: text", "cut"},
		"nothing":          {nil, " \n", "HTTP 200 without a body", "JSON"},
		"JSON":             {nil, json, "HTTP 200 with JSON that does not say whether the message was accepted", secret},
		"byte order mark":  {nil, "\xef\xbb\xbf[]", "HTTP 200 with JSON", "not JSON"},
		"deflate":          {http.Header{"Content-Encoding": {"deflate"}}, deflated(t, json), `HTTP 200 with a body that is not JSON: it has the Content-Encoding "deflate", which was not asked for`, "binary"},
		"brotli":           {http.Header{"Content-Encoding": {"br"}}, "\x0b\x02\x80", `it has the Content-Encoding "br", which was not asked for`, "binary"},
		"two encodings":    {http.Header{"Content-Encoding": {"gzip, deflate"}}, "\x1f\x8b", `it has the Content-Encoding "gzip, deflate", which was not asked for`, "binary"},
		"readable anyway":  {http.Header{"Content-Encoding": {"utf-8"}}, "[]", "HTTP 200 with JSON", "Encoding"},
		"encoded identity": {http.Header{"Content-Encoding": {"identity"}}, "hello", "text: hello", "Encoding"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for name, values := range test.header {
					w.Header()[name] = values
				}
				_, _ = io.WriteString(w, test.body)
			}))
			t.Cleanup(server.Close)
			response, failure := newClient(t, server.URL).PostJSON(t.Context(), "/x", 1)
			require.Nil(t, failure)
			o := OutcomeForStatus(response)
			require.NotNil(t, o.Unknown)
			assert.Contains(t, o.Unknown.Cause, test.want)
			assert.NotContains(t, o.Unknown.Cause, test.not)
		})
	}
}

// An encoding that was asked for is decoded by the transport, or by the provider that asked.
func TestEncodingsThatWereAskedFor(t *testing.T) {
	t.Parallel()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(w, "hello")
	_ = w.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(zipped.Bytes())
	}))
	t.Cleanup(server.Close)
	for name, header := range map[string]http.Header{"by the transport": nil, "by the provider": {"Accept-Encoding": {"gzip"}}} {
		response, failure := newClient(t, server.URL).Do(t.Context(), Request{Method: http.MethodPost, Path: "/x", Header: header})
		require.Nil(t, failure, name)
		assert.Empty(t, response.encoding, name)
		assert.Equal(t, header == nil, string(response.Body) == "hello", name)
	}
}

// A status with a meaning keeps it, whatever the body is.
func TestStatusOfAnEncodedAnswer(t *testing.T) {
	t.Parallel()
	o := OutcomeForStatus(&Response{Status: 401, Body: []byte("abc"), encoding: "deflate"})
	require.NotNil(t, o.Rejected)
	assert.Equal(t, outcome.ReasonUnauthenticated, o.Rejected.Reason)
	assert.Empty(t, o.Rejected.VendorMessage)
}

func TestNothingAtTheAddress(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	response, failure := newClient(t, server.URL+"/v9").PostJSON(t.Context(), "/to/+12025550123/"+secret+"?token="+secret, 1)
	require.Nil(t, failure)
	o := OutcomeForStatus(response)
	require.NotNil(t, o.Rejected)
	assert.Equal(t, outcome.ReasonMisconfigured, o.Rejected.Reason)
	assert.Equal(t, outcome.ScopeAccount, o.Rejected.Scope)
	assert.Contains(t, o.Rejected.Detail, server.URL+"/v9/to/***/")
	assert.Contains(t, o.Rejected.Detail, "check the endpoint")
	assert.NotContains(t, o.Rejected.Detail, "2025550123")
	assert.NotContains(t, o.Rejected.Detail, secret)

	o = OutcomeForStatus(&Response{Status: 404})
	assert.Equal(t, "the vendor answered HTTP 404 Not Found: nothing is there; check the endpoint", o.Rejected.Detail)
}

func TestDisableKeepAlives(t *testing.T) {
	t.Parallel()
	for disabled, want := range map[bool]int32{false: 1, true: 5} {
		var conns atomic.Int32
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				conns.Add(1)
			}
		}
		server.Start()
		t.Cleanup(server.Close)
		c := newClient(t, server.URL, func(o *Options) { o.DisableKeepAlives = disabled })
		for range 5 {
			_, failure := c.PostJSON(t.Context(), "/x", 1)
			require.Nil(t, failure)
		}
		assert.Equal(t, want, conns.Load(), "disabled: %t", disabled)
	}
}
