// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
)

const secret = "s3cr3t/+tok&en"

func newClient(t testing.TB, endpoint string, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{Endpoint: endpoint, Timeout: 10 * time.Second, Secrets: []string{secret}, Header: http.Header{"Authorization": {secret}}}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// rawServer calls a function for each connection. If read is true, it reads one request first.
func rawServer(t testing.TB, read bool, answer func(conn *net.TCPConn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				if read {
					request, err := http.ReadRequest(bufio.NewReader(conn))
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, request.Body)
				}
				answer(conn.(*net.TCPConn))
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestFailures(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(untrusted.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	write := func(text string) func(*net.TCPConn) {
		return func(conn *net.TCPConn) { _, _ = io.WriteString(conn, text) }
	}
	const tooMuch = 3 << 20

	tests := []struct {
		name     string
		endpoint string
		timeout  time.Duration
		sent     bool
		timedOut bool
		reason   outcome.Reason
		retry    outcome.Retry
		cause    string
	}{
		{name: "refused", endpoint: "http://" + closed.Addr().String(), reason: outcome.ReasonVendorUnavailable, retry: outcome.RetrySafe, cause: "refused"},
		{name: "unknown certificate", endpoint: untrusted.URL, reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, cause: "certificate"},
		{name: "https to an http port", endpoint: "https" + plain.URL[4:], reason: outcome.ReasonMisconfigured, retry: outcome.RetryNever, cause: "TLS handshake"},
		{name: "reset after reading the request", endpoint: rawServer(t, true, func(c *net.TCPConn) { _ = c.SetLinger(0) }), sent: true},
		{name: "closed after reading the request", endpoint: rawServer(t, true, func(*net.TCPConn) {}), sent: true},
		{name: "no answer", endpoint: rawServer(t, true, func(c *net.TCPConn) { _, _ = c.Read(make([]byte, 1)) }), timeout: 2 * time.Second, sent: true, timedOut: true, cause: "2s"},
		{name: "request never read", endpoint: rawServer(t, false, func(c *net.TCPConn) { _, _ = io.Copy(io.Discard, c) }), timeout: 2 * time.Second, sent: true, timedOut: true},
		{name: "body cut off", endpoint: rawServer(t, true, write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")), sent: true, cause: "EOF"},
		{name: "chunks cut off", endpoint: rawServer(t, true, write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")), sent: true, cause: "EOF"},
		{name: "not HTTP", endpoint: rawServer(t, true, write("hello "+secret+"\r\n\r\n")), sent: true, cause: "***"},
		{name: "body too large", endpoint: rawServer(t, true, write("HTTP/1.1 200 OK\r\n\r\n"+strings.Repeat("x", tooMuch))), sent: true, cause: "larger"},
		{name: "body declared too large", endpoint: rawServer(t, true, write("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")), sent: true, cause: "larger"},
		{name: "headers too large", endpoint: rawServer(t, true, write("HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", tooMuch)+"\r\n\r\n")), sent: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, test.endpoint, func(o *Options) {
				if test.timeout > 0 {
					o.Timeout = test.timeout
				}
			})
			response, failure := c.PostJSON(t.Context(), "/x", map[string]string{"a": "b"})
			require.Nil(t, response)
			require.NotNil(t, failure)
			assert.Equal(t, test.sent, failure.MaybeSent)
			assert.Equal(t, test.timedOut, failure.Timeout)
			assert.False(t, failure.Canceled)
			assert.Contains(t, failure.Cause.Error(), test.cause)
			assert.NotContains(t, failure.Cause.Error(), secret)
			result := failure.Outcome()
			if test.sent {
				require.NotNil(t, result.Unknown)
				assert.Equal(t, 1, result.Attempts)
				return
			}
			require.NotNil(t, result.Rejected)
			assert.Equal(t, test.reason, result.Rejected.Reason)
			assert.Equal(t, test.retry, result.Rejected.Retry)
			assert.Equal(t, 0, result.Attempts)
		})
	}
}

func TestCancelBeforeAndAfterSending(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	url := rawServer(t, true, func(c *net.TCPConn) { cancel(); _, _ = c.Read(make([]byte, 1)) })
	c := newClient(t, url)

	_, failure := c.PostJSON(ctx, "/x", 1)
	require.NotNil(t, failure)
	assert.True(t, failure.Canceled && failure.MaybeSent)
	require.NotNil(t, failure.Outcome().Unknown)

	_, failure = c.PostJSON(ctx, "/x", 1)
	require.NotNil(t, failure)
	assert.True(t, failure.Canceled)
	assert.False(t, failure.MaybeSent)
	result := failure.Outcome()
	assert.Equal(t, outcome.ReasonVendorUnavailable, result.Rejected.Reason)
	assert.Equal(t, outcome.RetrySafe, result.Rejected.Retry)
	assert.Equal(t, 0, result.Attempts)
}

// A connection that the vendor closed while it was idle must not make an outcome unknown.
func TestStaleConnection(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	var answered int32
	for range 300 {
		_, failure := c.PostJSON(t.Context(), "/x", 1)
		if failure == nil {
			answered++
		} else if failure.MaybeSent {
			t.Fatal(failure.Cause)
		}
		server.CloseClientConnections()
	}
	assert.Equal(t, answered, requests.Load())
	assert.NotZero(t, answered)
	server.Close()
	_, failure := c.PostJSON(t.Context(), "/x", 1)
	require.NotNil(t, failure)
	assert.False(t, failure.MaybeSent, "%v", failure.Cause)
}

// net/http makes some requests again when a connection breaks that was used before. A vendor may have acted on the first.
func TestNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]Request{
		"POST":                            {Method: http.MethodPost, Body: []byte("{}")},
		"POST without body":               {Method: http.MethodPost},
		"POST with Idempotency-Key":       {Method: http.MethodPost, Body: []byte("{}"), Header: http.Header{"Idempotency-Key": {"k"}}},
		"POST with X-Idempotency-Key":     {Method: http.MethodPost, Body: []byte("{}"), Header: http.Header{"x-idempotency-key": {"k"}}},
		"without body, with a key":        {Method: http.MethodPost, Header: http.Header{"Idempotency-Key": {"k"}}},
		"GET":                             {Method: http.MethodGet},
		"HEAD":                            {Method: http.MethodHead},
		"DELETE with a key, without body": {Method: http.MethodDelete, Header: http.Header{"Idempotency-Key": {"k"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen atomic.Int64
			address := rawServer(t, false, func(conn *net.TCPConn) {
				in := bufio.NewReader(conn)
				for {
					request, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, request.Body)
					if request.URL.Path == "/first" {
						_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
						continue
					}
					if want := r.Header.Get("Idempotency-Key"); want != "" {
						assert.Equal(t, want, request.Header.Get("Idempotency-Key"))
					}
					seen.Add(1)
					return
				}
			})
			c := newClient(t, address)
			_, failure := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/first", Body: []byte("{}")})
			require.Nil(t, failure)
			r.Path = "/second"
			_, failure = c.Do(t.Context(), r)
			require.NotNil(t, failure)
			assert.Equal(t, int64(1), seen.Load())
			assert.NotNil(t, failure.Outcome().Unknown, "the vendor may have acted on it")
		})
	}
}

// What keeps the transport from repeating a request does not change the request.
func TestRequestsWithoutBody(t *testing.T) {
	t.Parallel()
	for method, length := range map[string]string{
		http.MethodGet: "", http.MethodHead: "", http.MethodOptions: "", http.MethodDelete: "", http.MethodPost: "0", http.MethodPut: "0", http.MethodPatch: "0",
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Seen", strings.Join(r.TransferEncoding, "")+r.Header.Get("Content-Length"))
			}))
			t.Cleanup(server.Close)
			response, failure := newClient(t, server.URL).Do(t.Context(), Request{Method: method, Path: "/x"})
			require.Nil(t, failure)
			assert.Equal(t, length, response.Header.Get("Seen"))
		})
	}
}

