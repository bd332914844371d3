// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package supervise keeps a provider running: it starts it, prepares it, notices when it ends, keeps a record of the
// crash and starts it again, with growing pauses and a limit.
//
// Each start is a new instance with a generation number of its own; an instance that has ended never comes back.
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

// Policy says how patiently a provider is restarted. Zero fields get the values of DefaultPolicy.
type Policy struct {
	// FirstBackoff is the pause after the first crash; it doubles with each further one, up to MaxBackoff.
	FirstBackoff, MaxBackoff time.Duration
	// HealthyAfter is how long an instance must run for earlier crashes to be forgotten.
	HealthyAfter time.Duration
	// MaxCrashes in a row open the circuit: then one start is tried every MaxBackoff and callers are told at
	// once instead of waiting.
	MaxCrashes int
}

// DefaultPolicy is what production uses.
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
	// Reason is one line; Output the last lines that the process wrote, oldest first.
	Reason string
	Output []string
	// Panicked: the output holds a Go panic or a fatal error.
	Panicked bool
	// Err is the error of a failed start; nil for a process that ended later.
	Err error
}

// Config makes a supervisor.
type Config struct {
	// Name is the provider's name.
	Name string
	// Start starts a process.
	Start func(context.Context) (*launch.Process, error)
	// Prepare configures a started process before anybody else may use it; its error counts as a crash. May be nil.
	Prepare func(context.Context, *Instance) error
	// Changed is called after each start and each end of an instance, from one goroutine. May be nil.
	Changed func()
	Policy  Policy
}

// Supervisor keeps one provider running until it is stopped.
type Supervisor struct {
	config Config
	ctx    context.Context
	cancel context.CancelFunc
	ended  chan struct{}

	mu         sync.Mutex
	current    *Instance
	generation int
	failures   int // crashes in a row
	last       *Crash
	open       bool      // the circuit is open
	next       time.Time // when the start after the last crash begins, or began
	changed    chan struct{}
}

// New starts to keep the provider running. It returns at once; Acquire waits for the first instance.
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

// NotRunningError says that there is no instance to call, and why.
type NotRunningError struct {
	Name  string
	Crash *Crash // the last crash; nil where the supervisor was stopped
}

// Error gives the reason with the end of the provider's output.
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

// Unwrap gives the error of a failed start.
func (e *NotRunningError) Unwrap() error {
	if e.Crash == nil {
		return nil
	}
	return e.Crash.Err
}

// Acquire gives the running instance, waiting for one that is being started; an instance that has ended is never
// given, also while its end is still being dealt with. It fails with a *NotRunningError at once where the provider has
// crashed too often or was stopped.
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

// Current gives the running instance, or nil.
func (s *Supervisor) Current() *Instance {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// Restarting reports whether the provider is down and about to be started again, and when the start begins. Sends wait
// for it. It is false where the provider runs, has crashed too often or was stopped.
func (s *Supervisor) Restarting() (next time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next, s.current == nil && s.last != nil && !s.open && s.ctx.Err() == nil
}

// LastCrash gives the last crash, or nil.
func (s *Supervisor) LastCrash() *Crash {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// FirstStart waits until the provider has been started once, well or badly, and gives the error of the latter.
func (s *Supervisor) FirstStart(ctx context.Context) error {
	for {
		s.mu.Lock()
		current, last, changed := s.current, s.last, s.changed
		s.mu.Unlock()
		if current != nil {
			return nil
		}
		if last != nil {
			return &NotRunningError{Name: s.config.Name, Crash: last}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Stop lets the running instance finish what is in flight within the grace, ends it, and restarts nothing any more.
// It gives the number of deliveries abandoned without an outcome.
func (s *Supervisor) Stop(ctx context.Context, grace time.Duration) int {
	s.mu.Lock()
	current := s.current
	s.current = nil
	s.cancel()
	s.mu.Unlock()
	abandoned := 0
	if current != nil {
		abandoned = current.Process.Stop(ctx, grace)
	}
	<-s.ended
	return abandoned
}
