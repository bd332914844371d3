// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"
	"time"
)

// Test posts a webhook without an event to an endpoint, which need not be one that is told. It returns the status, which is 0 if there was no
// answer, and how long it took. The error says why the endpoint did not take it.
func (m *Manager) Test(ctx context.Context, e Endpoint) (status int, took time.Duration, err error) {
	r := NewRunner(m.options(e))
	defer r.client.CloseIdleConnections()
	began := r.clock.Now()
	id := "test-" + began.UTC().Format("20060102T150405.000000000")
	status, _, err = r.request(ctx, id, []byte(`{"object":"whatsapp_business_account","entry":[]}`), began)
	return status, r.clock.Now().Sub(began), err
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
