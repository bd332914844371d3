// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// A handover is recorded only if all its messages are ready.
func testBegin(t *testing.T, w *world) {
	one, two := w.accept(t, newMessage(1)), w.accept(t, newMessage(2))
	done := w.sent(t, newMessage(3), "v3")
	unheard := ids.New()
	gone, err := w.Begin(t.Context(), w.epoch, &store.Handover{
		Seq: 100, Channel: "p.first", Attempts: []store.Attempt{{ID: one, N: 1}, {ID: done, N: 1}, {ID: two, N: 1}, {ID: unheard, N: 1}}, Began: time.Now(),
	})
	require.NoError(t, err)
	require.Equal(t, []ids.ID{done, unheard}, gone)
	require.False(t, w.life(t, one).InHandover)
	w.begin(t, store.Attempt{ID: one, N: 1}, store.Attempt{ID: two, N: 1})
	gone, err = w.Begin(t.Context(), w.epoch, &store.Handover{Seq: 101, Channel: "p.first", Attempts: []store.Attempt{{ID: one, N: 0}}, Began: time.Now()})
	require.NoError(t, err)
	require.Equal(t, []ids.ID{one}, gone, "an attempt that was made before")
	require.True(t, w.life(t, one).InHandover)
	require.True(t, w.life(t, two).InHandover)
	require.Equal(t, store.StateReady, w.life(t, one).State)
}

// What a process of an earlier epoch decides is not recorded.
func testFence(t *testing.T, w *world) {
	id := w.accept(t, newMessage(1))
	old := w.epoch
	w.join(t)
	require.Equal(t, old.Number+1, w.epoch.Number)
	_, err := w.Begin(t.Context(), old, &store.Handover{Seq: 1, Channel: "p.first", Attempts: []store.Attempt{{ID: id, N: 1}}, Began: time.Now()})
	require.ErrorIs(t, err, store.ErrFenced)
	require.ErrorIs(t, w.Settle(t.Context(), old, []store.Settlement{accepted(id, 1, "v")}), store.ErrFenced)
	_, err = w.Takeover(t.Context(), old)
	require.NoError(t, err, "there is nothing to take over")
	require.Equal(t, store.StateReady, w.life(t, id).State)
	require.Zero(t, w.crash(t))
	w.begin(t, store.Attempt{ID: id, N: 1})
}

func testOutcomes(t *testing.T, w *world) {
	rejected := store.Failure{Reason: "template_mismatch", VendorCode: "132000", VendorMessage: "Number of parameters does not match", Detail: "two instead of three"}
	for name, test := range map[string]struct {
		settlement store.Settlement
		status     outcome.Status
		told       bool
	}{
		"accepted": {store.Settlement{State: store.StateAccepted, Outcome: store.OutcomeAccepted}, outcome.StatusAccepted, false},
		"retry":    {store.Settlement{State: store.StateReady, Outcome: store.OutcomeRejected, Failure: rejected, Tries: 1, Due: time.Now().Add(time.Minute)}, "", false},
		"unknown":  {store.Settlement{State: store.StateUnknown, Outcome: store.OutcomeUnknown, Failure: store.Failure{Detail: "the connection broke"}}, "", false},
		"dead":     {store.Settlement{State: store.StateDead, Outcome: store.OutcomeRejected, Failure: rejected}, outcome.StatusFailed, true},
	} {
		before := len(w.told(t))
		id := w.accept(t, newMessage(1))
		s := test.settlement
		s.Attempt, s.Channel, s.Route, s.Ignored = store.Attempt{ID: id, N: 1}, "p.first", "all", []string{"text.preview_url"}
		w.settle(t, w.begin(t, s.Attempt), s)
		l := w.life(t, id)
		require.Equal(t, s.State, l.State, name)
		require.Equal(t, test.status, l.Status, name)
		require.Equal(t, s.Failure, l.Failure, name)
		require.Equal(t, []any{"p.first", "all", 1, s.Tries, false}, []any{l.Channel, l.Route, l.Attempts, l.Tries, l.InHandover}, name)
		require.Equal(t, test.told, len(w.told(t)) > before, name)
		require.Equal(t, test.told, !l.Failed.IsZero(), name)
		require.Len(t, l.History, 1, name)
		require.Equal(t, []any{1, "p.first", s.Outcome, s.Failure, s.Ignored}, []any{l.History[0].N, l.History[0].Channel, l.History[0].Outcome, l.History[0].Failure, l.History[0].Ignored}, name)
	}
	notices, err := w.Notices(t.Context(), store.Position{}, 10)
	require.NoError(t, err)
	require.Len(t, notices, 1)
	require.Equal(t, rejected, notices[0].Failure)
}

