// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// A status never falls, in whatever order the events come and however often.
func testStatuses(t *testing.T, w *world) {
	for name, test := range map[string]struct{ events, told string }{
		"in order":  {"accepted sent delivered read", "sent delivered read"},
		"reversed":  {"read delivered sent accepted", "read"},
		"twice":     {"sent sent delivered sent delivered read read", "sent delivered read"},
		"late sent": {"delivered sent", "delivered"},
		"played":    {"read played read", "read played"},
	} {
		before := len(w.told(t))
		id := w.sent(t, newMessage(1), name)
		seen := map[string]bool{}
		var best outcome.Status
		for _, status := range strings.Fields(test.events) {
			result := w.event(t, store.Event{VendorID: name, Status: outcome.Status(status), At: time.Now()})
			want := store.EventResult{Effect: store.Applied, ID: id}
			if seen[status] || status == "accepted" {
				want.Effect = store.Duplicate
			}
			require.Equal(t, want, result, "%s: %s", name, status)
			seen[status] = true
		}
		for _, s := range []outcome.Status{outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead, outcome.StatusPlayed} {
			if seen[string(s)] {
				best = s
			}
		}
		l := w.life(t, id)
		require.Equal(t, best, l.Status, name)
		require.Equal(t, []bool{seen["sent"], seen["delivered"], seen["read"]}, []bool{!l.Sent.IsZero(), !l.Delivered.IsZero(), !l.Read.IsZero()}, name)
		require.Equal(t, strings.Fields(test.told), w.told(t)[before:], name)
	}
}

// An event that names the attempt decides before the outcome is known, and after the outcome was lost.
func testEarlyEvents(t *testing.T, w *world) {
	id := w.accept(t, newMessage(1))
	first := store.Attempt{ID: id, N: 1}
	seq := w.begin(t, first)
	require.Equal(t, store.Applied, w.event(t, store.Event{Attempt: id.Attempt(1), Status: outcome.StatusDelivered}).Effect)
	require.Equal(t, store.StateAccepted, w.life(t, id).State)
	w.settle(t, seq, store.Settlement{Attempt: first, State: store.StateUnknown, Outcome: store.OutcomeUnknown, Channel: "p.first", Failure: store.Failure{Detail: "no answer"}})
	l := w.life(t, id)
	require.Equal(t, []any{store.StateAccepted, outcome.StatusDelivered, "p.first"}, []any{l.State, l.Status, l.Channel})

	id = w.accept(t, newMessage(2))
	w.begin(t, store.Attempt{ID: id, N: 1})
	require.Equal(t, 1, w.crash(t))
	require.Equal(t, store.StateUnknown, w.life(t, id).State)
	w.event(t, store.Event{Attempt: id.Attempt(1), Recipient: number(2).Digits(), Status: outcome.StatusSent})
	require.Equal(t, store.StateAccepted, w.life(t, id).State)

	// A message that waits for another attempt is not sent again when the first one turns out to be delivered.
	id = w.accept(t, newMessage(3))
	w.settle(t, w.begin(t, store.Attempt{ID: id, N: 1}), store.Settlement{
		Attempt: store.Attempt{ID: id, N: 1}, State: store.StateReady, Tries: 1, Channel: "p.first", Outcome: store.OutcomeRejected,
	})
	w.event(t, store.Event{Attempt: id.Attempt(1), Status: outcome.StatusDelivered})
	gone, err := w.Begin(t.Context(), w.epoch, &store.Handover{Seq: 99, Channel: "p.first", Attempts: []store.Attempt{{ID: id, N: 2}}, Began: time.Now()})
	require.NoError(t, err)
	require.Equal(t, []ids.ID{id}, gone)
}

