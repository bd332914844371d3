// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/policy"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// hears records a message from a user.
func (w *world) hears(t *testing.T, from int, at time.Time, wish store.Wish) {
	t.Helper()
	n, _ := newMessage(from, "")
	_, err := w.store.Receive(t.Context(), []store.Inbound{{ID: ids.New(), Scope: "p", Key: ids.New().String(), Sender: n.Sender, From: n.To, At: at, Message: []byte(`{}`), Wish: wish}})
	require.NoError(t, err)
}

// later accepts a text that is to be sent after a time.
func (w *world) later(t *testing.T, to int, after time.Duration) ids.ID {
	t.Helper()
	n, m := newMessage(to, "later")
	n.Due = time.Now().Add(after)
	return w.take(t, n, m)
}

// leaves waits until the lane of the world could go to another node: nothing of it is under way.
func (w *world) leaves(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.drop("+49100")
	}, patience, time.Millisecond, "another node cannot get the lane")
}

// A message for later is asked about when its time has come.
func TestReviewOfScheduledMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	w.policy.Store(&policy.Policy{OptOut: []string{message.CategoryService}})
	now := time.Now()
	for to := 1; to <= 2; to++ {
		w.hears(t, to, now, store.NoWish)
	}
	const pause = 2 * time.Second
	optedOut, stays, stranger := w.later(t, 1, pause), w.later(t, 2, pause), w.later(t, 3, pause)
	w.hears(t, 1, now.Add(time.Millisecond), store.WishOptOut)
	require.Equal(t, string(outcome.ReasonOptedOut), w.life(t, optedOut, store.StateDead).Failure.Reason)
	require.Equal(t, string(outcome.ReasonOutsideServiceWindow), w.life(t, stranger, store.StateDead).Failure.Reason, "whoever never wrote has no window")
	w.life(t, stays, store.StateAccepted)
	require.Len(t, w.vendor.sent(), 1)
	notices, err := w.store.Notices(t.Context(), store.Position{}, 10)
	require.NoError(t, err)
	failed := 0
	for _, n := range notices {
		if n.Status == outcome.StatusFailed {
			failed++
		}
	}
	require.Equal(t, 2, failed, "the application is told")
	w.leaves(t)
}

// A retry waits for the end of quiet hours, also over a restart, and holds no other message up. If it expires before, it is dead.
func TestReviewOfRetries(t *testing.T) {
	t.Parallel()
	var day atomic.Bool
	began, quieted := make(chan struct{}, 10), make(chan struct{})
	w := newWorld(t, &world{vendor: &vendor{answer: func(d message.Delivery) outcome.Outcome {
		if day.Load() {
			return outcome.Accept("v" + d.DeliveryID)
		}
		began <- struct{}{}
		<-quieted
		o := outcome.Reject(outcome.ReasonRateLimited, "", "slow down")
		// What takes longer than DispatchOptions.MaxWait comes back to the engine.
		o.Rejected.Retry, o.Rejected.RetryAfter, o.Rejected.Scope = outcome.RetryLater, DispatchOptions.MaxWait+time.Millisecond, outcome.ScopeRecipient
		return o
	}}})
	w.policy.Store(&policy.Policy{Window: policy.WindowPolicy{Action: policy.WindowSend}})
	n, m := newMessage(1, "one")
	id := w.take(t, n, m)
	short, m := newMessage(2, "two")
	short.Expires = time.Now().Add(30 * time.Minute)
	dies := w.take(t, short, m)
	<-began
	zones := policy.Zones(n.To)
	require.Len(t, zones, 1)
	now := time.Now()
	minute := func(d time.Duration) int { at := now.Add(d).In(zones[0]); return at.Hour()*60 + at.Minute() }
	quiet := policy.QuietHours{From: minute(-time.Hour), To: minute(2 * time.Hour)}
	w.policy.Store(&policy.Policy{Window: policy.WindowPolicy{Action: policy.WindowSend}, Quiet: []policy.QuietHours{quiet}})
	close(quieted)
	require.Equal(t, store.ReasonExpired, w.life(t, dies, store.StateDead).Failure.Reason)
	putOff := func() bool {
		l, err := w.store.Get(t.Context(), id)
		require.NoError(t, err)
		return l.State == store.StateReady && l.Due.Sub(now) > time.Hour
	}
	require.Eventually(t, putOff, patience, time.Millisecond)
	resident := func() bool { all, _ := w.Load(); return all == 0 }
	require.Eventually(t, resident, patience, time.Millisecond, "what waits for hours is in the store only")
	w.leaves(t)
	w.restart(t)
	require.True(t, putOff())
	day.Store(true)
	w.policy.Store(nil)
	// Another message to the recipient does not wait for the one of the morning.
	require.Equal(t, store.StateAccepted, w.life(t, w.text(t, 1, "three"), store.StateAccepted).State)
	require.True(t, putOff())
}
