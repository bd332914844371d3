// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/verdict"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

var person = store.Actor{Key: "ops", Address: "192.0.2.1"}

// command does something with a message.
func (w *world) command(t *testing.T, action store.Action, id ids.ID) (*store.Commanded, error) {
	t.Helper()
	c := &store.Command{Action: action, ID: id, At: time.Now(), By: person}
	if action == store.ActionRedrive {
		c.New = newMessage(1)
	}
	return w.Store.Command(t.Context(), w.epoch, c)
}

func (w *world) mustCommand(t *testing.T, action store.Action, id ids.ID) *store.Commanded {
	t.Helper()
	require.NoError(t, verdict.Of(w.life(t, id), action, time.Now()))
	done, err := w.command(t, action, id)
	require.NoError(t, err)
	return done
}

// refused checks that a command is refused and changes nothing.
func (w *world) refused(t *testing.T, action store.Action, id ids.ID) {
	t.Helper()
	before, told := w.life(t, id), w.told(t)
	expected := verdict.Of(before, action, time.Now())
	_, err := w.command(t, action, id)
	var refused *store.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, before.State, refused.State)
	require.NotEmpty(t, refused.Why)
	require.Equal(t, expected, err, "what is said before is what happens")
	require.Equal(t, before, w.life(t, id))
	require.Equal(t, told, w.told(t))
}

// unknown returns a message whose first attempt has an unknown outcome.
func (w *world) unknown(t *testing.T, m *store.NewMessage) ids.ID {
	t.Helper()
	id := w.accept(t, m)
	w.settle(t, w.begin(t, store.Attempt{ID: id, N: 1}), store.Settlement{
		Attempt: store.Attempt{ID: id, N: 1}, State: store.StateUnknown, Outcome: store.OutcomeUnknown, Channel: "p.first", Scope: "p",
	})
	return id
}

// dead returns a message that was rejected for good.
func (w *world) dead(t *testing.T, m *store.NewMessage) ids.ID {
	t.Helper()
	id := w.accept(t, m)
	w.settle(t, w.begin(t, store.Attempt{ID: id, N: 1}), store.Settlement{
		Attempt: store.Attempt{ID: id, N: 1}, State: store.StateDead, Outcome: store.OutcomeRejected, Channel: "p.first", Failure: store.Failure{Reason: "vendor_rejected"},
	})
	return id
}

func testCancel(t *testing.T, w *world) {
	id := w.accept(t, newMessage(1))
	w.mustCommand(t, store.ActionCancel, id)
	l := w.life(t, id)
	require.Equal(t, store.StateDead, l.State)
	require.Equal(t, outcome.StatusFailed, l.Status)
	require.Equal(t, store.ReasonCanceled, l.Failure.Reason)
	require.Equal(t, []string{"failed"}, w.told(t))
	w.mustCommand(t, store.ActionCancel, id) // again
	require.Equal(t, []string{"failed"}, w.told(t))
	gone, err := w.Begin(t.Context(), w.epoch, &store.Handover{Seq: 99, Channel: "p.first", Attempts: []store.Attempt{{ID: id, N: 1}}, Began: time.Now()})
	require.NoError(t, err)
	require.Equal(t, []ids.ID{id}, gone, "it is not handed over any more")

	_, err = w.command(t, store.ActionCancel, ids.New())
	require.ErrorIs(t, err, store.ErrNotFound)
	w.refused(t, store.ActionCancel, w.sent(t, newMessage(2), "v2"))
	w.refused(t, store.ActionCancel, w.unknown(t, newMessage(3)))
	w.refused(t, store.ActionCancel, w.dead(t, newMessage(4)))

	// A handover may be half settled: what is to be tried again can be canceled, and what has no outcome cannot.
	a, b := w.accept(t, newMessage(5)), w.accept(t, newMessage(6))
	seq := w.begin(t, store.Attempt{ID: a, N: 1}, store.Attempt{ID: b, N: 1})
	w.refused(t, store.ActionCancel, a)
	require.Equal(t, 1, w.life(t, a).UnderWay.N)
	require.Equal(t, "p.first", w.life(t, a).UnderWay.Channel)
	require.NoError(t, w.Settle(t.Context(), w.epoch, []store.Settlement{{
		Attempt: store.Attempt{ID: a, N: 1}, Handover: seq, State: store.StateReady, Due: time.Now(), Tries: 1, Outcome: store.OutcomeRejected, Channel: "p.first", At: time.Now(),
	}}))
	require.Nil(t, w.life(t, a).UnderWay)
	require.False(t, w.life(t, a).InHandover)
	w.mustCommand(t, store.ActionCancel, a)
	require.True(t, w.life(t, b).InHandover)
	w.refused(t, store.ActionCancel, b)
	require.NoError(t, w.Settle(t.Context(), w.epoch, []store.Settlement{{
		Attempt: store.Attempt{ID: b, N: 1}, Handover: seq, Ends: true, State: store.StateAccepted, Outcome: store.OutcomeAccepted, Channel: "p.first", At: time.Now(),
	}}))
	require.Equal(t, store.StateDead, w.life(t, a).State)
	require.Equal(t, store.StateAccepted, w.life(t, b).State)

	// A command of a gateway that was taken over changes nothing.
	old, ready := w.epoch, w.accept(t, newMessage(7))
	w.join(t)
	_, err = w.Store.Command(t.Context(), old, &store.Command{Action: store.ActionCancel, ID: ready, At: time.Now()})
	require.ErrorIs(t, err, store.ErrFenced)
	require.Equal(t, store.StateReady, w.life(t, ready).State)
}

