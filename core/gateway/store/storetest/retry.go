// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/outcome"
)

func testRetries(t *testing.T, w *world) {
	for i := range 3 {
		w.sent(t, newMessage(i), fmt.Sprint(i))
		w.event(t, store.Event{VendorID: fmt.Sprint(i), Status: outcome.StatusSent, At: time.UnixMilli(1_790_000_000_000)})
	}
	notices, err := w.Notices(t.Context(), store.Position{}, 10)
	require.NoError(t, err)
	require.Len(t, notices, 3)
	first, due := time.UnixMilli(1_790_000_001_000), time.UnixMilli(1_790_000_006_000)
	waiting := store.Retry{Notice: notices[0], Tries: 1, First: first, Due: due, Error: "HTTP 500"}
	follower := store.Retry{Notice: notices[1], Due: due}
	dead := store.Retry{Notice: notices[2], Tries: 13, First: first, Error: "HTTP 404", Dead: true}
	check := func(endpoint string, want ...store.Retry) {
		t.Helper()
		got, err := w.Retries(t.Context(), endpoint)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	record := func(changes ...store.Retry) {
		t.Helper()
		require.NoError(t, w.RecordRetries(t.Context(), "shop", changes))
	}
	check("shop")
	record(follower, store.Retry{Notice: notices[0], Due: due}, dead, waiting) // the last one of a notice counts
	check("shop", waiting, follower)
	check("other")
	w.crash(t)
	check("shop", waiting, follower)
	found, err := w.DeadRetries(t.Context(), "shop", store.Position{}, 10)
	require.NoError(t, err)
	require.Equal(t, []store.Retry{dead}, found)
	found, err = w.DeadRetries(t.Context(), "shop", notices[2].Position, 10)
	require.NoError(t, err)
	require.Empty(t, found)

	replay := func(endpoint string, want int) {
		t.Helper()
		n, err := w.Replay(t.Context(), endpoint, 10)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	record(store.Retry{Notice: notices[0], Done: true})
	replay("other", 0)
	replay("shop", 1)
	replay("shop", 0)
	replays, err := w.Replays(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"shop": 1}, replays)
	got, err := w.Retries(t.Context(), "shop")
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.WithinDuration(t, time.Now(), got[1].Due, time.Minute)
	got[1].Due = time.Time{}
	require.Equal(t, []store.Retry{follower, {Notice: notices[2]}}, got)
	found, err = w.DeadRetries(t.Context(), "shop", store.Position{}, 10)
	require.NoError(t, err)
	require.Empty(t, found)
	record(store.Retry{Notice: notices[1], Done: true}, store.Retry{Notice: notices[2], Done: true}, store.Retry{Notice: notices[2], Done: true})
	check("shop")
}

func testDisabledEndpoints(t *testing.T, w *world) {
	disabled := func() map[string]string {
		t.Helper()
		found, err := w.Disabled(t.Context())
		require.NoError(t, err)
		return found
	}
	require.Empty(t, disabled())
	require.NoError(t, w.Disable(t.Context(), "shop", "HTTP 410"))
	require.NoError(t, w.Disable(t.Context(), "shop", "a person said so"))
	require.Equal(t, map[string]string{"shop": "a person said so"}, disabled())
	require.NoError(t, w.Disable(t.Context(), "shop", ""))
	require.NoError(t, w.Disable(t.Context(), "other", ""))
	require.Empty(t, disabled())
}
