// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package vendorhttp

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tests that are not about the exchange itself hold for net/http too.
func TestAllWithNetHTTP(t *testing.T) {
	t.Parallel()
	if os.Getenv(EnvNetHTTP) != "" {
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.count=1", "-test.skip", "^(TestExchange|TestPool|TestBothWays|TestAllWithNetHTTP|Fuzz)")
	cmd.Env = append(os.Environ(), EnvNetHTTP+"=1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func netHTTP(o *Options) { o.NetHTTP = true }

// dialTo makes a client connect to an address, whatever its endpoint is. The addresses that it wanted are sent to wanted.
func dialTo(c *Client, address string, wanted chan<- string) {
	dial := newDial()
	c.transport.DialContext = func(ctx context.Context, network, to string) (net.Conn, error) {
		wanted <- to
		return dial(ctx, network, address)
	}
	if c.pool != nil {
		c.pool.dial = c.transport.DialContext
	}
}

// The vendor gets the same request in both ways.
func TestBothWaysSendTheSame(t *testing.T) {
	t.Parallel()
	large := bytes.Repeat([]byte("0123456789"), 10_000)
	for name, test := range map[string]struct {
		endpoint string
		request  Request
		change   func(*Options)
	}{
		"POST":             {"http://vendor.example/base", Request{Method: "POST", Path: "/a%2Fb?x=1&y=%20", Body: []byte("{}"), ContentType: "text/plain"}, nil},
		"no method":        {"http://vendor.example", Request{Path: "/"}, nil},
		"empty POST":       {"http://vendor.example", Request{Method: "POST", Path: "/"}, nil},
		"GET":              {"http://vendor.example", Request{Method: "GET", Path: "/"}, nil},
		"HEAD":             {"http://vendor.example", Request{Method: "HEAD", Path: "/"}, nil},
		"DELETE":           {"http://vendor.example", Request{Method: "DELETE", Path: "/"}, nil},
		"large":            {"http://vendor.example", Request{Method: "PUT", Path: "/", Body: large}, nil},
		"default port":     {"http://vendor.example:80", Request{Method: "GET", Path: "/"}, nil},
		"another port":     {"http://vendor.example:8080", Request{Method: "GET", Path: "/"}, nil},
		"capitals":         {"http://Vendor.Example", Request{Method: "GET", Path: "/"}, nil},
		"umlaut":           {"http://bücher.example", Request{Method: "GET", Path: "/"}, nil},
		"capital umlaut":   {"http://BÜCHER.example:81", Request{Method: "GET", Path: "/"}, nil},
		"no domain":        {"http://a_b-.example", Request{Method: "GET", Path: "/"}, nil},
		"IPv4":             {"http://127.0.0.1", Request{Method: "GET", Path: "/"}, nil},
		"IPv6":             {"http://[::1]", Request{Method: "GET", Path: "/"}, nil},
		"IPv6 and port":    {"http://[::1]:8080", Request{Method: "GET", Path: "/"}, nil},
		"IPv6 zone":        {"http://[fe80::1%25eth0]", Request{Method: "GET", Path: "/"}, nil},
		"path of umlauts":  {"http://vendor.example/ü", Request{Method: "GET", Path: "/ö?ä=ß"}, nil},
		"headers":          {"http://vendor.example", Request{Method: "POST", Path: "/", Header: http.Header{"x-a": {"1", "2"}, "Idempotency-Key": {"k"}, "User-Agent": {" me "}, "X-Space": {" a "}}}, nil},
		"no user agent":    {"http://vendor.example", Request{Method: "POST", Path: "/", Header: http.Header{"User-Agent": {""}}}, nil},
		"header Host":      {"http://vendor.example", Request{Method: "POST", Path: "/", Header: http.Header{"Host": {"other.example"}}}, nil},
		"header length":    {"http://vendor.example", Request{Method: "POST", Path: "/", Body: []byte("{}"), Header: http.Header{"Content-Length": {"9"}, "Transfer-Encoding": {"chunked"}, "Trailer": {"X"}}}, nil},
		"header close":     {"http://vendor.example", Request{Method: "POST", Path: "/", Header: http.Header{"Connection": {"close"}}}, nil},
		"no keep-alive":    {"http://vendor.example", Request{Method: "POST", Path: "/"}, func(o *Options) { o.DisableKeepAlives = true }},
		"no keep-alive, 2": {"http://vendor.example", Request{Method: "POST", Path: "/", Header: http.Header{"Connection": {"close"}}}, func(o *Options) { o.DisableKeepAlives = true }},
		"encoding":         {"http://vendor.example", Request{Method: "POST", Path: "/", Header: http.Header{"Accept-Encoding": {"br"}}}, nil},
		"range":            {"http://vendor.example", Request{Method: "GET", Path: "/", Header: http.Header{"Range": {"bytes=0-1"}}}, nil},
		"expect":           {"http://vendor.example", Request{Method: "POST", Path: "/", Body: []byte("{}"), Header: http.Header{"Expect": {"100-continue"}}}, nil},
		"wrong method":     {"http://vendor.example", Request{Method: "A B", Path: "/"}, nil},
		"wrong name":       {"http://vendor.example", Request{Method: "GET", Path: "/", Header: http.Header{"a b": {"1"}}}, nil},
		"wrong value":      {"http://vendor.example", Request{Method: "GET", Path: "/", Header: http.Header{"A": {"1\r\nB: 2"}}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			type sent struct {
				address, line, rest string
				header              []string
				failed              bool
			}
			var got [2]sent
			for way, change := range []func(*Options){func(*Options) {}, netHTTP} {
				raw, wanted := make(chan []byte, 1), make(chan string, 1)
				address := rawServer(t, false, func(conn *net.TCPConn) {
					var b bytes.Buffer
					request, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &b)))
					if err == nil {
						_, err = io.Copy(io.Discard, request.Body)
					}
					if err == nil {
						raw <- b.Bytes()
						_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
					}
				})
				c := newClient(t, test.endpoint, change, func(o *Options) {
					if test.change != nil {
						test.change(o)
					}
				})
				dialTo(c, strings.TrimPrefix(address, "http://"), wanted)
				_, failure := c.Do(t.Context(), test.request)
				if failure != nil {
					got[way] = sent{failed: true}
					assert.False(t, failure.MaybeSent)
					continue
				}
				head, rest, _ := strings.Cut(string(<-raw), "\r\n\r\n")
				lines := strings.Split(head, "\r\n")
				got[way] = sent{address: <-wanted, line: lines[0], header: slices.Sorted(slices.Values(lines[1:])), rest: rest}
			}
			got[1].address = strings.ToLower(got[1].address)
			assert.Equal(t, got[1], got[0])
			assert.Equal(t, strings.HasPrefix(name, "wrong"), got[0].failed)
		})
	}
}

