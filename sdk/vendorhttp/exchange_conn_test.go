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
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
)

// corkedConn collects what is written until it is flushed, so that several TLS records arrive at the same time.
type corkedConn struct {
	net.Conn
	corked bytes.Buffer
}

func (c *corkedConn) Write(b []byte) (int, error) { return c.corked.Write(b) }

func (c *corkedConn) Read(b []byte) (int, error) {
	c.flush()
	return c.Conn.Read(b)
}

func (c *corkedConn) flush() {
	_, _ = c.Conn.Write(c.corked.Bytes())
	c.corked.Reset()
}

// What a vendor sends after a response is never the response to another request, also if TLS has read it already.
func TestExchangeDropsConnectionsWithMoreRecords(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]string{"nothing": "", "a response": "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison", "a byte": "x"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			certified := httptest.NewTLSServer(http.NotFoundHandler())
			t.Cleanup(certified.Close)
			var conns atomic.Int32
			address := rawServer(t, false, func(conn *net.TCPConn) {
				conns.Add(1)
				secure := tls.Server(&corkedConn{Conn: conn}, certified.TLS)
				in := bufio.NewReader(secure)
				for {
					request, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, request.Body)
					_, _ = io.WriteString(secure, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
					_, _ = io.WriteString(secure, more)
				}
			})
			c := newClient(t, "https"+strings.TrimPrefix(address, "http"))
			trust(c, certified)
			for range 3 {
				response, failure := c.PostJSON(t.Context(), "/x", 1)
				require.Nil(t, failure)
				assert.Equal(t, "ok", string(response.Body))
			}
			assert.Equal(t, more == "", conns.Load() == 1)
		})
	}
}

// brokenConn is a connection whose socket takes no byte of a request.
type brokenConn struct{ net.Conn }

func (c *brokenConn) Write([]byte) (int, error) {
	return 0, &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.EPIPE)}
}

// A request goes to another connection only if the socket of a kept one took no byte of it.
func TestExchangeAfterAFailedWrite(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	t.Cleanup(server.Close)
	for name, size := range map[string]int{"small": 10, "large": 1 << 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, server.URL)
			r := Request{Method: "POST", Path: "/x", Body: make([]byte, size)}
			_, failure := c.Do(t.Context(), r)
			require.Nil(t, failure)
			require.Len(t, c.pool.idle, 1)
			kept := c.pool.idle[0]
			kept.raw.Conn = &brokenConn{kept.raw.Conn}
			go func() { // the vendor ends the connection
				_ = kept.raw.Conn.(*brokenConn).Conn.(*net.TCPConn).CloseRead()
			}()
			_, failure = c.Do(t.Context(), r)
			require.Nil(t, failure, "a new connection was made")

			c = newClient(t, server.URL)
			dial := c.pool.dial
			c.pool.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := dial(ctx, network, address)
				if err == nil {
					watched := conn.(*watchedConn)
					watched.Conn = &brokenConn{watched.Conn}
				}
				return conn, err
			}
			_, failure = c.Do(t.Context(), r)
			require.NotNil(t, failure, "the first write to a new connection fails once")
			assert.False(t, failure.MaybeSent)
			assert.Equal(t, outcome.RetrySafe, failure.Outcome().Rejected.Retry)
		})
	}
}

// A new connection that the vendor ends immediately got nothing.
func TestExchangeOverAConnectionThatEnds(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	address := rawServer(t, false, func(conn *net.TCPConn) { _ = conn.Close(); close(ended) })
	c := newClient(t, address)
	dial := c.pool.dial
	c.pool.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		<-ended
		return conn, err
	}
	_, failure := c.PostJSON(t.Context(), "/x", 1)
	require.NotNil(t, failure)
	assert.False(t, failure.MaybeSent)
}

// A vendor gets HTTP/1.1 unless it refuses it.
func TestExchangeProtocols(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		protocols []string // of the vendor
		version   uint16   // the vendor's latest one of TLS
		want      string   // protocol of the requests; "" if no request is made
	}{
		"both":                 {[]string{"h2", "http/1.1"}, tls.VersionTLS13, "HTTP/1.1"},
		"HTTP/1.1 only":        {[]string{"http/1.1"}, tls.VersionTLS13, "HTTP/1.1"},
		"no negotiation":       {nil, tls.VersionTLS13, "HTTP/1.1"},
		"HTTP/2 only":          {[]string{"h2"}, tls.VersionTLS13, "HTTP/2.0"},
		"HTTP/2 only, TLS 1.2": {[]string{"h2"}, tls.VersionTLS12, "HTTP/2.0"},
		"neither":              {[]string{"another"}, tls.VersionTLS13, ""},
		"neither, TLS 1.2":     {[]string{"another"}, tls.VersionTLS12, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var (
				mu   sync.Mutex
				seen []string
			)
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, r.Proto)
			}))
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.TLS = &tls.Config{NextProtos: test.protocols, MaxVersion: test.version}
			server.EnableHTTP2 = slices.Contains(test.protocols, "h2")
			if test.protocols != nil {
				beStrict(server, test.protocols)
			}
			server.StartTLS()
			t.Cleanup(server.Close)
			c := newClient(t, server.URL)
			trust(c, server)
			var group sync.WaitGroup
			for range 8 {
				group.Go(func() {
					response, failure := c.PostJSON(t.Context(), "/x", 1)
					if test.want != "" {
						if assert.Nil(t, failure) {
							assert.Equal(t, 1, response.Attempts)
						}
						return
					}
					if !assert.NotNil(t, failure) {
						return
					}
					o := failure.Outcome()
					if assert.NotNil(t, o.Rejected, "nothing was sent") {
						assert.Equal(t, outcome.ReasonMisconfigured, o.Rejected.Reason)
						assert.Contains(t, o.Rejected.Detail, "no application protocol")
					}
				})
			}
			group.Wait()
			if test.want == "" {
				require.Empty(t, seen)
				return
			}
			assert.Equal(t, slices.Repeat([]string{test.want}, 8), seen)
		})
	}
}

// beStrict makes a server refuse every client that does not offer one of its protocols. Go's server is less strict about a
// client of HTTP/1.1.
func beStrict(server *httptest.Server, protocols []string) {
	server.TLS.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		chosen := server.TLS.Clone()
		if !slices.ContainsFunc(hello.SupportedProtos, func(p string) bool { return slices.Contains(protocols, p) }) {
			chosen.NextProtos = []string{"another"}
		}
		return chosen, nil
	}
}

// A new connection to the same vendor resumes the TLS session of the last one.
func TestExchangeResumesSessions(t *testing.T) {
	t.Parallel()
	var resumed atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS.DidResume {
			resumed.Add(1)
		}
		w.Header().Set("Connection", "close")
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	trust(c, server)
	for range 3 {
		_, failure := c.PostJSON(t.Context(), "/x", 1)
		require.Nil(t, failure)
	}
	assert.Equal(t, int32(2), resumed.Load())
}
