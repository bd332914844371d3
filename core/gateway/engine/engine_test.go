// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestAMessageIsSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	require.Zero(t, w.inDoubt)
	id := w.text(t, 1, "hello")
	l := w.life(t, id, store.StateAccepted)
	require.Equal(t, []any{"all", "p.first", "+49100", "service", 1, outcome.StatusAccepted}, []any{l.Route, l.Channel, l.Lane, l.Category, l.Attempts, l.Status})
	results, err := w.store.Events(t.Context(), []store.Event{{Scope: "p", Key: "1", VendorID: "v" + id.Attempt(1), Status: outcome.StatusDelivered}})
	require.NoError(t, err)
	require.Equal(t, store.EventResult{Effect: store.Applied, ID: id}, results[0])
}

// All messages are sent once, and the engine keeps nothing of them in memory.
func TestManyMessages(t *testing.T) {
	t.Parallel()
	for name, most := range map[string]int{"one by one": 1, "groups": 100} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, &world{caps: capability.Capabilities{MaxRecipients: most}})
			const messages = 2000
			var wg sync.WaitGroup
			for i := range messages {
				wg.Go(func() {
					n, m := newMessage(i%500, "hello")
					_, _ = w.Plan(t.Context(), n, m)
					if _, err := w.store.Accept(t.Context(), []*store.NewMessage{n}); err != nil {
						t.Error(err)
					}
					w.Offer(n, m)
				})
			}
			wg.Wait()
			require.Eventually(t, func() bool { return len(w.vendor.sent()) == messages }, patience, time.Millisecond)
			require.Eventually(t, func() bool {
				w.mu.Lock()
				defer w.mu.Unlock()
				return len(w.resident) == 0 && w.open == 0
			}, patience, time.Millisecond)
			counts, err := w.store.Counts(t.Context())
			require.NoError(t, err)
			require.Empty(t, counts)
			for _, l := range w.lanes {
				require.Zero(t, l.waiting)
				require.True(t, l.backlog.Empty())
			}
		})
	}
}

// What was accepted and not sent is sent after a restart, and what was sent is not.
func TestARestartSendsTheRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	done := w.text(t, 1, "before")
	w.life(t, done, store.StateAccepted)
	var rest []ids.ID
	w.mu.Lock()
	w.pause = time.Now().Add(time.Hour)
	w.mu.Unlock()
	for i := range 3 {
		rest = append(rest, w.text(t, 2+i, "after"))
	}
	w.restart(t)
	require.Zero(t, w.inDoubt)
	for _, id := range rest {
		w.life(t, id, store.StateAccepted)
	}
	require.Len(t, w.vendor.sent(), 4)
}

// What was handed over when the process ended is unknown, and not sent again.
func TestACrashLeavesUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	w.mu.Lock()
	w.pause = time.Now().Add(time.Hour)
	w.mu.Unlock()
	lost, waiting := w.text(t, 1, "lost"), w.text(t, 2, "waiting")
	_, err := w.store.Begin(t.Context(), w.epoch, &store.Handover{Seq: 77, Channel: "p.first", Attempts: []store.Attempt{{ID: lost, N: 1}}, Began: time.Now()})
	require.NoError(t, err)
	w.restart(t)
	require.Equal(t, 1, w.inDoubt)
	w.life(t, waiting, store.StateAccepted)
	l := w.life(t, lost, store.StateUnknown)
	require.Equal(t, 1, l.Attempts)
	require.Equal(t, []string{"+491550000002"}, w.vendor.sent())
}

// An outcome that is not an acceptance leads where its advice says.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	reject := func(retry outcome.Retry, after time.Duration) outcome.Outcome {
		o := outcome.Reject(outcome.ReasonRateLimited, "", "slow down")
		o.Rejected.Retry, o.Rejected.RetryAfter, o.Rejected.Scope, o.Rejected.VendorCode = retry, after, outcome.ScopeRecipient, "130429"
		return o
	}
	for name, test := range map[string]struct {
		first    outcome.Outcome
		state    store.State
		attempts int
	}{
		"rejected for good": {reject(outcome.RetryNever, 0), store.StateDead, 1},
		"a short retry":     {reject(outcome.RetrySafe, 0), store.StateAccepted, 2},
		"a longer retry":    {reject(outcome.RetryLater, 1200*time.Millisecond), store.StateAccepted, 2},
		"unknown":           {outcome.NewUnknown("the connection broke"), store.StateUnknown, 1},
		"no answer":         {outcome.Outcome{}, store.StateUnknown, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			w := newWorld(t, &world{vendor: &vendor{answer: func(message.Delivery) outcome.Outcome {
				if calls.Add(1) == 1 {
					return test.first
				}
				return outcome.Accept("v")
			}}})
			l := w.life(t, w.text(t, 1, "hello"), test.state)
			require.Equal(t, test.attempts, l.Attempts)
			require.Len(t, l.History, test.attempts)
			if test.state == store.StateDead {
				require.Equal(t, store.Failure{Reason: "rate_limited", VendorCode: "130429", Detail: "slow down"}, l.Failure)
			}
		})
	}
}

