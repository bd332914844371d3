// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/internal/printable"
)

// run starts the provider again and again until the supervisor is stopped.
func (s *Supervisor) run() {
	defer close(s.ended)
	for {
		instance, err := s.start()
		switch {
		case err == nil:
			s.watch(instance)
			if s.ctx.Err() != nil {
				return // Stop has the instance and ends it in its own time
			}
			instance.Kill()
			reason := instance.OverLimit()
			if reason == "" {
				reason = "the process ended"
			}
			s.crashed(instance, Crash{
				Reason: reason + fmt.Sprintf(" (generation %d, after %s)", instance.Generation, time.Since(instance.Started).Round(time.Millisecond)),
				Output: instance.LastOutput(), Panicked: instance.Panicked(),
			})
		case s.ctx.Err() != nil:
			return
		default:
			s.crashed(nil, crashOfStart(err))
		}
		if !s.pause() {
			return
		}
	}
}

// watch runs Config.Watch and returns when the instance has ended or the supervisor is stopped.
func (s *Supervisor) watch(instance *Instance) {
	ctx, cancel := instance.Context(s.ctx)
	defer cancel()
	var watching sync.WaitGroup
	if s.config.Watch != nil {
		watching.Go(func() { s.config.Watch(ctx, instance) })
	}
	select {
	case <-instance.Done():
	case <-s.ctx.Done():
	}
	cancel()
	watching.Wait()
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

// prepareError is the error of Prepare, with what the process wrote.
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
		return Crash{Reason: printable.Line(prepare.Error()), Output: prepare.output, Panicked: prepare.panicked, Err: err}
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
	backoff := s.config.Policy.MaxBackoff
	if !s.open {
		backoff = min(backoff, s.config.Policy.FirstBackoff<<(s.failures-1))
	}
	// Providers that crashed together should not all be started together.
	s.next = time.Now().Add(backoff + time.Duration(rand.Int64N(int64(backoff)/5+1)))
	s.notify()
	s.mu.Unlock()
	s.tell()
}

// pause waits before the next start. It returns false if the supervisor was stopped.
func (s *Supervisor) pause() bool {
	s.mu.Lock()
	backoff := time.Until(s.next)
	s.mu.Unlock()
	timer := time.NewTimer(backoff)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// notify wakes those who wait for a change. s.mu must be held.
func (s *Supervisor) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Supervisor) tell() {
	if s.config.Changed != nil {
		s.config.Changed()
	}
}
