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
	"math/rand/v2"
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
	open       bool // the circuit is open
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

// Acquire gives the running instance, waiting for one that is being started. It fails with a *NotRunningError at once
// where the provider has crashed too often or was stopped.
func (s *Supervisor) Acquire(ctx context.Context) (*Instance, error) {
	for {
		s.mu.Lock()
		current, open, last, changed := s.current, s.open, s.last, s.changed
		s.mu.Unlock()
		switch {
		case current != nil:
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

func (s *Supervisor) run() {
	defer close(s.ended)
	for {
		instance, err := s.start()
		if err != nil {
			if s.ctx.Err() != nil {
				return
			}
			s.crashed(nil, crashOfStart(err))
		} else {
			select {
			case <-instance.Done():
			case <-s.ctx.Done():
			}
			if s.ctx.Err() != nil {
				return // Stop has the instance and ends it in its own time
			}
			instance.Kill()
			s.crashed(instance, Crash{
				Reason: fmt.Sprintf("the process ended (generation %d, after %s)", instance.Generation, time.Since(instance.Started).Round(time.Millisecond)),
				Output: instance.LastOutput(), Panicked: instance.Panicked(),
			})
		}
		if !s.pause() {
			return
		}
	}
}

func (s *Supervisor) start() (*Instance, error) {
	process, err := s.config.Start(s.ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.generation++
	instance := &Instance{Process: process, Generation: s.generation, Started: time.Now()}
	s.mu.Unlock()
	if s.config.Prepare != nil {
		ctx, cancel := process.Context(s.ctx)
		err := s.config.Prepare(ctx, instance)
		cancel()
		if err != nil {
			process.Kill()
			return nil, &prepareError{err: err, output: process.LastOutput(), panicked: process.Panicked()}
		}
	}
	s.mu.Lock()
	if s.ctx.Err() != nil {
		s.mu.Unlock()
		process.Kill()
		return nil, s.ctx.Err()
	}
	s.current, s.open = instance, false
	s.notify()
	s.mu.Unlock()
	s.tell()
	return instance, nil
}

// prepareError is a failed Prepare with what the process left behind.
type prepareError struct {
	err      error
	output   []string
	panicked bool
}

func (e *prepareError) Error() string { return e.err.Error() }
func (e *prepareError) Unwrap() error { return e.err }

func crashOfStart(err error) Crash {
	var prepare *prepareError
	if errors.As(err, &prepare) {
		return Crash{Reason: prepare.Error(), Output: prepare.output, Panicked: prepare.panicked, Err: err}
	}
	c := Crash{Reason: err.Error(), Err: err}
	var start *launch.StartError
	if errors.As(err, &start) {
		c.Output = start.Output
	}
	return c
}

func (s *Supervisor) crashed(instance *Instance, crash Crash) {
	s.mu.Lock()
	if instance != nil && time.Since(instance.Started) >= s.config.Policy.HealthyAfter {
		s.failures = 0
	}
	s.failures++
	crash.Time, crash.Generation = time.Now(), s.generation
	s.last, s.current = &crash, nil
	s.open = s.failures >= s.config.Policy.MaxCrashes
	s.notify()
	s.mu.Unlock()
	s.tell()
}

// pause waits before the next start; false means that there is none.
func (s *Supervisor) pause() bool {
	s.mu.Lock()
	backoff := s.config.Policy.MaxBackoff
	if !s.open {
		backoff = min(backoff, s.config.Policy.FirstBackoff<<(s.failures-1))
	}
	s.mu.Unlock()
	// Providers that fell together should not rise together.
	backoff += time.Duration(rand.Int64N(int64(backoff)/5 + 1))
	timer := time.NewTimer(backoff)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// notify wakes those who wait for a change; s.mu is held.
func (s *Supervisor) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Supervisor) tell() {
	if s.config.Changed != nil {
		s.config.Changed()
	}
}
