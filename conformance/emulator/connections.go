// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// connections counts what clients keep open. The zero value is ready for use.
type connections struct {
	mu      sync.Mutex
	states  map[net.Conn]http.ConnState
	busy    int
	peak    int
	changed chan struct{}
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
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// Connections tells how many connections are open, and on how many of them a request is under way. A connection
// that a fault has taken from the HTTP server counts as closed.
func (s *Server) Connections() (open, busy int) {
	s.conns.mu.Lock()
	defer s.conns.mu.Unlock()
	return len(s.conns.states), s.conns.busy
}

// PeakConnections is the largest number of requests that were under way at the same time, each on a connection.
func (s *Server) PeakConnections() int {
	s.conns.mu.Lock()
	defer s.conns.mu.Unlock()
	return s.conns.peak
}

// WaitConnections returns nil as soon as want says that the numbers are right, or the context's error.
func (s *Server) WaitConnections(ctx context.Context, want func(open, busy int) bool) error {
	for {
		s.conns.mu.Lock()
		done := want(len(s.conns.states), s.conns.busy)
		if s.conns.changed == nil {
			s.conns.changed = make(chan struct{})
		}
		changed := s.conns.changed
		s.conns.mu.Unlock()
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
