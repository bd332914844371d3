// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/policy"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/outcome"
)

// plans returns the answer to a message that is not accepted then.
func (w *world) plans(t *testing.T, to int, change func(*store.NewMessage)) *outcome.Rejected {
	t.Helper()
	n, m := newMessage(to, "hello")
	if change != nil {
		change(n)
	}
	rejected, err := w.Check(t.Context(), n, m)
	require.NoError(t, err)
	return rejected
}

// A message that would wait too long is refused with the time after which to try again, also after a restart. What is for later and what
// is more urgent than those that wait is taken.
func TestAdmission(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{config: &config.Config{
		Channels: []config.Channel{{Addr: first, ProviderID: "p", RateLimit: &config.RateLimit{PerSecond: 1, Burst: 1}}},
		Gateway:  &config.Gateway{MaxQueueTime: 3 * time.Second},
	}})
	w.set(t, store.Setting{Kind: store.SettingPause, Key: "+49100", Value: "test"})
	for to := range 4 {
		require.Nil(t, w.plans(t, to, nil))
		w.text(t, to, "hello")
		require.Eventually(t, func() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.lanes["+49100"].rate == 1 }, patience, time.Millisecond)
	}
	for range 2 {
		r := w.plans(t, 9, nil)
		require.NotNil(t, r)
		require.Equal(t, []any{outcome.ReasonRateLimited, outcome.RetryLater, time.Second}, []any{r.Reason, r.Retry, r.RetryAfter})
		require.Contains(t, r.Detail, "would wait for 4s, and at most 3s are allowed")
		require.Nil(t, w.plans(t, 9, func(n *store.NewMessage) { n.Due = time.Now().Add(time.Minute) }))
		w.mu.Lock()
		require.Zero(t, w.lanes["+49100"].wait(store.ClassAuthentication))
		w.mu.Unlock()
		w.restart(t)
		w.mu.Lock()
		w.measure()
		w.mu.Unlock()
	}
	require.Contains(t, w.plans(t, 9, func(n *store.NewMessage) { n.Expires = time.Now().Add(2 * time.Second) }).Detail, "at most 2s are allowed")
	w.set(t, store.Setting{Kind: store.SettingPause, Key: "+49100", Removed: true})
	require.Eventually(t, func() bool { return w.plans(t, 9, nil) == nil }, patience, 10*time.Millisecond, "the lane gets shorter")
}

// A campaign may wait for as long as it takes, and nobody is refused because of it, also after a restart.
func TestAdmissionPassesCampaigns(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{config: &config.Config{
		Channels: []config.Channel{{Addr: first, ProviderID: "p", RateLimit: &config.RateLimit{PerSecond: 1, Burst: 1}}},
		Gateway:  &config.Gateway{MaxQueueTime: 3 * time.Second},
	}})
	w.campaign(t, store.Campaign{Name: "spring", State: store.CampaignRunning})
	w.set(t, store.Setting{Kind: store.SettingPause, Key: "+49100", Value: "test"})
	for to := range 10 {
		w.member(t, "spring", to, time.Time{})
	}
	for range 2 {
		w.mu.Lock()
		w.measure()
		require.InEpsilon(t, 1.0, w.lanes["+49100"].rate, 0)
		w.mu.Unlock()
		require.Nil(t, w.plans(t, 20, nil))
		require.Nil(t, w.plans(t, 20, func(n *store.NewMessage) { n.Campaign = "spring" }))
		w.restart(t)
		require.Eventually(t, func() bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.lanes["+49100"] != nil && w.lanes["+49100"].backlog.Ready() == 10
		}, patience, time.Millisecond)
	}
}

// A bound counts what is accepted, and not what is only asked about.
func TestBounds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	w.policy.Store(&policy.Policy{
		Window: policy.WindowPolicy{Action: policy.WindowSend}, Bounds: []policy.Bound{{Per: policy.PerRecipient, Limit: policy.Limit{Count: 2, Period: time.Hour}}},
	})
	for range 2 {
		require.Nil(t, w.plans(t, 1, nil))
		w.text(t, 1, "hello")
	}
	r := w.plans(t, 1, nil)
	require.Equal(t, []any{outcome.ReasonRateLimited, outcome.ScopeRecipient, "to"}, []any{r.Reason, r.Scope, r.Path})
	require.Nil(t, w.plans(t, 2, nil))
}
