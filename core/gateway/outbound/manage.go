// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"
	"errors"
	"time"
)

// ErrNoEndpoint is the error of a call about an endpoint that does not exist.
var ErrNoEndpoint = errors.New("there is no such endpoint")

// Endpoints returns the endpoints that are told, in no order, and whether webhooks to each are being sent.
func (m *Manager) Endpoints() (all []Endpoint, running map[string]bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	running = map[string]bool{}
	for name, r := range m.running {
		all = append(all, r.endpoint)
		running[name] = !r.hasEnded()
	}
	return all, running
}

// Restart begins to send webhooks to an endpoint that wanted no more. It does nothing if they are being sent.
func (m *Manager) Restart(name string) error {
	m.changing.Lock() // a runner that is being stopped must not be taken for one whose endpoint wants no more
	defer m.changing.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.running[name]
	switch {
	case r == nil || m.closed:
		return ErrNoEndpoint
	case r.hasEnded():
		m.running[name] = m.start(r.endpoint)
	}
	return nil
}

// Test posts a webhook without an event to an endpoint, also if it wanted no more. It returns the status, which is 0 if there was no answer,
// and how long it took. The error says why the endpoint did not take it.
func (m *Manager) Test(ctx context.Context, name string) (status int, took time.Duration, err error) {
	m.mu.Lock()
	r := m.running[name]
	m.mu.Unlock()
	if r == nil {
		return 0, 0, ErrNoEndpoint
	}
	began := r.runner.clock.Now()
	id := "test-" + began.UTC().Format("20060102T150405.000000000")
	status, _, err = r.runner.request(ctx, id, []byte(`{"object":"whatsapp_business_account","entry":[]}`), began)
	return status, r.runner.clock.Now().Sub(began), err
}

// hasEnded reports whether the runner has ended because its endpoint wants no more.
func (r *managed) hasEnded() bool {
	select {
	case <-r.runner.ended:
		return true
	default:
		return false
	}
}
