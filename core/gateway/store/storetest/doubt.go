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

// A message that was sent again may fail although the first attempt is in doubt: it is not sent anew before the doubt is resolved.
func testDoubt(t *testing.T, w *world) {
	// again returns a dead message whose first attempt is unknown and whose second one was rejected.
	again := func(n int) ids.ID {
		id := w.unknown(t, newMessage(n))
		w.mustCommand(t, store.ActionResend, id)
		second := store.Attempt{ID: id, N: 2}
		w.settle(t, w.begin(t, second), store.Settlement{
			Attempt: second, State: store.StateDead, Outcome: store.OutcomeRejected, Channel: "p.first", Failure: store.Failure{Reason: "vendor_rejected"},
		})
		return id
	}
	id := again(1)
	w.refused(t, store.ActionRedrive, id)
	w.refused(t, store.ActionResend, id)
	w.mustCommand(t, store.ActionResolveFailed, id)
	require.Equal(t, store.ReasonResolved, w.life(t, id).Failure.Reason)
	w.refused(t, store.ActionResolveFailed, id)
	require.True(t, w.mustCommand(t, store.ActionRedrive, id).Created)

	id = again(2)
	w.mustCommand(t, store.ActionResolveDelivered, id)
	require.False(t, w.life(t, id).Delivered.IsZero())
	w.refused(t, store.ActionRedrive, id)
	w.refused(t, store.ActionResolveFailed, id)

	// A vendor resolves the doubt as well.
	id = again(3)
	w.event(t, store.Event{Attempt: id.Attempt(1), Status: outcome.StatusFailed, Failure: store.Failure{Reason: "recipient_unreachable"}})
	l := w.life(t, id)
	require.Equal(t, store.OutcomeRejected, l.History[0].Outcome)
	require.Equal(t, "recipient_unreachable", l.History[0].Failure.Reason)
	require.True(t, w.mustCommand(t, store.ActionRedrive, id).Created)
	id = again(4)
	w.event(t, store.Event{Attempt: id.Attempt(1), Status: outcome.StatusSent})
	w.refused(t, store.ActionRedrive, id)

	// What is canceled while it waits to be sent again is in doubt too.
	id = w.unknown(t, newMessage(5))
	w.mustCommand(t, store.ActionResend, id)
	w.mustCommand(t, store.ActionCancel, id)
	w.refused(t, store.ActionRedrive, id)

	// A vendor may say that an attempt failed before its outcome is known to be unknown.
	early := store.Attempt{ID: w.accept(t, newMessage(6)), N: 1}
	seq := w.begin(t, early)
	w.event(t, store.Event{Attempt: early.ID.Attempt(1), Status: outcome.StatusFailed, Failure: store.Failure{Reason: "vendor_rejected"}})
	w.settle(t, seq, store.Settlement{Attempt: early, State: store.StateUnknown, Outcome: store.OutcomeUnknown, Channel: "p.first", Scope: "p"})
	require.Equal(t, store.OutcomeRejected, w.life(t, early.ID).History[0].Outcome)
	require.True(t, w.mustCommand(t, store.ActionRedrive, early.ID).Created)
}

// Each change is in the audit with who made it, and what changed nothing is not.
func testAudit(t *testing.T, w *world) {
	old := w.accept(t, newMessage(1))
	w.mustCommand(t, store.ActionCancel, old)
	w.mustCommand(t, store.ActionCancel, old)
	next := w.mustCommand(t, store.ActionRedrive, old).ID
	w.mustCommand(t, store.ActionRedrive, old)
	w.refused(t, store.ActionResend, old)
	entries, err := w.Store.Audit(t.Context(), 0, 10)
	require.NoError(t, err)
	var all []string
	for _, a := range entries {
		require.Equal(t, person, a.By)
		require.Equal(t, old.String(), a.Object)
		require.WithinDuration(t, time.Now(), a.At, time.Minute)
		all = append(all, fmt.Sprintf("%s %s %s", a.Action, a.Before, a.After))
	}
	require.Equal(t, []string{"redrive dead " + next.String(), "cancel ready dead"}, all)
	older, err := w.Store.Audit(t.Context(), entries[0].Seq, 10)
	require.NoError(t, err)
	require.Equal(t, entries[1:], older)
	w.crash(t)
	kept, err := w.Store.Audit(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Equal(t, entries, kept)
	require.NoError(t, w.AddAudit(t.Context(), &store.AuditEntry{At: time.UnixMilli(1000), By: person, Action: "enable webhooks", Object: "shop"}))
	kept, err = w.Store.Audit(t.Context(), 0, 1)
	require.NoError(t, err)
	require.Equal(t, []store.AuditEntry{{Seq: kept[0].Seq, At: time.UnixMilli(1000), By: person, Action: "enable webhooks", Object: "shop"}}, kept)
}
