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
	"github.com/wahost/wahost/sdk/outcome"
)

// Messages of users are recorded once, applications are told of each, and the contact knows the last one.
func testInbound(t *testing.T, w *world) {
	now := time.Now().Truncate(time.Millisecond)
	inbound := func(key string, at time.Time) store.Inbound {
		return store.Inbound{
			ID: ids.New(), Scope: "p", Key: key, Channel: "p.first", Sender: "102030", Recipient: "+49100", From: number(1),
			ProfileName: "Ada", At: at, Message: []byte(`{"type":"text","text":{"body":"hello"}}`), MessageID: "wamid." + key,
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

// Messages of users are found by the ids that applications know.
func testFindInbound(t *testing.T, w *world) {
	first := store.Inbound{ID: ids.New(), Scope: "p", Key: "1", Channel: "p.first", Sender: "102030", From: number(1), At: time.UnixMilli(1000), Message: []byte(`{}`), MessageID: "wamid.1"}
	second := first
	second.ID, second.Key, second.Sender = ids.New(), "2", "40"
	none := first
	none.ID, none.Key, none.MessageID = ids.New(), "3", ""
	_, err := w.Receive(t.Context(), []store.Inbound{first, second, none})
	require.NoError(t, err)
	for _, want := range []store.Inbound{first, second} {
		got, err := w.FindInbound(t.Context(), want.Sender, "wamid.1")
		require.NoError(t, err)
		require.Equal(t, []any{want.ID, want.Channel, want.From}, []any{got.ID, got.Channel, got.From})
	}
	for _, unknown := range [][2]string{{"102030", "wamid.2"}, {"102030", ""}, {"50", "wamid.1"}} {
		_, err := w.FindInbound(t.Context(), unknown[0], unknown[1])
		require.ErrorIs(t, err, store.ErrNotFound, unknown)
	}
}

// The latest wish of a user counts, in whatever order the messages come.
func testWishes(t *testing.T, w *world) {
	for i, step := range []struct {
		wish store.Wish
		at   int64
		want bool
	}{
		{store.NoWish, 1, false}, {store.WishOptOut, 20, true}, {store.NoWish, 30, true}, {store.WishOptIn, 10, true}, {store.WishOptIn, 40, false}, {store.WishOptOut, 35, false},
	} {
		_, err := w.Receive(t.Context(), []store.Inbound{{
			ID: ids.New(), Scope: "p", Key: string(rune('a' + i)), Sender: "102030", From: number(1), At: time.UnixMilli(step.at * 1000), Message: []byte(`{}`), Wish: step.wish,
		}})
		require.NoError(t, err)
		contact, err := w.Contact(t.Context(), "102030", number(1))
		require.NoError(t, err)
		require.Equal(t, step.want, contact.OptedOut, i)
	}
}

// A vendor that says that a user opted out counts as the wish of the user.
func testOptedOut(t *testing.T, w *world) {
	optedOut := func(n int) bool {
		contact, err := w.Contact(t.Context(), "102030", number(n))
		require.NoError(t, err)
		require.Zero(t, contact.LastInbound)
		return contact.OptedOut
	}
	w.sent(t, newMessage(1), "v1")
	require.False(t, optedOut(1))
	w.event(t, store.Event{VendorID: "v1", Status: outcome.StatusFailed, At: time.UnixMilli(1000), Failure: store.Failure{Reason: string(outcome.ReasonOptedOut)}})
	require.True(t, optedOut(1))

	id := w.accept(t, newMessage(2))
	w.settle(t, w.begin(t, store.Attempt{ID: id, N: 1}), store.Settlement{
		Attempt: store.Attempt{ID: id, N: 1}, State: store.StateDead, Outcome: store.OutcomeRejected, Channel: "p.first", Failure: store.Failure{Reason: string(outcome.ReasonOptedOut)},
	})
	require.True(t, optedOut(2))

	w.sent(t, newMessage(3), "v3")
	w.event(t, store.Event{VendorID: "v3", Status: outcome.StatusFailed, At: time.UnixMilli(1000), Failure: store.Failure{Reason: string(outcome.ReasonInvalidMessage)}})
	require.False(t, optedOut(3))
}

// The subscription of a key to an account is replaced and removed.
func testSubscriptions(t *testing.T, w *world) {
	check := func(want ...store.Subscription) {
		t.Helper()
		got, err := w.Subscriptions(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	check()
	first, other := store.Subscription{Account: "1", Key: "a"}, store.Subscription{Account: "1", Key: "b", URL: "https://b.example.com", VerifyToken: "t"}
	require.NoError(t, w.Subscribe(t.Context(), other))
	require.NoError(t, w.Subscribe(t.Context(), first))
	check(first, other)
	first.URL, first.VerifyToken = "https://a.example.com", "u"
	require.NoError(t, w.Subscribe(t.Context(), first))
	w.crash(t)
	check(first, other)
	require.NoError(t, w.Unsubscribe(t.Context(), "1", "b"))
	require.NoError(t, w.Unsubscribe(t.Context(), "2", "b"))
	check(first)
}