// A decision about a message without an attempt.
func testDecisions(t *testing.T, w *world) {
	id := w.accept(t, newMessage(1))
	w.settle(t, 0, store.Settlement{Attempt: store.Attempt{ID: id}, State: store.StateReady, Due: time.Now().Add(time.Minute), Tries: 1, Failure: store.Failure{Detail: "no channel is healthy"}})
	l := w.life(t, id)
	require.Equal(t, []any{store.StateReady, 1, 0, "no channel is healthy"}, []any{l.State, l.Tries, l.Attempts, l.Failure.Detail})
	require.Empty(t, l.History)
	w.settle(t, 0, store.Settlement{Attempt: store.Attempt{ID: id}, State: store.StateDead, Failure: store.Failure{Reason: store.ReasonExpired}})
	l = w.life(t, id)
	require.Equal(t, []any{store.StateDead, store.ReasonExpired, outcome.StatusFailed}, []any{l.State, l.Failure.Reason, l.Status})
	require.Empty(t, l.History)
	require.Equal(t, []string{"failed"}, w.told(t))
	w.settle(t, 0, store.Settlement{Attempt: store.Attempt{ID: id}, State: store.StateDead, Failure: store.Failure{Reason: store.ReasonExpired}})
	require.Equal(t, []string{"failed"}, w.told(t), "the same again")
}

// All attempts are kept with their outcomes.
func testHistory(t *testing.T, w *world) {
	id := w.accept(t, newMessage(1))
	w.settle(t, w.begin(t, store.Attempt{ID: id, N: 1}), store.Settlement{
		Attempt: store.Attempt{ID: id, N: 1}, State: store.StateReady, Channel: "p.first", Outcome: store.OutcomeRejected, Failure: store.Failure{Reason: "rate_limited", VendorCode: "130429"}, Began: time.Now(),
	})
	w.settle(t, 0, store.Settlement{
		Attempt: store.Attempt{ID: id, N: 2}, State: store.StateReady, Tries: 1, Channel: "p.second", Outcome: store.OutcomeRejected, Failure: store.Failure{Reason: "vendor_unavailable"},
	})
	w.settle(t, w.begin(t, store.Attempt{ID: id, N: 3}), accepted(id, 3, "v"))
	l := w.life(t, id)
	require.Equal(t, []any{store.StateAccepted, 3, "p.first"}, []any{l.State, l.Attempts, l.Channel})
	require.Empty(t, l.Failure)
	require.Len(t, l.History, 3)
	for i, want := range []struct{ channel, outcome, reason string }{{"p.first", "rejected", "rate_limited"}, {"p.second", "rejected", "vendor_unavailable"}, {"p.first", "accepted", ""}} {
		require.Equal(t, []any{i + 1, want.channel, want.outcome, want.reason}, []any{l.History[i].N, l.History[i].Channel, l.History[i].Outcome, l.History[i].Failure.Reason})
	}
	require.False(t, l.History[0].Began.IsZero())
	require.True(t, l.History[1].Began.IsZero())
	require.Empty(t, w.told(t))
}