// A vendor may answer before it has read a request, and then read no more of it or end the connection.
func TestExchangeAnsweredEarly(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]bool{"stops reading": false, "ends the connection": true} {
		for _, size := range []int{100, inlineBytes, inlineBytes + 1, 8 << 20} {
			for _, scheme := range []string{"http", "https"} {
				t.Run(name+"/"+scheme, func(t *testing.T) {
					t.Parallel()
					done := make(chan struct{})
					t.Cleanup(func() { close(done) })
					c := rawClient(t, scheme, func(conn net.Conn) {
						in := bufio.NewReader(conn)
						_, _ = http.ReadRequest(in)
						_, _ = io.WriteString(conn, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\n\r\ntoo big")
						if !ends {
							<-done
						}
					})
					response, failure := c.Do(t.Context(), Request{Method: "POST", Path: "/x", Body: make([]byte, size)})
					require.Nil(t, failure)
					assert.Equal(t, 413, response.Status)
					assert.Equal(t, "too big", string(response.Body))
					if size > 1<<20 {
						assert.Empty(t, c.pool.idle, "the request was not written to its end")
					}
				})
			}
		}
	}
}

// rawClient returns a client of a vendor that is a function for each connection.
func rawClient(t *testing.T, scheme string, serve func(net.Conn)) *Client {
	t.Helper()
	if scheme == "http" {
		return newClient(t, rawServer(t, false, func(conn *net.TCPConn) { serve(conn) }))
	}
	certified := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(certified.Close)
	address := rawServer(t, false, func(conn *net.TCPConn) {
		secure := tls.Server(conn, certified.TLS)
		if secure.HandshakeContext(t.Context()) == nil {
			serve(secure)
		}
	})
	c := newClient(t, "https"+strings.TrimPrefix(address, "http"))
	trust(c, certified)
	return c
}

