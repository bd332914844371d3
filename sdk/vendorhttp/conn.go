// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"syscall"
)

var errStale = errors.New("the vendor closed the connection before it got the request")

// watchedConn refuses to write a request to a connection that the vendor has closed, and counts the bytes that it
// writes. On a plain connection such a write succeeds and the read fails afterwards, which looks like a request that
// the vendor may have received.
type watchedConn struct {
	net.Conn
	raw syscall.RawConn
	// own is true if the connection belongs to a pool. The pool looks whether the vendor has closed it, so Write does not.
	own bool
	// answered is true if something was read since the last write. The next write then begins a request.
	answered atomic.Bool
	// written is the number of bytes that were written to the socket.
	written atomic.Int64
	// served is true if the connection carried a response.
	served atomic.Bool
}

// watch returns a dial function that makes each connection a watchedConn, where the system allows it.
func watch(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		inner, ok := conn.(syscall.Conn)
		if !ok {
			return conn, nil
		}
		raw, err := inner.SyscallConn()
		if err != nil {
			return conn, nil //nolint:nilerr // a connection that cannot be watched is still a connection
		}
		return &watchedConn{Conn: conn, raw: raw}, nil
	}
}

func (c *watchedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && !c.own {
		c.answered.Store(true)
	}
	return n, err
}

func (c *watchedConn) Write(b []byte) (int, error) {
	if !c.own && c.answered.Swap(false) {
		if closed, _ := look(c.raw); closed {
			return 0, errStale
		}
	}
	n, err := c.Conn.Write(b)
	c.written.Add(int64(n))
	if c.own && n == 0 && (errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)) {
		err = fmt.Errorf("%w: %w", errStale, err)
	}
	return n, err
}

// watchedBy returns the watchedConn of a connection, which TLS may wrap, or nil if the connection is not watched.
func watchedBy(conn net.Conn) *watchedConn {
	if outer, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = outer.NetConn()
	}
	watched, _ := conn.(*watchedConn)
	return watched
}
