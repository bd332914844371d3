// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestManager(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ended := make(chan string, 1)
	m := NewManager(func(e Endpoint) Options {
		o := w.options
		o.Endpoint = e
		return o
	}, func(endpoint string, err error) {
		if errors.Is(err, ErrDisabled) {
			ended <- endpoint
		}
	})
	defer m.Close()
	shop := w.options.Endpoint
	m.Apply([]Endpoint{shop})
	w.outbox.add(notice("a", sent))
	m.Wake()
	under := w.receiver.next(t)
	m.Apply([]Endpoint{shop}) // nothing changes
	w.receiver.none(t)
	under.ok()
	require.NoError(t, <-w.posted)

	changed := shop
	changed.Secrets = []string{"new", secret}
	m.Apply([]Endpoint{changed})
	w.outbox.add(notice("b", sent))
	m.Wake()
	w.receiver.next(t).answer <- answer{status: 410}
	require.Equal(t, "shop", <-ended)
	<-w.posted
	m.Apply([]Endpoint{changed}) // it was enabled
	w.outbox.add(notice("c", sent))
	m.Wake()
	w.receiver.expect(t, what("c", sent), 200)
	require.NoError(t, <-w.posted)

	// What is to be tried again is what the store has then.
	dead := w.outbox.notices[0]
	require.NoError(t, w.outbox.Record(t.Context(), "shop", []Retry{{Notice: dead, Due: w.clock.Now()}}))
	changed.Replays++
	m.Apply([]Endpoint{changed})
	w.receiver.expect(t, what("a", sent), 200)
	require.NoError(t, <-w.posted)
	m.Close()
	m.Apply([]Endpoint{shop})
	require.Empty(t, m.running)
}

// A runner that stops waits for its endpoint, and whoever answers vendors does not.
func TestTheManagerIsFreeWhileARunnerStops(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := NewManager(func(e Endpoint) Options {
		o := w.options
		o.Endpoint = e
		return o
	}, nil)
	defer m.Close()
	m.Apply([]Endpoint{w.options.Endpoint})
	w.outbox.add(notice("a", sent))
	m.Wake()
	under := w.receiver.next(t)
	defer under.ok()
	canceled, applied, woken := make(chan struct{}), make(chan struct{}), make(chan struct{})
	cancel := m.running["shop"].cancel
	m.running["shop"].cancel = func() {
		cancel()
		close(canceled)
	}
	go func() {
		defer close(applied)
		m.Apply(nil)
	}()
	<-canceled
	go func() {
		defer close(woken)
		m.Wake()
	}()
	select {
	case <-woken:
	case <-time.After(patience / 2):
		require.FailNow(t, "the manager cannot be woken while a runner stops")
	}
	select {
	case <-applied:
		require.FailNow(t, "a runner with a request under way has stopped")
	default:
	}
	under.ok()
	<-applied
	require.Empty(t, m.running)
}
