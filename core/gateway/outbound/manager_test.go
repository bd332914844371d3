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
	require.NoError(t, m.Replay(t.Context(), "shop", []Notice{w.outbox.notices[0]}))
	w.receiver.next(t).answer <- answer{status: 410}
	require.Equal(t, "shop", <-ended)
	require.ErrorIs(t, m.Replay(t.Context(), "other", nil), ErrStopped)
	m.Apply(nil)
	m.Close()
	m.Apply([]Endpoint{shop})
	require.ErrorIs(t, m.Replay(t.Context(), "shop", nil), ErrStopped)
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
	all, _ := m.Endpoints()
	require.Len(t, all, 1, "it is still being told")
	under.ok()
	<-applied
	all, _ = m.Endpoints()
	require.Empty(t, all)
}
