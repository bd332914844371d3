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
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Old messages are removed with all that belongs to them, also if they are more than one transaction takes. What is to be sent stays, and so does
// what is new.
func testPurge(t *testing.T, w *world) {
	now := time.Now()
	old := now.Add(-100 * 24 * time.Hour)
	const many = 2500
	add := func(at time.Time, n int, settle bool) []ids.ID {
		var batch []*store.NewMessage
		var settlements []store.Settlement
		var all []ids.ID
		for i := range n {
			id := ids.At(at.Add(time.Duration(i) * time.Millisecond))
			all = append(all, id)
			batch = append(batch, &store.NewMessage{
				ID: id, Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+4915%08d", i)}, Body: []byte(`{}`), Lane: "+49100",
				APIKey: "shop", Idempotency: &store.Idempotency{Key: id.String(), Expires: at.Add(24 * time.Hour)},
			})
			settlements = append(settlements, store.Settlement{
				Attempt: store.Attempt{ID: id, N: 1}, State: store.StateAccepted, Outcome: store.OutcomeAccepted, Channel: "p.first", Scope: "p", At: at,
				Correlations: []store.Correlation{{Key: "v" + id.String()}},
			})
		}
		_, err := w.Accept(t.Context(), batch)
		require.NoError(t, err)
		if settle {
			require.NoError(t, w.Settle(t.Context(), w.epoch, settlements))
		}
		return all
	}
	tell := func(id ids.ID, status outcome.Status) store.Effect {
		results, err := w.Events(t.Context(), []store.Event{{Scope: "p", Key: id.String() + string(status), VendorID: "v" + id.String(), Status: status, At: now}})
		require.NoError(t, err)
		return results[0].Effect
	}
	gone, waiting, fresh := add(old, many, true), add(old, 1, false), add(now, 2, true)
	for _, id := range gone[:many-1] {
		require.Equal(t, store.Applied, tell(id, outcome.StatusSent))
	}
	require.Equal(t, store.Applied, tell(fresh[0], outcome.StatusSent))
	require.Equal(t, store.Applied, tell(gone[many-1], outcome.StatusSent), "a late status, which is behind a newer one")
	inbound := func(at time.Time, key string) {
		_, err := w.Receive(t.Context(), []store.Inbound{{ID: ids.At(at), Scope: "p", Key: key, Sender: "1020", From: message.Recipient{Kind: message.RecipientPhone, Address: "+1650"}, At: at, Message: []byte(`{}`)}})
		require.NoError(t, err)
	}
	inbound(old, "1")
	inbound(now, "2")
	user := func(address string) message.Recipient {
		return message.Recipient{Kind: message.RecipientPhone, Address: address}
	}
	for i := range many { // more contacts than one transaction takes
		_, err := w.Receive(t.Context(), []store.Inbound{{
			ID: ids.New(), Scope: "p", Key: fmt.Sprint("contact ", i), Sender: "1020", From: user(fmt.Sprint("+44", 1000+i)), At: old, Message: []byte(`{}`),
			Wish: map[bool]store.Wish{true: store.WishOptOut}[i == 1],
		}})
		require.NoError(t, err)
	}
	removed, err := w.Purge(t.Context(), now.Add(-90*24*time.Hour))
	require.NoError(t, err)
	require.Equal(t, many, removed)
	for _, id := range gone {
		_, err := w.Get(t.Context(), id)
		require.ErrorIs(t, err, store.ErrNotFound)
	}
	for address, want := range map[string]store.Contact{"+1650": {LastInbound: time.UnixMilli(now.UnixMilli())}, "+441000": {}, "+441001": {LastInbound: time.UnixMilli(old.UnixMilli()), OptedOut: true}, "+443499": {}} {
		c, err := w.Contact(t.Context(), "1020", user(address))
		require.NoError(t, err)
		require.Equal(t, want, c, address)
	}
	require.Equal(t, store.Orphan, tell(gone[0], outcome.StatusRead), "its ids are forgotten")
	require.Equal(t, store.Applied, tell(fresh[0], outcome.StatusDelivered))
	for id, want := range map[ids.ID]store.State{waiting[0]: store.StateReady, fresh[0]: store.StateAccepted, fresh[1]: store.StateAccepted} {
		l, err := w.Get(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, want, l.State)
	}
	notices, err := w.Notices(t.Context(), store.Position{}, 10_000)
	require.NoError(t, err)
	var told []string
	for _, n := range notices {
		if n.Inbound != nil {
			told = append(told, "message "+n.Inbound.Key)
			continue
		}
		told = append(told, string(n.Status))
	}
	require.Equal(t, []string{"sent", "message 2"}, told[:2])
	require.Equal(t, "delivered", told[len(told)-1])
	removed, err = w.Purge(t.Context(), now.Add(-90*24*time.Hour))
	require.NoError(t, err)
	require.Zero(t, removed)
	// A key counts until it expires, also if its message is gone.
	removed, err = w.Purge(t.Context(), now.Add(7*24*time.Hour))
	require.NoError(t, err)
	require.Equal(t, len(fresh), removed)
	result, err := w.Repeated(t.Context(), "shop", &store.Idempotency{Key: fresh[0].String()})
	require.NoError(t, err)
	require.Equal(t, store.AcceptResult{Verdict: store.Same, ID: fresh[0]}, result)
}
