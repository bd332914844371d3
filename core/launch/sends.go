// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"context"
	"errors"
	"sync"
	"time"
)

// sends counts the calls of this host that send. The host itself ends those of an attached process, which it does not stop.
type sends struct {
	mu       sync.Mutex
	stopping bool
	running  int                                  // calls
	idle     chan struct{}                        // closed when no call is running; nil before a stop
	pending  int                                  // deliveries without an outcome, of an attached process
	calls    map[*Sending]context.CancelCauseFunc // of an attached process
}

// errAbandoned is the cause of a context of a call that did not end within the grace of a stop.
var errAbandoned = errors.New("the host stopped before there was an outcome")

// Sending is a call that sends.
type Sending struct {
	of      *sends
	counted bool   // the host counts the deliveries, because the process is attached
	left    int    // deliveries of the call without an outcome, if they are counted
	end     func() // releases the context of the call
}

// Sending registers a call that sends a number of deliveries, so that Drain can wait for it. A signal or a lookup has no
// deliveries, and Drain waits for it in the same way. Sending returns the context of the call, which ends with ctx, with the
// process, or when Drain abandons the call of an attached process. End must be called. The result is false if the process was
// told to finish: nothing may be sent then.
func (p *Process) Sending(ctx context.Context, deliveries int) (context.Context, *Sending, bool) {
	ctx, release := p.Context(ctx)
	p.sends.mu.Lock()
	defer p.sends.mu.Unlock()
	if p.sends.stopping {
		release()
		return nil, nil, false
	}
	p.sends.running++
	s := &Sending{of: &p.sends, end: release}
	if p.attached == nil {
		return ctx, s, true // the provider counts the deliveries, and ends its calls when it is stopped
	}
	s.counted, s.left = true, deliveries
	ctx, cancel := context.WithCancelCause(ctx)
	if p.sends.calls == nil {
		p.sends.calls = map[*Sending]context.CancelCauseFunc{}
	}
	p.sends.calls[s] = cancel
	p.sends.pending += deliveries
	return ctx, s, true
}

// Settle records that a delivery has its outcome.
func (s *Sending) Settle() {
	if !s.counted {
		return
	}
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	if s.left > 0 {
		s.left--
		s.of.pending--
	}
}

// End records the end of the call.
func (s *Sending) End() {
	defer s.end()
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	if s.counted {
		s.of.calls[s](nil)
		delete(s.of.calls, s)
		s.of.pending -= s.left
		s.left = 0
	}
	if s.of.running--; s.of.running == 0 && s.of.idle != nil {
		close(s.of.idle)
		s.of.idle = nil
	}
}

// refuse refuses new calls. It returns a channel that is closed when no call is running.
func (s *sends) refuse() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	if s.running == 0 {
		none := make(chan struct{})
		close(none)
		return none
	}
	if s.idle == nil {
		s.idle = make(chan struct{})
	}
	return s.idle
}

// stop refuses new calls of an attached process, waits for the running ones, and cancels those that are left after the grace. It
// returns the number of deliveries that have no outcome then.
func (s *sends) stop(ctx context.Context, grace time.Duration) int {
	idle := s.refuse()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-idle:
		return 0
	case <-timer.C:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, cancel := range s.calls {
		cancel(errAbandoned)
	}
	return s.pending
}
