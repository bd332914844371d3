// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/idna"
)

// pool makes requests to one scheme, host and port over HTTP/1.1, each on the goroutine of its caller.
//
// A connection that carried an exchange is kept for the next one. The pool never holds more connections than there were
// exchanges at the same time, because each was made for one. The one that was used last is used first, so that those that
// are too many get old and are closed.
type pool struct {
	dial      func(ctx context.Context, network, address string) (net.Conn, error) // of a watchedConn
	address   string
	tls       *tls.Config // nil for http
	max       int         // number of idle connections
	keepAlive bool
	// onlyHTTP2 is true once the vendor has refused HTTP/1.1.
	onlyHTTP2 atomic.Bool

	mu     sync.Mutex
	closed bool
	idle   []*line     // the one that became idle last is at the end
	reaper *time.Timer // closes connections that are idle for too long; nil if none is idle
}

// newPool returns a pool for the origin of a URL.
func newPool(base *url.URL, conns int, keepAlive bool) *pool {
	host := base.Hostname()
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	p := &pool{dial: newDial(), address: net.JoinHostPort(host, port(base)), max: conns, keepAlive: keepAlive}
	if base.Scheme == "https" {
		p.tls = newTLSConfig()
		p.tls.ServerName, p.tls.NextProtos = host, []string{"http/1.1"}
		p.tls.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
	return p
}

// line returns an idle connection, or a new one. It records a failed handshake in the attempt.
func (p *pool) line(limit *limit, a *attempt) (*line, error) {
	p.mu.Lock()
	last := len(p.idle) - 1
	if last < 0 || time.Since(p.idle[last].since) > idleTimeout { // the reaper is about to close all of them
		p.mu.Unlock()
		return p.connect(limit, a)
	}
	defer p.mu.Unlock()
	l := p.idle[last]
	p.idle = slices.Delete(p.idle, last, last+1)
	return l, nil
}

// put keeps a connection for the next exchange.
func (p *pool) put(l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.idle) >= p.max {
		l.drop()
		return
	}
	l.since = time.Now()
	p.idle = append(p.idle, l)
	if p.reaper == nil {
		p.reaper = time.AfterFunc(idleTimeout, p.reap)
	}
}

// reap closes the connections that are idle for too long.
func (p *pool) reap() {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := 0
	for ; old < len(p.idle) && time.Since(p.idle[old].since) >= idleTimeout; old++ {
		_ = p.idle[old].Close()
	}
	p.idle, p.reaper = slices.Delete(p.idle, 0, old), nil
	if len(p.idle) > 0 {
		p.reaper = time.AfterFunc(idleTimeout-time.Since(p.idle[0].since), p.reap)
	}
}

// close closes the idle connections, and the others after their exchange.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.idle {
		_ = l.Close()
	}
	p.idle, p.closed = nil, true
	if p.reaper != nil {
		p.reaper.Stop()
	}
}

// connect makes a connection.
func (p *pool) connect(limit *limit, a *attempt) (*line, error) {
	ctx, cancel := limit.timed()
	defer cancel()
	conn, err := p.dial(ctx, "tcp", p.address)
	if err != nil {
		return nil, err
	}
	raw := conn.(*watchedConn)
	raw.own = true
	if p.tls == nil {
		return newLine(raw, raw), nil
	}
	limited, end := context.WithTimeout(withAttempt(ctx, a), handshakeTimeout)
	defer end()
	secure := tls.Client(raw, p.tls)
	if err := secure.HandshakeContext(limited); err != nil {
		a.handshake.Store(true)
		_ = raw.Close()
		if limited.Err() != nil && ctx.Err() == nil {
			err = &net.OpError{Op: "TLS handshake", Net: "tcp", Err: os.ErrDeadlineExceeded}
		}
		return nil, err
	}
	return newLine(secure, raw), nil
}
