// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"syscall"
)

var errStale = errors.New("the vendor closed the connection")

// watchedConn refuses to write a request to a connection that the vendor has closed, and counts the bytes that it
// writes. On a plain connection such a write succeeds and the read fails afterwards, which looks like a request that
// the vendor may have received.
type watchedConn struct {
	net.Conn
	raw syscall.RawConn // nil if the connection has none
	// own is true if the connection belongs to a pool. The pool looks whether the vendor has closed it, so Write does not.
	own bool
	// probed is true while Read has nothing to return. TLS then returns what it has read before, or the error of Read.
	probed bool
	// answered is true if something was read since the last write. The next write then begins a request.
	answered atomic.Bool
	// written is the number of bytes that were written to the socket.
	written atomic.Int64
	// served is true if the connection carried a response.
	served atomic.Bool
}

// watch returns a dial function that makes each connection a watchedConn.
func watch(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		watched := &watchedConn{Conn: conn}
		if inner, ok := conn.(syscall.Conn); ok {
			watched.raw, _ = inner.SyscallConn()
		}
		return watched, nil
	}
}

func (c *watchedConn) Read(b []byte) (int, error) {
	if c.probed {
		return 0, os.ErrDeadlineExceeded // TLS takes a timeout for an error that passes
	}
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
