// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// What is known of a person goes, what became of messages stays, and nobody else is touched.
func testErase(t *testing.T, w *world) {
	const many = 450 // more than one transaction takes
	ready := make([]ids.ID, 0, many)
	for range many {
		ready = append(ready, w.accept(t, newMessage(1)))
	}
	sent, other := w.sent(t, newMessage(1), "v1"), w.sent(t, newMessage(2), "v2")
	w.event(t, store.Event{VendorID: "v1", Recipient: number(1).Digits(), Status: outcome.StatusDelivered})
	dead := w.dead(t, newMessage(1))
	unknown := w.unknown(t, newMessage(1))
	failed := w.sent(t, newMessage(1), "v3")
	w.event(t, store.Event{VendorID: "v3", Status: outcome.StatusFailed, Failure: store.Failure{Reason: "vendor_rejected", VendorCode: "7", VendorMessage: "no " + number(1).Digits()}})
	retried := w.accept(t, newMessage(1))
	w.settle(t, w.begin(t, store.Attempt{ID: retried, N: 1}), store.Settlement{
		Attempt: store.Attempt{ID: retried, N: 1}, State: store.StateReady, Due: time.Now(), Tries: 1, Outcome: store.OutcomeRejected, Channel: "p.first", Failure: store.Failure{Detail: "x"},
	})
	underWay := w.accept(t, newMessage(1))
	seq := w.begin(t, store.Attempt{ID: underWay, N: 1})
	for user := 1; user <= 2; user++ {
		_, err := w.Receive(t.Context(), []store.Inbound{{ID: ids.New(), Scope: "p", Key: fmt.Sprint(user), Sender: "102030", From: number(user), At: time.Now(), Message: []byte(`{}`), MessageID: fmt.Sprint(user)}})
		require.NoError(t, err)
	}

	done, err := w.Erase(t.Context(), w.epoch, person, number(1).Digits())
	require.NoError(t, err)
	require.ElementsMatch(t, append(ready, retried), done.Ended)
	require.Equal(t, []int{many + 5, 1, 1}, []int{done.Messages, done.Received, done.UnderWay})
	for id, want := range map[ids.ID]store.State{ready[0]: store.StateDead, retried: store.StateDead, sent: store.StateAccepted, dead: store.StateDead, unknown: store.StateUnknown, failed: store.StateAccepted} {
		l := w.life(t, id)
		require.True(t, l.Erased)
		require.Equal(t, []any{want, "", "", "{}", "", ""}, []any{l.State, l.To.Address, l.Reference, string(l.Body), l.Failure.VendorMessage, l.Failure.Detail})
		for _, a := range l.History {
			require.Empty(t, a.Failure.VendorMessage+a.Failure.Detail)
		}
	}
	require.Equal(t, store.ReasonErased, w.life(t, ready[0]).Failure.Reason)
	require.Equal(t, "7", w.life(t, failed).Failure.VendorCode, "codes are of no person")
	require.False(t, w.life(t, sent).Delivered.IsZero())
	w.refused(t, store.ActionRedrive, dead)
	w.refused(t, store.ActionResend, unknown)
	require.Empty(t, w.told(t)[1:], "the notice about the other one's message is left")
	require.False(t, w.life(t, other).Erased)
	require.Equal(t, number(2), w.life(t, other).To)
	_, err = w.FindInbound(t.Context(), "102030", "1")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = w.FindInbound(t.Context(), "102030", "2")
	require.NoError(t, err)
	c, err := w.Contact(t.Context(), "102030", number(1))
	require.NoError(t, err)
	require.Equal(t, store.Contact{}, c)
	entries, err := w.Audit(t.Context(), 0, 1)
	require.NoError(t, err)
	require.Equal(t, []string{"erase recipient", "", fmt.Sprintf("%d messages, 1 received", many+5)}, []string{entries[0].Action, entries[0].Object, entries[0].After})

	// What was under way goes when it has ended. Vendors may still tell about what was erased.
	require.False(t, w.life(t, underWay).Erased)
	w.settle(t, seq, accepted(underWay, 1, "v4"))
	done, err = w.Erase(t.Context(), w.epoch, person, number(1).Address)
	require.NoError(t, err)
	require.Equal(t, &store.Erasure{Messages: 1}, done)
	require.Equal(t, underWay, w.event(t, store.Event{VendorID: "v4", Recipient: number(1).Digits(), Status: outcome.StatusRead}).ID)
	require.Equal(t, outcome.StatusRead, w.life(t, underWay).Status)
	w.event(t, store.Event{VendorID: "v1", Status: outcome.StatusFailed, Failure: store.Failure{Reason: "vendor_rejected", VendorCode: "8", VendorMessage: "no " + number(1).Digits(), Detail: "x"}})
	require.Equal(t, store.Failure{Reason: "vendor_rejected", VendorCode: "8"}, w.life(t, sent).Failure)
	_, err = w.Events(t.Context(), []store.Event{{Scope: "p", Key: "in doubt", Attempt: unknown.Attempt(1), Recipient: number(1).Digits(), Status: outcome.StatusFailed, Failure: store.Failure{Reason: "vendor_rejected", VendorMessage: "y"}}})
	require.NoError(t, err)
	l := w.life(t, unknown)
	require.Equal(t, []any{store.StateDead, store.OutcomeRejected, ""}, []any{l.State, l.History[0].Outcome, l.History[0].Failure.VendorMessage})
}

// An opt-out outlives the erasure of the person, since it keeps messages from them.
func testEraseOptedOut(t *testing.T, w *world) {
	_, err := w.Receive(t.Context(), []store.Inbound{{ID: ids.New(), Scope: "p", Key: "1", Sender: "102030", From: number(1), At: time.Now(), Message: []byte(`{}`), Wish: store.WishOptOut}})
	require.NoError(t, err)
	_, err = w.Erase(t.Context(), w.epoch, person, number(1).Address)
	require.NoError(t, err)
	c, err := w.Contact(t.Context(), "102030", number(1))
	require.NoError(t, err)
	require.Equal(t, store.Contact{OptedOut: true}, c)
}
