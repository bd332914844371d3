// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/net/netutil"

	"github.com/wahost/wahost/core/gateway/graph"
)

// ListenLimits are what a listener of the gateway lets callers do. Zero fields have the defaults.
type ListenLimits struct {
	// Connections is the largest number of open connections, 10,000 by default. Others wait in the system's queue.
	Connections int
	// Header is how long the header of a request may take, 5 seconds by default.
	Header time.Duration
	// HeaderBytes is the size of a header, 16 KiB by default. net/http adds 4 KiB.
	HeaderBytes int
	// Idle is how long a connection stays open between requests, 2 minutes by default.
	Idle time.Duration
}

const (
	defaultConnections = 10_000
	defaultHeader      = 5 * time.Second
	defaultHeaderBytes = 16 << 10
	defaultIdle        = 2 * time.Minute
)

// NewHTTPServer returns a server for handlers that bound the time for their bodies by themselves, as Server does. Serve it with a
// listener that Limit returned.
func NewHTTPServer(h http.Handler, limits ListenLimits, log hclog.Logger) *http.Server {
	limits = limits.withDefaults()
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: limits.Header, IdleTimeout: limits.Idle, MaxHeaderBytes: limits.HeaderBytes,
		DisableGeneralOptionsHandler: true, // the handler answers OPTIONS * too
		BaseContext:                  func(net.Listener) context.Context { return context.Background() },
	}
	if log != nil {
		// Broken requests are the concern of those who send them.
		s.ErrorLog = log.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug})
	}
	return s
}

func (l ListenLimits) withDefaults() ListenLimits {
	if l.Connections <= 0 {
		l.Connections = defaultConnections
	}
	if l.Header <= 0 {
		l.Header = defaultHeader
	}
	if l.HeaderBytes <= 0 {
		l.HeaderBytes = defaultHeaderBytes
	}
	if l.Idle <= 0 {
		l.Idle = defaultIdle
	}
	return l
}

// Limit returns a listener with the limit of connections, whose connections answer requests that are not HTTP in the words of the Graph
// API.
func Limit(l net.Listener, limits ListenLimits) net.Listener {
	return graphListener{netutil.LimitListener(l, limits.withDefaults().Connections)}
}

type graphListener struct{ net.Listener }

// Accept returns the next connection.
func (l graphListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &graphConn{Conn: conn}, nil
}

// graphConn rewrites the answers that net/http itself gives to requests that it cannot read: they are plain texts, and clients of the
// Graph API read JSON.
type graphConn struct{ net.Conn }

// plainEnd ends the header of such an answer, and only of such an answer.
const plainEnd = "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"

// Write writes to the connection.
func (c *graphConn) Write(p []byte) (int, error) {
	if answer := graphAnswer(p); answer != nil {
		if _, err := c.Conn.Write(answer); err != nil {
			return 0, err
		}
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// graphAnswer returns the answer in place of one of net/http, or nil for any other.
func graphAnswer(p []byte) []byte {
	const version = "HTTP/1.1 "
	if len(p) > 512 || len(p) < len(version)+3 || string(p[:len(version)]) != version {
		return nil
	}
	status, text, ok := strings.Cut(string(p[len(version):]), plainEnd)
	if !ok || strings.Contains(status, "\r\n") {
		return nil
	}
	e := graph.New(graph.CodeInvalidParameter, "the request cannot be read: %s", text)
	body := e.Body(newTrace())
	return []byte(version + status + "\r\nContent-Type: application/json; charset=UTF-8\r\nConnection: close\r\n\r\n" + string(body))
}