func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	var conns atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/chunked" {
			w.(http.Flusher).Flush()
		}
		_, _ = io.WriteString(w, strings.Repeat("x", 100_000))
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	for range 10 {
		for _, path := range []string{"/plain", "/chunked"} {
			response, failure := c.PostJSON(t.Context(), path, 1)
			require.Nil(t, failure)
			require.Len(t, response.Body, 100_000)
		}
	}
	assert.Equal(t, int32(1), conns.Load())
}

func TestRequestAndJSON(t *testing.T) {
	t.Parallel()
	type seen struct{ method, uri, contentType, agent, extra, body string }
	var got seen
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = seen{r.Method, r.RequestURI, r.Header.Get("Content-Type"), r.Header.Get("User-Agent"), r.Header.Get("X-Extra"), string(body)}
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL+"/base/", func(o *Options) { o.UserAgent = "me/1" })

	_, failure := c.PostJSON(t.Context(), "/a%2Fb?q=1", map[string]string{"link": "https://x/?a=1&b=<2>"})
	require.Nil(t, failure)
	assert.Equal(t, seen{"POST", "/base/a%2Fb?q=1", "application/json", "me/1", "", `{"link":"https://x/?a=1&b=<2>"}`}, got)

	_, failure = c.Do(t.Context(), Request{Method: "PUT", Path: "/form", ContentType: "text/plain", Header: http.Header{"x-extra": {"1"}}, Body: []byte("a=b")})
	require.Nil(t, failure)
	assert.Equal(t, seen{"PUT", "/base/form", "text/plain", "me/1", "1", "a=b"}, got)

	for _, path := range []string{"x", "", "//evil.example/x", "/a b", "/a#b", "/%zz"} {
		_, failure = c.PostJSON(t.Context(), path, 1)
		require.NotNil(t, failure, path)
		assert.Equal(t, outcome.ReasonMisconfigured, failure.Outcome().Rejected.Reason)
	}
	_, failure = c.PostJSON(t.Context(), "/x", func() {})
	require.NotNil(t, failure)
	assert.False(t, failure.MaybeSent)
}

