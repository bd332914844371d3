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

// errStopped is the cause that in-flight sends see when the grace of a stop has ended.
var errStopped = errors.New("the provider was stopped")

// flight knows the sends that are under way, so that a stop can wait for them.
type flight struct {
	mu       sync.Mutex
	stopping bool
	calls    int
	idle     chan struct{} // closed when stopping and no call is left
	pending  atomic.Int64  // deliveries without outcome
	base     context.Context
	cancel   context.CancelCauseFunc
}

func (f *flight) init() {
	f.idle = make(chan struct{})
	f.base, f.cancel = context.WithCancelCause(context.Background())
}

// enter admits a call with its deliveries, unless the server is stopping. Its context ends with the caller's or
// with the grace of a stop.
func (f *flight) enter(parent context.Context, deliveries int) (context.Context, func(), bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stopping {
		return nil, nil, false
	}
	f.calls++
	f.pending.Add(int64(deliveries))
	ctx, cancel := context.WithCancelCause(parent)
	unhook := context.AfterFunc(f.base, func() { cancel(context.Cause(f.base)) })
	return ctx, func() {
		unhook()
		cancel(nil)
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.calls--; f.calls == 0 && f.stopping {
			close(f.idle)
		}
	}, true
}

func (f *flight) settled(n int) { f.pending.Add(-int64(n)) }

// stop refuses new calls, waits for those under way, and cancels what is left after the grace. It answers how
// many deliveries had no outcome then.
func (f *flight) stop(ctx context.Context, grace time.Duration) int {
	f.mu.Lock()
	if !f.stopping {
		f.stopping = true
		if f.calls == 0 {
			close(f.idle)
		}
	}
	f.mu.Unlock()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-f.idle:
		return 0
	case <-timer.C:
	case <-ctx.Done():
	}
	abandoned := int(f.pending.Load())
	f.cancel(errStopped)
	// Cancelled calls answer quickly; a second is ample for them to say "unknown" themselves.
	last := time.NewTimer(time.Second)
	defer last.Stop()
	select {
	case <-f.idle:
	case <-last.C:
	}
	return abandoned
}

// Stop finishes what is in flight within the grace. It may be called again and before any configuration.
func (s *Server) Stop(ctx context.Context, req *providerpb.StopRequest) (*providerpb.StopResponse, error) {
	return &providerpb.StopResponse{Abandoned: int32(s.Drain(ctx, req.GetGrace().AsDuration()))}, nil
}

// Drain is Stop for callers in the process, such as a signal handler.
func (s *Server) Drain(ctx context.Context, grace time.Duration) int {
	abandoned := s.flight.stop(ctx, grace)
	s.flight.cancel(errStopped)
	s.mu.Lock()
	channels, accounts := s.channels, s.accounts
	s.channels, s.accounts = map[string]*channel{}, map[string]*account{}
	s.mu.Unlock()
	for _, ch := range channels {
		s.closeChannel(ch)
	}
	for id, acc := range accounts {
		closeQuietly(acc.account, "account", id)
	}
	return abandoned
}

// Version is the version of the SDK module in the provider's build, or "" where it was not recorded.
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