// After a crash, exactly the attempts without an outcome are unknown.
func testTakeover(t *testing.T, w *world) {
	var all []ids.ID
	for i := range 6 {
		all = append(all, w.accept(t, newMessage(i)))
	}
	// 0 is only accepted. Of one handover, 1 is settled, 2 is put back and 3 has no outcome. 4 is in a second attempt, 5 in one of its own.
	seq := w.begin(t, store.Attempt{ID: all[1], N: 1}, store.Attempt{ID: all[2], N: 1}, store.Attempt{ID: all[3], N: 1})
	one, two := accepted(all[1], 1, "v1"), store.Settlement{
		Attempt: store.Attempt{ID: all[2], N: 1}, State: store.StateReady, Tries: 1, Channel: "p.first", Outcome: store.OutcomeRejected,
	}
	one.Handover, two.Handover, one.At, two.At = seq, seq, time.Now(), time.Now()
	require.NoError(t, w.Settle(t.Context(), w.epoch, []store.Settlement{one, two}))
	w.settle(t, w.begin(t, store.Attempt{ID: all[4], N: 1}), store.Settlement{
		Attempt: store.Attempt{ID: all[4], N: 1}, State: store.StateReady, Tries: 1, Channel: "p.first", Outcome: store.OutcomeRejected,
	})
	w.begin(t, store.Attempt{ID: all[4], N: 2})
	w.begin(t, store.Attempt{ID: all[5], N: 1})
	require.Equal(t, 3, w.crash(t))
	var states []store.State
	for _, id := range all {
		l := w.life(t, id)
		states = append(states, l.State)
		require.False(t, l.InHandover)
	}
	require.Equal(t, []store.State{store.StateReady, store.StateAccepted, store.StateReady, store.StateUnknown, store.StateUnknown, store.StateUnknown}, states)
	l := w.life(t, all[4])
	require.Equal(t, 2, l.Attempts)
	require.Len(t, l.History, 2)
	require.Equal(t, store.OutcomeUnknown, l.History[1].Outcome)
	require.Zero(t, w.crash(t), "it was judged already")
	gone, err := w.Begin(t.Context(), w.epoch, &store.Handover{Seq: 1, Channel: "p.first", Attempts: []store.Attempt{{ID: all[3], N: 2}}, Began: time.Now()})
	require.NoError(t, err)
	require.Equal(t, []ids.ID{all[3]}, gone, "an unknown message is not sent again")
	require.Empty(t, w.told(t))
	counts, err := w.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[store.State]int{store.StateReady: 2, store.StateUnknown: 3}, counts)
}

// Everything is there when the store is opened again.
func testReopen(t *testing.T, w *world) {
	m := newMessage(1)
	m.Idempotency = &store.Idempotency{Key: "k", Expires: time.Now().Add(time.Hour)}
	id := w.sent(t, m, "v")
	w.event(t, store.Event{VendorID: "v", Status: outcome.StatusRead})
	require.NoError(t, w.Advance(t.Context(), "shop", store.Position{Writer: 1, Seq: 1}))
	before := w.life(t, id)
	require.Zero(t, w.crash(t))
	require.Equal(t, before, w.life(t, id))
	again := newMessage(1)
	again.Idempotency = m.Idempotency
	results, err := w.Accept(t.Context(), []*store.NewMessage{again})
	require.NoError(t, err)
	require.Equal(t, store.AcceptResult{Verdict: store.Same, ID: id}, results[0])
	at, err := w.Cursor(t.Context(), "shop")
	require.NoError(t, err)
	require.EqualValues(t, 1, at.Seq)
	require.Equal(t, []string{"read"}, w.told(t))
}

// An unknown message of a class is dead after a time, and applications are told.
func testGiveUp(t *testing.T, w *world) {
	unknown := func(class store.Class) ids.ID {
		m := newMessage(1)
		m.Class = class
		id := w.accept(t, m)
		w.settle(t, w.begin(t, store.Attempt{ID: id, N: 1}), store.Settlement{
			Attempt: store.Attempt{ID: id, N: 1}, State: store.StateUnknown, Outcome: store.OutcomeUnknown, Channel: "p.first", Failure: store.Failure{Detail: "no answer"},
		})
		return id
	}
	code, other := unknown(store.ClassAuthentication), unknown(store.ClassTransactional)
	n, err := w.GiveUp(t.Context(), w.epoch, store.ClassAuthentication, time.Now().Add(-time.Minute))
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, store.StateUnknown, w.life(t, code).State)
	n, err = w.GiveUp(t.Context(), w.epoch, store.ClassAuthentication, time.Now().Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	l := w.life(t, code)
	require.Equal(t, []any{store.StateDead, outcome.StatusFailed, store.ReasonUnknown, "no answer"}, []any{l.State, l.Status, l.Failure.Reason, l.Failure.Detail})
	require.Equal(t, store.StateUnknown, w.life(t, other).State)
	require.Equal(t, []string{"failed"}, w.told(t))
	old := w.epoch
	w.join(t)
	_, err = w.GiveUp(t.Context(), old, store.ClassTransactional, time.Now().Add(time.Minute))
	require.ErrorIs(t, err, store.ErrFenced)
}