// Commands and handovers come at the same time. A message is either handed over or canceled.
func testCancelAtOnce(t *testing.T, w *world) {
	const messages = 100
	var wg sync.WaitGroup
	canceled, begun := make([]bool, messages), make([]bool, messages)
	all := make([]ids.ID, messages)
	for i := range all {
		all[i] = w.accept(t, newMessage(i))
	}
	for i, id := range all {
		wg.Go(func() {
			_, err := w.command(t, store.ActionCancel, id)
			canceled[i] = err == nil
		})
		wg.Go(func() {
			gone, err := w.Begin(t.Context(), w.epoch, &store.Handover{Seq: int64(i + 1), Channel: "p.first", Attempts: []store.Attempt{{ID: id, N: 1}}, Began: time.Now()})
			begun[i] = err == nil && len(gone) == 0
		})
	}
	wg.Wait()
	for i := range all {
		require.NotEqual(t, canceled[i], begun[i], "message %d", i)
	}
}

func testRedrive(t *testing.T, w *world) {
	m := newMessage(1)
	m.Idempotency = &store.Idempotency{Key: "k", Expires: time.Now().Add(time.Hour)}
	old := w.dead(t, m)
	done := w.mustCommand(t, store.ActionRedrive, old)
	require.True(t, done.Created)
	next := w.life(t, done.ID)
	require.Equal(t, store.StateReady, next.State)
	require.Equal(t, old, next.Origin)
	require.Equal(t, store.StateDead, w.life(t, old).State)
	require.Equal(t, done.ID, w.life(t, old).Successor)
	again := w.mustCommand(t, store.ActionRedrive, old)
	require.False(t, again.Created)
	require.Equal(t, done.ID, again.ID)

	// The new message may be dead as well, and is sent anew itself.
	w.mustCommand(t, store.ActionCancel, done.ID)
	third := w.mustCommand(t, store.ActionRedrive, done.ID)
	require.True(t, third.Created)
	require.Equal(t, done.ID, w.life(t, third.ID).Origin)

	w.refused(t, store.ActionRedrive, w.accept(t, newMessage(2)))
	w.refused(t, store.ActionRedrive, w.sent(t, newMessage(3), "v3"))
	w.refused(t, store.ActionRedrive, w.unknown(t, newMessage(4)))
	// Nobody knows whether a message arrived whose outcome was unknown for too long.
	lost := newMessage(5)
	lost.Class = store.ClassAuthentication
	id := w.unknown(t, lost)
	n, err := w.GiveUp(t.Context(), w.epoch, store.ClassAuthentication, time.Now().Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	w.refused(t, store.ActionRedrive, id)
	w.mustCommand(t, store.ActionResolveFailed, id)
	require.True(t, w.mustCommand(t, store.ActionRedrive, id).Created)
	// A vendor may still say that it arrived.
	late := w.unknown(t, newMessage(6))
	w.mustCommand(t, store.ActionResolveFailed, late)
	w.event(t, store.Event{Attempt: late.Attempt(1), Status: outcome.StatusDelivered})
	w.refused(t, store.ActionRedrive, late)

	// Many at once make one message.
	dead := w.dead(t, newMessage(7))
	var wg sync.WaitGroup
	results := make([]*store.Commanded, 10)
	for i := range results {
		wg.Go(func() { results[i], _ = w.command(t, store.ActionRedrive, dead) })
	}
	wg.Wait()
	created := 0
	for _, r := range results {
		require.NotNil(t, r)
		require.Equal(t, w.life(t, dead).Successor, r.ID)
		if r.Created {
			created++
		}
	}
	require.Equal(t, 1, created)
}

func testResolve(t *testing.T, w *world) {
	id := w.unknown(t, newMessage(1))
	w.mustCommand(t, store.ActionResolveDelivered, id)
	l := w.life(t, id)
	require.Equal(t, store.StateAccepted, l.State)
	require.Equal(t, outcome.StatusDelivered, l.Status)
	require.False(t, l.Delivered.IsZero())
	require.Equal(t, []string{"delivered"}, w.told(t))

	id = w.unknown(t, newMessage(2))
	w.mustCommand(t, store.ActionResolveFailed, id)
	l = w.life(t, id)
	require.Equal(t, store.StateDead, l.State)
	require.Equal(t, store.ReasonResolved, l.Failure.Reason)
	require.Equal(t, []string{"delivered", "failed"}, w.told(t))
	require.Equal(t, store.OutcomeUnknown, l.History[0].Outcome, "the attempt stays as it was")

	m := newMessage(3)
	m.Expires = time.Now().Add(time.Hour)
	id = w.unknown(t, m)
	again := w.mustCommand(t, store.ActionResend, id).Again
	require.Equal(t, id, again.ID)
	require.Equal(t, 1, again.Attempts)
	require.Equal(t, 1, again.Tries)
	require.Equal(t, store.Flow{Lane: m.Lane, Class: m.Class, APIKey: m.APIKey}, again.Flow)
	require.Equal(t, m.Body, again.Body)
	require.Equal(t, store.StateReady, w.life(t, id).State)
	gone, err := w.Begin(t.Context(), w.epoch, &store.Handover{Seq: 98, Channel: "p.first", Attempts: []store.Attempt{{ID: id, N: 1}}, Began: time.Now()})
	require.NoError(t, err)
	require.Equal(t, []ids.ID{id}, gone, "the first attempt was made")
	// A vendor tells of the first attempt before the second one begins, which is not made then.
	w.event(t, store.Event{Attempt: id.Attempt(1), Status: outcome.StatusDelivered})
	gone, err = w.Begin(t.Context(), w.epoch, &store.Handover{Seq: 99, Channel: "p.first", Attempts: []store.Attempt{{ID: id, N: 2}}, Began: time.Now()})
	require.NoError(t, err)
	require.Equal(t, []ids.ID{id}, gone)

	m = newMessage(4)
	m.Expires = time.Now().Add(-time.Minute)
	w.refused(t, store.ActionResend, w.unknown(t, m))
	for _, action := range []store.Action{store.ActionResolveDelivered, store.ActionResolveFailed, store.ActionResend} {
		w.refused(t, action, w.accept(t, newMessage(5)))
		w.refused(t, action, w.sent(t, newMessage(6), "v"+string(action)))
		w.refused(t, action, w.dead(t, newMessage(7)))
	}
	// What a vendor has told about cannot be resolved.
	w.refused(t, store.ActionResolveFailed, id)
}