// A large body that the vendor reads leaves a connection that can be used again.
func TestExchangeKeepsConnectionsOfLargeBodies(t *testing.T) {
	t.Parallel()
	var conns atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	trust(c, server)
	for range 5 {
		_, failure := c.Do(t.Context(), Request{Method: "POST", Path: "/x", Body: make([]byte, 3<<20)})
		require.Nil(t, failure)
	}
	assert.Equal(t, int32(1), conns.Load())
}

// The end of the context ends a request in each of its phases, and says whether the vendor may have got it.
func TestExchangeIsCancelled(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scheme string
		size   int
		serve  func(conn net.Conn, cancel func())
		sent   bool
	}{
		"while the body is written":      {"http", 8 << 20, func(conn net.Conn, cancel func()) { _, _ = conn.Read(make([]byte, 1)); cancel() }, true},
		"while the body is written, TLS": {"https", 8 << 20, func(conn net.Conn, cancel func()) { _, _ = conn.Read(make([]byte, 1)); cancel() }, true},
		"while waiting for the response": {"http", 10, func(conn net.Conn, cancel func()) { _, _ = conn.Read(make([]byte, 1000)); cancel() }, true},
		"while the response is read": {"http", 10, func(conn net.Conn, cancel func()) {
			_, _ = conn.Read(make([]byte, 1000))
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
			cancel()
		}, true},
		"while the response is read, TLS": {"https", 10, func(conn net.Conn, cancel func()) {
			_, _ = conn.Read(make([]byte, 1000))
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
			cancel()
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := make(chan struct{})
			t.Cleanup(func() { close(done) })
			c := rawClient(t, test.scheme, func(conn net.Conn) {
				test.serve(conn, cancel)
				<-done
			})
			_, failure := c.Do(ctx, Request{Method: "POST", Path: "/x", Body: make([]byte, test.size)})
			require.NotNil(t, failure)
			assert.True(t, failure.Canceled)
			assert.Equal(t, test.sent, failure.MaybeSent)
			assert.Empty(t, c.pool.idle)
		})
	}
	t.Run("in the handshake", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		address := rawServer(t, false, func(conn *net.TCPConn) { cancel(); _, _ = io.Copy(io.Discard, conn) })
		_, failure := newClient(t, "https"+address[4:]).PostJSON(ctx, "/x", 1)
		require.NotNil(t, failure)
		assert.True(t, failure.Canceled)
		assert.False(t, failure.MaybeSent)
	})
}

// A connection on which the vendor ended or wrote something while it was idle gets no request.
func TestExchangeLooksBeforeItWrites(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]func(*net.TCPConn){
		"ended": func(conn *net.TCPConn) { _ = conn.CloseWrite() },
		"reset": func(conn *net.TCPConn) { _ = conn.SetLinger(0); _ = conn.Close() },
		"answered unasked": func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
		},
		"timed out": func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 408 Request Timeout\r\n\r\n")
			_ = conn.Close()
		},
		"closed while unread": func(conn *net.TCPConn) { _, _ = io.WriteString(conn, "x"); _ = conn.SetLinger(0); _ = conn.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var conns, requests atomic.Int32
			idle, happened := make(chan struct{}), make(chan struct{})
			address := rawServer(t, false, func(conn *net.TCPConn) {
				first := conns.Add(1) == 1
				in := bufio.NewReader(conn)
				for {
					request, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, request.Body)
					requests.Add(1)
					_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
					if first {
						<-idle
						after(conn)
						close(happened)
					}
				}
			})
			c := newClient(t, address)
			_, failure := c.PostJSON(t.Context(), "/x", 1)
			require.Nil(t, failure)
			close(idle)
			<-happened
			response, failure := c.PostJSON(t.Context(), "/x", 1)
			require.Nil(t, failure)
			assert.Equal(t, "ok", string(response.Body))
			assert.Equal(t, int32(2), conns.Load())
			assert.Equal(t, int32(2), requests.Load())
		})
	}
}
