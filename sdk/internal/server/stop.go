// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/sdk/internal/providerpb"
)

// errStopped is the cause of the cancellation of sends that are not finished when the grace of a stop has ended.
var errStopped = errors.New("the provider was stopped")

// callTracker counts the calls of SendMessages that are running, so that a stop can wait for them.
type callTracker struct {
	mu       sync.Mutex
	stopping bool
	running  int
	idle     chan struct{} // closed when the server is stopping and no call is running
	pending  atomic.Int64  // deliveries without an outcome
	base     context.Context
	cancel   context.CancelCauseFunc
}

func (t *callTracker) init() {
	t.idle = make(chan struct{})
	t.base, t.cancel = context.WithCancelCause(context.Background())
}

// context returns a context that ends with parent or with the grace of a stop, and a function that ends it.
func (t *callTracker) context(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	unhook := context.AfterFunc(t.base, func() { cancel(context.Cause(t.base)) })
	return ctx, func() {
		unhook()
		cancel(nil)
	}
}

// enter registers a call and the number of its deliveries. The call must leave at its end. It returns false if the server is
// stopping.
func (t *callTracker) enter(deliveries int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopping {
		return false
	}
	t.running++
	t.pending.Add(int64(deliveries))
	return true
}

func (t *callTracker) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.running--; t.running == 0 && t.stopping {
		close(t.idle)
	}
}

// settled records that n deliveries have an outcome.
func (t *callTracker) settled(n int) { t.pending.Add(-int64(n)) }

// stop refuses new calls, waits for the running ones, and cancels those that are left after the grace. It returns the
// number of deliveries that had no outcome when the grace ended.
func (t *callTracker) stop(ctx context.Context, grace time.Duration) int {
	t.mu.Lock()
	if !t.stopping {
		t.stopping = true
		if t.running == 0 {
			close(t.idle)
		}
	}
	t.mu.Unlock()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-t.idle:
		return 0
	case <-timer.C:
	case <-ctx.Done():
	}
	abandoned := int(t.pending.Load())
	t.cancel(errStopped)
	// Cancelled calls end quickly. A second is enough for them to send their outcomes.
	last := time.NewTimer(time.Second)
	defer last.Stop()
	select {
	case <-t.idle:
	case <-last.C:
	}
	return abandoned
}

// Stop waits for running sends within the grace, cancels the rest, and closes all channels and accounts. It may be
// called more than once, and before any configuration.
func (s *Server) Stop(ctx context.Context, req *providerpb.StopRequest) (*providerpb.StopResponse, error) {
	return &providerpb.StopResponse{Abandoned: int32(s.Drain(ctx, req.GetGrace().AsDuration()))}, nil
}

// Drain is Stop for callers in the same process, such as a signal handler. It returns the number of deliveries that had
// no outcome when the grace ended.
func (s *Server) Drain(ctx context.Context, grace time.Duration) int {
	abandoned := s.calls.stop(ctx, grace)
	s.calls.cancel(errStopped)
	s.mu.Lock()
	channels, accounts := s.channels, s.accounts
	s.channels, s.accounts = map[string]*channel{}, map[string]*account{}
	s.mu.Unlock()
	for _, ch := range channels {
		s.closeChannel(ch)
	}
	s.begun.closeAll()
	for id, acc := range accounts {
		closeQuietly(acc.account, "account", id)
	}
	return abandoned
}

// Version returns the version of the SDK module in the provider's build, or "" if the build did not record it.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	const module = "github.com/wahost/wahost"
	if info.Main.Path == module {
		return info.Main.Version
	}
	for _, dep := range info.Deps {
		if dep.Path == module {
			return dep.Version
		}
	}
	return ""
}
