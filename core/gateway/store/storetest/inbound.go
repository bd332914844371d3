// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

// Messages of users are recorded once, applications are told of each, and the contact knows the last one.
func testInbound(t *testing.T, w *world) {
	now := time.Now().Truncate(time.Millisecond)
	inbound := func(key string, at time.Time) store.Inbound {
		return store.Inbound{
			ID: ids.New(), Scope: "p", Key: key, Channel: "p.first", Sender: "102030", Recipient: "+49100", From: number(1),
			ProfileName: "Ada", At: at, Message: []byte(`{"type":"text","text":{"body":"hello"}}`),
		}
	}
	first, later := inbound("1", now), inbound("2", now.Add(-time.Hour))
	other := inbound("3", now)
	other.Scope, other.Sender, other.Channel, other.From = "q", "", "", message.Recipient{Kind: message.RecipientUser, Address: "DE.123"}
	fresh, err := w.Receive(t.Context(), []store.Inbound{first, later, other})
	require.NoError(t, err)
	require.Equal(t, []bool{true, true, true}, fresh)
	again, sameKey := inbound("1", now.Add(time.Hour)), inbound("3", now)
	fresh, err = w.Receive(t.Context(), []store.Inbound{again, sameKey})
	require.NoError(t, err)
	require.Equal(t, []bool{false, true}, fresh, "a key counts for its scope")

	contact, err := w.Contact(t.Context(), "102030", number(1))
	require.NoError(t, err)
	require.True(t, now.Equal(contact.LastInbound), "a repeated message is not the last one")
	for _, unknown := range []struct {
		sender string
		user   message.Recipient
	}{{"102030", number(2)}, {"40", number(1)}, {"", number(1)}} {
		contact, err = w.Contact(t.Context(), unknown.sender, unknown.user)
		require.NoError(t, err)
		require.Zero(t, contact)
	}

	id := w.sent(t, newMessage(1), "v1")
	w.event(t, store.Event{VendorID: "v1", Status: "delivered", At: now})
	notices, err := w.Notices(t.Context(), store.Position{}, 100)
	require.NoError(t, err)
	require.Len(t, notices, 5)
	for i, want := range []store.Inbound{first, later, other, sameKey} {
		got := *notices[i].Inbound
		require.True(t, want.At.Equal(got.At))
		got.At = want.At
		require.Equal(t, want, got)
	}
	require.Nil(t, notices[4].Inbound)
	require.Equal(t, id, notices[4].ID)
}
