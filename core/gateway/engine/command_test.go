// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var person = store.Actor{Key: "ops"}

// command does something with a message, which may be refused.
func (w *world) command(t *testing.T, action store.Action, id ids.ID) (*store.Commanded, bool) {
	t.Helper()
	c := &store.Command{Action: action, ID: id, At: time.Now(), By: person}
	if action == store.ActionRedrive {
		n, m := newMessage(0, "again")
		l, err := w.store.Get(t.Context(), id)
		require.NoError(t, err)
		n.To, n.Body = l.To, l.Body
		_, err = w.Plan(t.Context(), n, m)
		require.NoError(t, err)
		c.New = n
	}
	done, err := w.Command(t.Context(), c)
	var refused *store.RefusedError
	if errors.As(err, &refused) {
		return nil, false
	}
	require.NoError(t, err)
	return done, true
}

func (w *world) set(t *testing.T, s store.Setting) {
	t.Helper()
	n, err := w.Set(t.Context(), person, []store.Setting{s})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

// Who is suppressed gets nothing, also of what was accepted before and is tried again, and after a restart.
func TestSuppression(t *testing.T) {
	t.Parallel()
	answers := make(chan outcome.Outcome, 10)
	w := newWorld(t, &world{vendor: &vendor{answer: func(message.Delivery) outcome.Outcome { return <-answers }}})
	first, second := w.text(t, 1, "one"), w.text(t, 1, "two")
	require.Eventually(t, func() bool { return len(w.vendor.sent()) == 1 }, patience, time.Millisecond)
	w.set(t, store.Setting{Kind: store.SettingSuppression, Key: "491550000001", Value: "asked for it"})
	o := outcome.Reject(outcome.ReasonRateLimited, "", "slow down")
	o.Rejected.Retry, o.Rejected.Scope = outcome.RetryLater, outcome.ScopeRecipient
	answers <- o
	for _, id := range []ids.ID{first, second} {
		require.Equal(t, store.ReasonSuppressed, w.life(t, id, store.StateDead).Failure.Reason)
	}
	answers <- outcome.Accept("v")
	w.life(t, w.text(t, 2, "three"), store.StateAccepted)
	w.restart(t)
	n, m := newMessage(1, "four")
	rejected, err := w.Plan(t.Context(), n, m)
	require.NoError(t, err)
	require.Equal(t, outcome.ReasonOptedOut, rejected.Reason)
	w.set(t, store.Setting{Kind: store.SettingSuppression, Key: "491550000001", Removed: true})
	answers <- outcome.Accept("v")
	w.life(t, w.text(t, 1, "five"), store.StateAccepted)
	require.Len(t, w.vendor.sent(), 3)
}

// Messages of a lane that is paused wait, are canceled, and the others are sent when it goes on. The pause outlives the process.
func TestPause(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	w.set(t, store.Setting{Kind: store.SettingPause, Key: "+49100", Value: "too many complaints"})
	first, second := w.text(t, 1, "one"), w.text(t, 1, "two")
	require.Equal(t, Lane{Name: "+49100", Paused: true, Reason: "too many complaints", Resident: 2}, w.Lanes()["+49100"])
	w.restart(t)
	require.Equal(t, "too many complaints", w.Lanes()["+49100"].Reason)
	third := w.text(t, 2, "three")
	_, done := w.command(t, store.ActionCancel, first)
	require.True(t, done)
	require.Empty(t, w.vendor.sent())
	w.set(t, store.Setting{Kind: store.SettingPause, Key: "+49100", Removed: true})
	w.life(t, second, store.StateAccepted)
	w.life(t, third, store.StateAccepted)
	require.Equal(t, store.ReasonCanceled, w.life(t, first, store.StateDead).Failure.Reason)
	require.Len(t, w.vendor.sent(), 2)
}

// A canceled message that waited for its next attempt holds up the messages to its recipient no longer.
func TestCancelBetweenAttempts(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	w := newWorld(t, &world{vendor: &vendor{answer: func(message.Delivery) outcome.Outcome {
		if calls.Add(1) > 1 {
			return outcome.Accept("v")
		}
		o := outcome.Reject(outcome.ReasonRateLimited, "", "slow down")
		o.Rejected.Retry, o.Rejected.RetryAfter, o.Rejected.Scope = outcome.RetryLater, time.Hour, outcome.ScopeRecipient
		return o
	}}})
	first, second := w.text(t, 1, "one"), w.text(t, 1, "two")
	require.Eventually(t, func() bool {
		l, err := w.store.Get(t.Context(), first)
		require.NoError(t, err)
		return l.Attempts == 1 && !l.InHandover
	}, patience, time.Millisecond)
	_, done := w.command(t, store.ActionCancel, first)
	require.True(t, done)
	w.life(t, second, store.StateAccepted)
	require.Equal(t, 1, w.life(t, first, store.StateDead).Attempts)
}

// What is resolved with "resend" is sent once more, and in the place of a dead message a new one is sent.
func TestResendAndRedrive(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	w := newWorld(t, &world{vendor: &vendor{answer: func(message.Delivery) outcome.Outcome {
		switch calls.Add(1) {
		case 1:
			return outcome.NewUnknown("the connection broke")
		case 2:
			return outcome.Reject(outcome.ReasonVendorRejected, "", "no")
		}
		return outcome.Accept("v")
	}}})
	id := w.text(t, 1, "hello")
	w.life(t, id, store.StateUnknown)
	_, done := w.command(t, store.ActionResend, id)
	require.True(t, done)
	require.Equal(t, 2, w.life(t, id, store.StateDead).Attempts)
	_, done = w.command(t, store.ActionRedrive, id)
	require.False(t, done, "the first attempt is still in doubt")
	_, done = w.command(t, store.ActionResolveFailed, id)
	require.True(t, done)
	next, done := w.command(t, store.ActionRedrive, id)
	require.True(t, done)
	require.True(t, next.Created)
	require.Equal(t, id, w.life(t, next.ID, store.StateAccepted).Origin)
	again, done := w.command(t, store.ActionRedrive, id)
	require.True(t, done)
	require.Equal(t, next.ID, again.ID)
	require.False(t, again.Created)
	_, done = w.command(t, store.ActionRedrive, next.ID)
	require.False(t, done, "it was accepted")
	require.Len(t, w.vendor.sent(), 3)
}

// People cancel, redrive and resolve at random while messages are sent, vendors answer in all ways, and the engine is started again. What
// is promised holds: nothing is lost, each attempt is made once, and no message is taken twice unless a person resent it.
func TestCommandsUnderLoad(t *testing.T) {
	t.Parallel()
	const messages, people, recipients = 480, 4, 40
	var h historycheck.History
	var seen sync.Mutex
	w := newWorld(t, &world{vendor: &vendor{answer: func(d message.Delivery) (o outcome.Outcome) {
		taken := false
		switch n := rand.IntN(10); {
		case n < 5:
			o, taken = outcome.Accept("v"+d.DeliveryID), true
		case n < 6:
			o = outcome.NewUnknown("the connection broke before it was read")
		case n < 7:
			o, taken = outcome.NewUnknown("the connection broke after it was read"), true
		case n < 9:
			o = outcome.Reject(outcome.ReasonVendorRejected, "", "no")
		default:
			o = outcome.Reject(outcome.ReasonRateLimited, "", "slow down")
			o.Rejected.Retry, o.Rejected.RetryAfter, o.Rejected.Scope = outcome.RetryLater, time.Millisecond, outcome.ScopeRecipient
		}
		seen.Lock()
		defer seen.Unlock()
		h.Sights = append(h.Sights, historycheck.Sight{Attempt: d.DeliveryID, Recipient: d.To.Address, At: time.Now(), Taken: taken})
		return o
	}}})
	var known struct {
		sync.Mutex
		ids      []ids.ID
		canceled map[ids.ID]bool
		resent   map[ids.ID]bool
	}
	known.canceled, known.resent = map[ids.ID]bool{}, map[ids.ID]bool{}
	add := func(id ids.ID) {
		known.Lock()
		defer known.Unlock()
		known.ids = append(known.ids, id)
	}
	act := func() {
		known.Lock()
		id := known.ids[rand.IntN(len(known.ids))]
		known.Unlock()
		action := []store.Action{store.ActionCancel, store.ActionRedrive, store.ActionResend, store.ActionResolveFailed}[rand.IntN(4)]
		if action == store.ActionResolveFailed {
			// Whoever says that a message failed has looked at the vendor's.
			seen.Lock()
			for _, s := range h.Sights {
				if at, _, _ := ids.ParseAttempt(s.Attempt); at == id && s.Taken {
					action = store.ActionResolveDelivered
				}
			}
			seen.Unlock()
		}
		done, ok := w.command(t, action, id)
		switch {
		case !ok:
		case action == store.ActionCancel:
			known.Lock()
			known.canceled[id] = true
			known.Unlock()
		case action == store.ActionResend:
			known.Lock()
			known.resent[id] = true
			known.Unlock()
		case done.Created:
			add(done.ID)
		}
	}
	for range 2 {
		var wg sync.WaitGroup
		for to := range recipients {
			wg.Go(func() {
				for range messages / 2 / recipients {
					id := w.text(t, to, "hello")
					add(id)
					n, _ := newMessage(to, "hello")
					seen.Lock()
					h.Requests = append(h.Requests, historycheck.Request{Answers: []ids.ID{id}, Recipient: n.To.Address})
					seen.Unlock()
				}
			})
		}
		for range people {
			wg.Go(func() {
				for range messages / 4 {
					known.Lock()
					none := len(known.ids) == 0
					known.Unlock()
					if !none {
						act()
					}
				}
			})
		}
		wg.Wait()
		w.restart(t)
	}
	require.Eventually(t, func() bool {
		counts, err := w.store.Counts(t.Context())
		require.NoError(t, err)
		return counts[store.StateReady] == 0
	}, patience, 5*time.Millisecond)
	w.restart(t)
	for _, id := range known.ids {
		l, err := w.store.Get(t.Context(), id)
		require.NoError(t, err)
		require.False(t, l.InHandover)
		require.Contains(t, []store.State{store.StateAccepted, store.StateUnknown, store.StateDead}, l.State, "also what was sent anew")
		r := historycheck.Record{ID: l.ID, Recipient: l.To.Address, State: l.State, Again: known.resent[id]}
		for _, a := range l.History {
			r.Attempts = append(r.Attempts, a.Outcome)
		}
		h.Records = append(h.Records, r)
		if l.State == store.StateUnknown {
			h.InDoubt++
		}
		if known.canceled[id] {
			require.Equal(t, store.ReasonCanceled, l.Failure.Reason)
		}
	}
	require.NotEmpty(t, known.canceled)
	require.NotEmpty(t, known.resent)
	require.Greater(t, len(known.ids), messages, "some were sent anew")
	require.Empty(t, historycheck.Check(&h))
}
