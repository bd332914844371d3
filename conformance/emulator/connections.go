// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// connections counts the connections that clients keep open. The zero value is ready for use.
type connections struct {
	mu     sync.Mutex
	states map[net.Conn]http.ConnState
	busy   int
	peak   int
	// answering counts requests whose answer has not ended, including those on connections that a fault has taken over.
	answering int
	changed   chan struct{}
}

func (c *connections) track(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.states == nil {
		c.states = map[net.Conn]http.ConnState{}
	}
	if c.states[conn] == http.StateActive {
		c.busy--
	}
	switch state {
	case http.StateHijacked, http.StateClosed:
		delete(c.states, conn)
	default:
		c.states[conn] = state
	}
	if state == http.StateActive {
		c.busy++
		c.peak = max(c.peak, c.busy)
	}
	c.tell()
}

// tell wakes all waiters after a change. The lock must be held.
func (c *connections) tell() {
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// answer adds n to the number of answers under way: 1 when an answer begins, -1 when it ends.
func (c *connections) answer(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answering += n
	c.tell()
}

// Connections returns how many connections are open, and on how many of them a request is under way. A connection that
// a fault has taken over from the HTTP server counts as closed.
func (s *Server) Connections() (open, busy int) {
	s.conns.mu.Lock()
	defer s.conns.mu.Unlock()
	return len(s.conns.states), s.conns.busy
}

// PeakConnections returns the largest number of connections on which requests were under way at the same time.
func (s *Server) PeakConnections() int {
	s.conns.mu.Lock()
	defer s.conns.mu.Unlock()
	return s.conns.peak
}

// WaitConnections waits until want returns true for the numbers of open and busy connections. It returns the context's
// error if the context ends first.
func (s *Server) WaitConnections(ctx context.Context, want func(open, busy int) bool) error {
	return s.conns.wait(ctx, func() bool { return want(len(s.conns.states), s.conns.busy) })
}

// WaitAnswered waits until no answer is under way. It returns the context's error if the context ends first. If the
// client leaves, its answer ends at the emulator's next failing write.
func (s *Server) WaitAnswered(ctx context.Context) error {
	return s.conns.wait(ctx, func() bool { return s.conns.answering == 0 })
}

func (c *connections) wait(ctx context.Context, want func() bool) error {
	for {
		c.mu.Lock()
		done := want()
		if c.changed == nil {
			c.changed = make(chan struct{})
		}
		changed := c.changed
		c.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