// An event whose message is not known yet is applied as soon as it is.
func testOrphans(t *testing.T, w *world) {
	id := w.accept(t, newMessage(1))
	seq := w.begin(t, store.Attempt{ID: id, N: 1})
	for i, status := range []outcome.Status{outcome.StatusDelivered, outcome.StatusSent} {
		e := store.Event{Key: fmt.Sprint(i), VendorID: "early", Recipient: number(1).Digits(), Status: status, At: time.Now().Add(-time.Duration(i) * time.Second)}
		require.Equal(t, store.EventResult{Effect: store.Orphan}, w.event(t, e))
		require.Equal(t, store.EventResult{Effect: store.Duplicate}, w.event(t, e))
	}
	require.Empty(t, w.told(t))
	w.settle(t, seq, accepted(id, 1, "early"))
	l := w.life(t, id)
	require.Equal(t, []any{store.StateAccepted, outcome.StatusDelivered}, []any{l.State, l.Status})
	require.False(t, l.Sent.IsZero())
	require.Equal(t, []string{"sent", "delivered"}, w.told(t))
	require.Equal(t, store.Duplicate, w.event(t, store.Event{Key: "0", VendorID: "early", Status: outcome.StatusDelivered}).Effect)
	require.Equal(t, store.Orphan, w.event(t, store.Event{VendorID: "never heard of", Status: outcome.StatusSent}).Effect)
	require.Equal(t, store.Orphan, w.event(t, store.Event{Attempt: ids.New().Attempt(1), Status: outcome.StatusSent}).Effect)
}

// A message fails with its last attempt, once, and stays so.
func testFailures(t *testing.T, w *world) {
	why := store.Failure{Reason: "recipient_unreachable", VendorCode: "131026", VendorMessage: "Message undeliverable"}
	failed := func(id ids.ID) store.Event {
		return store.Event{Attempt: id.Attempt(1), Status: outcome.StatusFailed, Failure: why, Raw: []byte("{}")}
	}
	id := w.sent(t, newMessage(1), "v1")
	require.Equal(t, store.Applied, w.event(t, failed(id)).Effect)
	require.Equal(t, store.Duplicate, w.event(t, failed(id)).Effect)
	w.event(t, store.Event{Attempt: id.Attempt(1), Status: outcome.StatusSent})
	l := w.life(t, id)
	require.Equal(t, []any{store.StateAccepted, outcome.StatusFailed, why, false}, []any{l.State, l.Status, l.Failure, l.Failed.IsZero()})
	require.Equal(t, []string{"failed"}, w.told(t))

	// An earlier attempt fails while another one is open.
	id = w.accept(t, newMessage(2))
	w.settle(t, w.begin(t, store.Attempt{ID: id, N: 1}), store.Settlement{Attempt: store.Attempt{ID: id, N: 1}, State: store.StateReady, Tries: 1, Channel: "p.first", Outcome: store.OutcomeRejected})
	w.event(t, failed(id))
	require.Equal(t, store.StateReady, w.life(t, id).State)
	seq := w.begin(t, store.Attempt{ID: id, N: 2})
	w.event(t, failed(id))
	w.settle(t, seq, accepted(id, 2, "v2"))
	require.Equal(t, outcome.StatusAccepted, w.life(t, id).Status)
	require.Equal(t, []string{"failed"}, w.told(t))

	// The failure comes before the outcome.
	id = w.accept(t, newMessage(3))
	seq = w.begin(t, store.Attempt{ID: id, N: 1})
	w.event(t, failed(id))
	require.Equal(t, []string{"failed"}, w.told(t), "the outcome may still lead to another attempt")
	w.settle(t, seq, accepted(id, 1, "v3"))
	l = w.life(t, id)
	require.Equal(t, []any{store.StateAccepted, outcome.StatusFailed, why}, []any{l.State, l.Status, l.Failure})
	require.Equal(t, []string{"failed", "failed"}, w.told(t))

	// The outcome was lost.
	id = w.accept(t, newMessage(4))
	w.begin(t, store.Attempt{ID: id, N: 1})
	w.crash(t)
	w.event(t, failed(id))
	require.Equal(t, store.StateDead, w.life(t, id).State)
	require.Equal(t, []string{"failed", "failed", "failed"}, w.told(t))

	// The failure comes, and the outcome is lost.
	id = w.accept(t, newMessage(5))
	w.begin(t, store.Attempt{ID: id, N: 1})
	w.event(t, failed(id))
	require.Zero(t, w.crash(t))
	l = w.life(t, id)
	require.Equal(t, []any{store.StateDead, why}, []any{l.State, l.Failure})
	require.Len(t, w.told(t), 4)
}

