// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"
	"errors"
	"reflect"
	"sync"
)

// Manager runs a runner for each endpoint. It is safe for concurrent use.
type Manager struct {
	// options returns those of a runner for an endpoint.
	options func(Endpoint) Options
	// ended is called when a runner has stopped because its endpoint wants no more. It may be nil.
	ended func(endpoint string, err error)

	// changing is held while runners stop, which takes as long as their requests. Whoever holds it may lock mu.
	changing sync.Mutex

	// mu is never held during a request: Wake is called by whoever answers vendors.
	mu      sync.Mutex
	running map[string]*managed
	closed  bool
}

type managed struct {
	endpoint Endpoint
	runner   *Runner
	cancel   context.CancelFunc
	done     chan struct{}
}

// NewManager returns a manager without endpoints. The first function returns the options of a runner. The second one, which may be nil,
// is called with ErrDisabled when an endpoint wants no more webhooks, and must not call the manager. Each runner has a client of its own.
func NewManager(options func(Endpoint) Options, ended func(endpoint string, err error)) *Manager {
	return &Manager{options: options, ended: ended, running: map[string]*managed{}}
}

// Apply makes the endpoints those that are told, also if they wanted no more before. Runners of endpoints that are as before run on; the
// others stop before new ones start, so that nothing is posted by two.
func (m *Manager) Apply(endpoints []Endpoint) {
	m.changing.Lock()
	defer m.changing.Unlock()
	wanted := map[string]Endpoint{}
	for _, e := range endpoints {
		wanted[e.Name] = e
	}
	m.stop(func(old *managed) bool {
		e, ok := wanted[old.endpoint.Name]
		return !ok || old.hasEnded() || !reflect.DeepEqual(e, old.endpoint)
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	for name, e := range wanted {
		if m.running[name] == nil {
			m.running[name] = m.start(e)
		}
	}
}

// Close stops all runners and waits for them.
func (m *Manager) Close() {
	m.changing.Lock()
	defer m.changing.Unlock()
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.stop(func(*managed) bool { return true })
}

// Wake tells all runners that the log has something new.
func (m *Manager) Wake() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.running {
		r.runner.Wake()
	}
}

func (m *Manager) start(e Endpoint) *managed {
	ctx, cancel := context.WithCancel(context.Background())
	r := &managed{endpoint: e, runner: NewRunner(m.options(e)), cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		defer cancel()
		defer r.runner.client.CloseIdleConnections()
		if err := r.runner.Run(ctx); errors.Is(err, ErrDisabled) && m.ended != nil {
			m.ended(e.Name, err)
		}
	}()
	return r
}

// stop stops runners at the same time, waits for them, and forgets them then. m.changing must be held.
func (m *Manager) stop(which func(*managed) bool) {
	m.mu.Lock()
	stopped := map[string]*managed{}
	for name, r := range m.running {
		if which(r) {
			stopped[name] = r
		}
	}
	m.mu.Unlock()
	for _, r := range stopped {
		r.cancel()
	}
	for _, r := range stopped {
		<-r.done
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for name := range stopped {
		delete(m.running, name)
	}
}