// An unknown code is dead after a while, and another message stays unknown.
func TestUnknownCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{vendor: &vendor{answer: func(message.Delivery) outcome.Outcome { return outcome.NewUnknown("no answer") }}})
	n, m := newMessage(1, "1234")
	m.Wahost = &message.Extension{Category: message.CategoryAuthentication}
	code, other := w.take(t, n, m), w.text(t, 2, "hello")
	require.Equal(t, store.ClassAuthentication, w.life(t, code, store.StateUnknown).Class)
	w.life(t, other, store.StateUnknown)
	w.giveUp(time.Now())
	w.life(t, code, store.StateUnknown)
	w.giveUp(time.Now().Add(unknownLife + time.Second))
	require.Equal(t, store.ReasonUnknown, w.life(t, code, store.StateDead).Failure.Reason)
	w.life(t, other, store.StateUnknown)
}

// Messages to a recipient leave in their order, also when one of them is tried again.
func TestOrderOfARecipient(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	w := newWorld(t, &world{vendor: &vendor{answer: func(message.Delivery) outcome.Outcome {
		if n := calls.Add(1); n%7 == 1 {
			o := outcome.Reject(outcome.ReasonRateLimited, "", "slow down")
			o.Rejected.Retry, o.Rejected.Scope = outcome.RetrySafe, outcome.ScopeRecipient
			return o
		}
		return outcome.Accept("v")
	}}})
	var all []ids.ID
	for i := range 60 {
		all = append(all, w.text(t, i%3, "hello"))
	}
	for _, id := range all {
		w.life(t, id, store.StateAccepted)
	}
	last := map[string]string{}
	w.vendor.mu.Lock()
	defer w.vendor.mu.Unlock()
	for _, d := range w.vendor.seen {
		id := dispatch.MessageID(d.DeliveryID)
		require.LessOrEqual(t, last[d.To.Address], id)
		last[d.To.Address] = id
	}
}

// An expired message is not sent.
func TestExpiry(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	n, m := newMessage(1, "hello")
	n.Expires = time.Now().Add(-time.Second)
	l := w.life(t, w.take(t, n, m), store.StateDead)
	require.Equal(t, store.ReasonExpired, l.Failure.Reason)
	require.Empty(t, w.vendor.sent())
}

// A message with a time is sent then, also after a restart.
func TestScheduled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	n, m := newMessage(1, "later")
	n.Due = time.Now().Add(1500 * time.Millisecond)
	id := w.take(t, n, m)
	other := w.text(t, 1, "now")
	w.life(t, other, store.StateAccepted)
	require.Equal(t, store.StateReady, w.life(t, id, store.StateReady).State)
	w.restart(t)
	w.life(t, id, store.StateAccepted)
	w.vendor.mu.Lock()
	defer w.vendor.mu.Unlock()
	require.False(t, w.vendor.at[1].Before(n.Due.Truncate(time.Millisecond)))
}

// A backlog that does not fit into memory is sent in its order, and other callers do not wait for it.
func TestABacklogStaysInTheStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{caps: capability.Capabilities{MaxConcurrency: 16}})
	const messages = flowLimit + 2000
	w.mu.Lock()
	w.pause = time.Now().Add(time.Hour)
	w.mu.Unlock()
	want := map[string]int{}
	batch := make([]*store.NewMessage, 0, messages)
	for i := range messages {
		n, _ := newMessage(i, "hello")
		n.Lane, n.Class = "+49100", store.ClassMarketing
		batch = append(batch, n)
		want[n.To.Address] = i
	}
	_, err := w.store.Accept(t.Context(), batch)
	require.NoError(t, err)
	for _, n := range batch {
		w.Offer(n, nil)
	}
	w.mu.Lock()
	require.Len(t, w.resident, flowLimit)
	w.pause = time.Time{}
	w.mu.Unlock()
	n, m := newMessage(messages, "a code")
	_, err = w.Plan(t.Context(), n, m)
	require.NoError(t, err)
	n.Class = store.ClassAuthentication
	_, err = w.store.Accept(t.Context(), []*store.NewMessage{n})
	require.NoError(t, err)
	w.Offer(n, m)
	w.life(t, n.ID, store.StateAccepted)
	require.Eventually(t, func() bool { return len(w.vendor.sent()) == messages+1 }, patience, time.Millisecond)
	require.Contains(t, w.vendor.sent()[:messages/2], n.To.Address)
	// Calls that are under way together have no order, so that of the vendor is not exact.
	got := 0
	w.vendor.mu.Lock()
	defer w.vendor.mu.Unlock()
	for _, address := range w.vendor.passed {
		if address == n.To.Address {
			continue
		}
		require.Equal(t, want[address], got)
		delete(want, address)
		got++
	}
	require.Equal(t, messages, got)
	require.Empty(t, want)
}
