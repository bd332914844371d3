// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// dial starts the server of the gateway around a front door, and connects to it.
func dial(t *testing.T, w *world, limits ListenLimits) net.Conn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := NewHTTPServer(New(w.options), limits, nil)
	done := make(chan error, 1)
	go func() { done <- server.Serve(Limit(l, limits)) }()
	t.Cleanup(func() {
		_ = server.Close()
		require.ErrorIs(t, <-done, http.ErrServerClosed)
	})
	conn, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	return conn
}

// TestRequestsThatAreNotHTTP checks the answers that net/http gives before a handler is called.
func TestRequestsThatAreNotHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for name, test := range map[string]struct {
		request string
		status  int
	}{
		"no HTTP":         {"hello\r\n\r\n", 400},
		"no host":         {"GET / HTTP/1.1\r\n\r\n", 400},
		"bad header":      {"GET / HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n", 400},
		"two lengths":     {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
		"bad length":      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
		"large header":    {"GET / HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("a", 32<<10) + "\r\n\r\n", 431},
		"encoding":        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
		"another version": {"GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505},
		"options *":       {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 401},
		"a proxy":         {"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n", 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := dial(t, w, ListenLimits{})
			_, err := io.WriteString(conn, test.request)
			require.NoError(t, err)
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			require.NoError(t, err)
			require.Equal(t, test.status, answer.StatusCode)
			raw, _ := io.ReadAll(answer.Body) // the connection may be reset
			var body struct {
				Error struct {
					Message string
					Code    int
					Trace   string `json:"fbtrace_id"`
				}
			}
			require.NoError(t, json.Unmarshal(raw, &body), "%s", raw)
			require.NotEmpty(t, body.Error.Message)
			require.NotZero(t, body.Error.Code)
			require.NotEmpty(t, body.Error.Trace)
		})
	}
}

func TestASlowHeaderEnds(t *testing.T) {
	t.Parallel()
	conn := dial(t, newWorld(t, nil), ListenLimits{Header: time.Millisecond})
	_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n")
	require.NoError(t, err)
	_, err = io.ReadAll(conn)
	require.NoError(t, err, "the server closes the connection")
}

// TestConnectionsAreLimited opens a second connection, which is served when the first one ends.
func TestConnectionsAreLimited(t *testing.T) {
	t.Parallel()
	first := dial(t, newWorld(t, nil), ListenLimits{Connections: 1})
	const request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
	_, err := io.WriteString(first, request)
	require.NoError(t, err)
	_, err = http.ReadResponse(bufio.NewReader(first), nil)
	require.NoError(t, err)
	second, err := net.Dial("tcp", first.RemoteAddr().String())
	require.NoError(t, err)
	defer second.Close()
	_, err = io.WriteString(second, request)
	require.NoError(t, err)
	require.NoError(t, second.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	_, err = second.Read(make([]byte, 1))
	require.ErrorContains(t, err, "timeout", "nobody reads the second connection yet")
	require.NoError(t, first.Close())
	require.NoError(t, second.SetReadDeadline(time.Now().Add(time.Minute)))
	answer, err := http.ReadResponse(bufio.NewReader(second), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, answer.StatusCode)
}