// Messages to several recipients that share an id of the vendor are told apart by their recipients, also when the vendor's answer
// was lost.
func testSharedIDs(t *testing.T, w *world) {
	var attempts []store.Attempt
	for i := range 3 {
		attempts = append(attempts, store.Attempt{ID: w.accept(t, newMessage(i)), N: 1})
	}
	seq := w.begin(t, attempts...)
	for i, a := range attempts {
		s := accepted(a.ID, 1, "group")
		s.Correlations[0].Recipient = number(i).Address
		s.Handover, s.Ends, s.At = seq, i == 2, time.Now()
		require.NoError(t, w.Settle(t.Context(), w.epoch, []store.Settlement{s}))
	}
	require.Equal(t, attempts[1].ID, w.event(t, store.Event{VendorID: "group", Recipient: number(1).Digits(), Status: outcome.StatusSent}).ID)
	require.Equal(t, store.Orphan, w.event(t, store.Event{VendorID: "group", Status: outcome.StatusSent}).Effect, "it may be about any of them")

	attempts = nil
	for i := range 3 {
		attempts = append(attempts, store.Attempt{ID: w.accept(t, newMessage(i)), N: 1})
	}
	w.begin(t, attempts...)
	require.Equal(t, 3, w.crash(t))
	result := w.event(t, store.Event{Attempt: attempts[0].ID.Attempt(1), Recipient: number(2).Digits(), Status: outcome.StatusSent})
	require.Equal(t, store.EventResult{Effect: store.Applied, ID: attempts[2].ID}, result)
	require.Equal(t, store.StateUnknown, w.life(t, attempts[0].ID).State)
	require.Equal(t, store.StateAccepted, w.life(t, attempts[2].ID).State)
}

// Notices are read in order, from where an endpoint is.
func testNotices(t *testing.T, w *world) {
	var all []ids.ID
	for i := range 5 {
		all = append(all, w.sent(t, newMessage(i), fmt.Sprint(i)))
		w.event(t, store.Event{VendorID: fmt.Sprint(i), Status: outcome.StatusSent, At: time.UnixMilli(1_790_000_000_000)})
	}
	var found []ids.ID
	var at store.Position
	for {
		page, err := w.Notices(t.Context(), at, 2)
		require.NoError(t, err)
		for _, n := range page {
			require.Equal(t, []any{"102030", number(len(found)), fmt.Sprint("order ", len(found)), "utility", outcome.StatusSent, time.UnixMilli(1_790_000_000_000)},
				[]any{n.Sender, n.To, n.Reference, n.Category, n.Status, n.At})
			found = append(found, n.ID)
			at = n.Position
		}
		if len(page) < 2 {
			break
		}
	}
	require.Equal(t, all, found)
	cursor, err := w.Cursor(t.Context(), "shop")
	require.NoError(t, err)
	require.Equal(t, store.Position{}, cursor)
	require.NoError(t, w.Advance(t.Context(), "shop", at))
	require.NoError(t, w.Advance(t.Context(), "shop", store.Position{Writer: at.Writer, Seq: at.Seq - 1}), "a late call does not move it back")
	cursor, err = w.Cursor(t.Context(), "shop")
	require.NoError(t, err)
	require.Equal(t, at, cursor)
	other, err := w.Cursor(t.Context(), "other")
	require.NoError(t, err)
	require.Equal(t, store.Position{}, other)
}