func TestGzipBombIsBounded(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	_, _ = zip.Write(make([]byte, 8<<20))
	_ = zip.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	}))
	t.Cleanup(server.Close)
	require.Less(t, bomb.Len(), 1<<20)
	_, failure := newClient(t, server.URL).PostJSON(t.Context(), "/x", 1)
	require.NotNil(t, failure)
	assert.True(t, failure.MaybeSent)
	assert.Contains(t, failure.Cause.Error(), "larger")
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other host was called") }))
	t.Cleanup(other.Close)
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || string(body) != `"hi"` {
			t.Errorf("the redirected request is %s with body %s", r.Method, body)
		}
		to := map[string]string{"/same": "/target", "/other": other.URL + "/x?token=" + "q", "/loop": "/loop", "/none": ""}
		if location, ok := to[r.URL.Path[4:]]; ok {
			w.Header().Set("Location", location)
			status := map[string]int{"301": 301, "302": 302, "303": 303, "307": 307, "308": 308}[r.URL.Path[1:4]]
			w.WriteHeader(status)
		}
	}))
	t.Cleanup(server.Close)
	tests := []struct {
		path     string
		status   int
		attempts int
	}{
		{"/301/same", 301, 1}, {"/302/same", 302, 1}, {"/303/same", 303, 1},
		{"/307/same", 200, 2}, {"/308/same", 200, 2},
		{"/307/other", 307, 1}, {"/308/other", 308, 1}, {"/307/none", 307, 1},
	}
	for _, test := range tests {
		response, failure := newClient(t, server.URL).PostJSON(t.Context(), test.path, "hi")
		require.Nil(t, failure)
		assert.Equal(t, test.status, response.Status, test.path)
		assert.Equal(t, test.attempts, response.Attempts, test.path)
		if test.status >= 300 {
			rejected := OutcomeForStatus(response).Rejected
			require.NotNil(t, rejected)
			assert.Equal(t, outcome.ReasonMisconfigured, rejected.Reason)
			assert.NotContains(t, rejected.Detail, "token")
		}
	}
	before := requests.Load()
	_, failure := newClient(t, server.URL).PostJSON(t.Context(), "/307/loop", "hi")
	require.Nil(t, failure)
	assert.Equal(t, int32(2), requests.Load()-before, "a loop is followed once")
}

func BenchmarkPostJSON(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"code":"0"}`) }))
	b.Cleanup(server.Close)
	c := newClient(b, server.URL)
	body := map[string]string{"a": "b"}
	b.Run("vendorhttp", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, failure := c.PostJSON(b.Context(), "/x", body); failure != nil {
				b.Fatal(failure.Cause)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			response, err := http.Post(server.URL+"/x", "application/json", strings.NewReader(`{"a":"b"}`))
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
		}
	})
}
