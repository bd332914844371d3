// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package supervise keeps providers running. A Supervisor starts a provider, prepares it, notices when it ends, keeps a
// record of the crash and starts it again, with growing pauses and a limit. A Pool runs the providers of a configuration.
//
// Each start makes a new instance with its own generation number. An instance that has ended never comes back.
package supervise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/core/launch"
)

// Policy says how patiently a provider is restarted. A zero field has the value in DefaultPolicy.
type Policy struct {
	// FirstBackoff is the pause after the first crash. It doubles with each further crash, up to MaxBackoff.
	FirstBackoff, MaxBackoff time.Duration
	// HealthyAfter is how long an instance must run for earlier crashes to be forgotten.
	HealthyAfter time.Duration
	// MaxCrashes is the number of crashes in a row that open the circuit: after that, a start is tried every MaxBackoff,
	// and callers get an error immediately instead of waiting.
	MaxCrashes int
}

// DefaultPolicy is the policy for production.
var DefaultPolicy = Policy{FirstBackoff: 250 * time.Millisecond, MaxBackoff: 30 * time.Second, HealthyAfter: time.Minute, MaxCrashes: 5}

// Instance is one running provider process.
type Instance struct {
	*launch.Process
	// Generation counts the starts of the provider, from 1.
	Generation int
	Started    time.Time
}

// Crash is the record of an instance that ended without being told to, or of a start that failed.
type Crash struct {
	Generation int
	Time       time.Time
	// Reason is one line.
	Reason string
	// Output is the last lines that the process wrote, oldest first.
	Output []string
	// Panicked is set if the output holds a Go panic or a fatal error.
	Panicked bool
	// Err is the error of a failed start, or nil if the process ended later.
	Err error
}

// Config configures a supervisor.
type Config struct {
	// Name is the provider's name.
	Name string
	// Start starts a process.
	Start func(context.Context) (*launch.Process, error)
	// Prepare configures a started process before anybody else may use it. An error counts as a crash. May be nil.
	Prepare func(context.Context, *Instance) error
	// Watch runs beside an instance, from the moment that others may use it. It must return soon after its context has
	// ended, which is when the instance ends or the supervisor is stopped: the supervisor waits for it. May be nil.
	Watch func(context.Context, *Instance)
	// Release is called when the supervisor is stopped, for an instance that somebody else started and that stays running,
	// once nothing is in flight. It undoes what this host did. May be nil.
	Release func(context.Context, *Instance)
	// Changed is called by one goroutine after each start and each end of an instance. May be nil.
	Changed func()
	Policy  Policy
}

// Supervisor keeps one provider running until it is stopped.
type Supervisor struct {
	config Config
	ctx    context.Context
	cancel context.CancelFunc
	ended  chan struct{} // closed when run has returned

	mu         sync.Mutex
	current    *Instance
	generation int
	failures   int // crashes in a row
	last       *Crash
	open       bool      // whether the circuit is open
	next       time.Time // when the start after the last crash begins, or began
	changed    chan struct{}
}

// New returns a supervisor that keeps the provider running until Stop. It does not wait for the first instance.
func New(config Config) *Supervisor {
	p, d := config.Policy, DefaultPolicy
	config.Policy = Policy{
		FirstBackoff: cmp.Or(p.FirstBackoff, d.FirstBackoff),
		MaxBackoff:   cmp.Or(p.MaxBackoff, d.MaxBackoff),
		HealthyAfter: cmp.Or(p.HealthyAfter, d.HealthyAfter),
		MaxCrashes:   cmp.Or(p.MaxCrashes, d.MaxCrashes),
	}
	s := &Supervisor{config: config, ended: make(chan struct{}), changed: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	go s.run()
	return s
}

// NotRunningError says that there is no instance to call.
type NotRunningError struct {
	Name string
	// Crash is the last crash, or nil if the supervisor was stopped.
	Crash *Crash
}

// Error returns the reason, with the last line of the provider's output.
func (e *NotRunningError) Error() string {
	if e.Crash == nil {
		return fmt.Sprintf("provider %q is stopped", e.Name)
	}
	text := fmt.Sprintf("provider %q is not running: %s", e.Name, e.Crash.Reason)
	if n := len(e.Crash.Output); n > 0 && !strings.Contains(e.Crash.Reason, e.Crash.Output[n-1]) {
		text += "; its last output was: " + e.Crash.Output[n-1]
	}
	return text
}

// Unwrap returns the error of a failed start, or nil.
func (e *NotRunningError) Unwrap() error {
	if e.Crash == nil {
		return nil
	}
	return e.Crash.Err
}

// Acquire returns the running instance. It waits for an instance that is being started, and never returns one that has
// ended. If the provider crashed too often or was stopped, it returns a *NotRunningError immediately.
func (s *Supervisor) Acquire(ctx context.Context) (*Instance, error) {
	for {
		s.mu.Lock()
		current, open, last, changed := s.current, s.open, s.last, s.changed
		s.mu.Unlock()
		switch {
		case current != nil && !current.Ended():
			return current, nil
		case s.ctx.Err() != nil:
			return nil, &NotRunningError{Name: s.config.Name}
		case open:
			return nil, &NotRunningError{Name: s.config.Name, Crash: last}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			if last != nil {
				return nil, errors.Join(context.Cause(ctx), &NotRunningError{Name: s.config.Name, Crash: last})
			}
			return nil, context.Cause(ctx)
		case <-s.ctx.Done():
		}
	}
}

// FirstStart waits until the provider was started once or a start has failed. It returns a *NotRunningError if the last
// start failed or the supervisor was stopped.
func (s *Supervisor) FirstStart(ctx context.Context) error {
	for {
		s.mu.Lock()
		current, last, changed := s.current, s.last, s.changed
		s.mu.Unlock()
		switch {
		case current != nil:
			return nil
		case last != nil:
			return &NotRunningError{Name: s.config.Name, Crash: last}
		case s.ctx.Err() != nil:
			return &NotRunningError{Name: s.config.Name}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.ctx.Done():
		}
	}
}

// Current returns the running instance, or nil.
func (s *Supervisor) Current() *Instance {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// LastCrash returns the last crash, or nil.
func (s *Supervisor) LastCrash() *Crash {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// restarts returns how often the provider was started again.
func (s *Supervisor) restarts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(0, s.generation-1)
}

// state is what routing needs to know of a provider.
type state struct {
	running bool
	crash   *Crash    // the last crash, or nil
	next    time.Time // when it will be started again; zero if it runs, crashed too often or was stopped
}

func (s *Supervisor) state() state {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := state{running: s.current != nil, crash: s.last}
	if !st.running && s.last != nil && !s.open && s.ctx.Err() == nil {
		st.next = s.next
	}
	return st
}

// Stop lets the running instance finish what is in flight within the grace, ends it, and starts no other. An instance that
// somebody else started is left running. Stop returns the number of deliveries that were abandoned without an outcome. It
// may be called again.
func (s *Supervisor) Stop(ctx context.Context, grace time.Duration) int {
	s.mu.Lock()
	current := s.current
	s.current = nil
	s.cancel()
	s.mu.Unlock()
	abandoned := 0
	if current != nil {
		abandoned = current.Drain(ctx, grace)
		if current.Attached() && s.config.Release != nil {
			s.config.Release(ctx, current)
		}
		current.Kill()
	}
	<-s.ended
	return abandoned
}
