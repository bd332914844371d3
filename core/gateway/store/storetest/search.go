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

func testSearch(t *testing.T, w *world) {
	began := time.Now().Truncate(time.Millisecond)
	first := w.sent(t, newMessage(1), "v1")
	second := w.unknown(t, newMessage(2))
	other := newMessage(1)
	other.Sender, other.Lane, other.Reference = "999", "+49200", ""
	third := w.accept(t, other)
	early := newMessage(3)
	early.ID = ids.At(began.Add(-time.Hour))
	fourth := w.accept(t, early)
	state := func(s store.State) *store.State { return &s }
	for name, test := range map[string]struct {
		query store.Query
		want  []ids.ID
	}{
		"all":                {store.Query{}, []ids.ID{third, second, first, fourth}},
		"page":               {store.Query{Limit: 2}, []ids.ID{third, second}},
		"next page":          {store.Query{Before: second}, []ids.ID{first, fourth}},
		"accepted":           {store.Query{State: state(store.StateAccepted)}, []ids.ID{first}},
		"unknown":            {store.Query{State: state(store.StateUnknown)}, []ids.ID{second}},
		"ready":              {store.Query{State: state(store.StateReady)}, []ids.ID{third, fourth}},
		"dead":               {store.Query{State: state(store.StateDead)}, nil},
		"lane":               {store.Query{Lane: "+49200"}, []ids.ID{third}},
		"no lane":            {store.Query{Lane: "+49300"}, nil},
		"recipient":          {store.Query{Recipient: "+491550000001"}, []ids.ID{third, first}},
		"recipient's digits": {store.Query{Recipient: "491550000001", State: state(store.StateReady)}, []ids.ID{third}},
		"recipient's page":   {store.Query{Recipient: "491550000001", Before: third}, []ids.ID{first}},
		"reference":          {store.Query{Reference: "order 2"}, []ids.ID{second}},
		"sender":             {store.Query{Senders: []string{"999"}}, []ids.ID{third}},
		"senders":            {store.Query{Senders: []string{"999", "102030", "1"}, Limit: 1}, []ids.ID{third}},
		"no sender":          {store.Query{Senders: []string{"1"}}, nil},
		"from":               {store.Query{From: began}, []ids.ID{third, second, first}},
		"until":              {store.Query{Until: began}, []ids.ID{fourth}},
		"span":               {store.Query{From: began.Add(-time.Hour), Until: began, Recipient: "491550000003"}, []ids.ID{fourth}},
		"empty span":         {store.Query{From: began.Add(-time.Minute), Until: began}, nil},
	} {
		if test.query.Limit == 0 {
			test.query.Limit = 10
		}
		lives, err := w.Store.Search(t.Context(), &test.query)
		require.NoError(t, err, name)
		var got []ids.ID
		for _, l := range lives {
			got = append(got, l.ID)
			want := w.life(t, l.ID)
			want.Body, want.History, want.InHandover = nil, nil, false
			require.Equal(t, want, l, name)
		}
		require.Equal(t, test.want, got, name)
	}
}

// Troubles count all messages that have them, and a search finds them.
func testTroubles(t *testing.T, w *world) {
	none, err := w.Store.Troubles(t.Context(), nil, 10)
	require.NoError(t, err)
	require.Empty(t, none)
	fail := func(n int, channel string, f store.Failure) ids.ID {
		id := w.accept(t, newMessage(n))
		w.settle(t, w.begin(t, store.Attempt{ID: id, N: 1}), store.Settlement{
			Attempt: store.Attempt{ID: id, N: 1}, State: store.StateDead, Outcome: store.OutcomeRejected, Route: "all", Channel: channel, Failure: f, Scope: "p",
		})
		return id
	}
	w.sent(t, newMessage(1), "v1")
	a := fail(1, "p.first", store.Failure{Reason: "vendor_rejected", VendorCode: "131026"})
	b := fail(2, "p.first", store.Failure{Reason: "vendor_rejected", VendorCode: "131026"})
	c := fail(3, "p.second", store.Failure{Reason: "vendor_rejected", VendorCode: "131026"})
	lost := w.unknown(t, newMessage(4))
	canceled := newMessage(5)
	canceled.Sender = "999"
	w.accept(t, canceled)
	w.mustCommand(t, store.ActionCancel, canceled.ID)

	rejected := store.Trouble{State: store.StateDead, Channel: "p.first", Reason: "vendor_rejected", VendorCode: "131026"}
	all, err := w.Store.Troubles(t.Context(), nil, 10)
	require.NoError(t, err)
	require.Equal(t, store.TroubleCount{Trouble: rejected, Messages: 2, Newest: b}, all[0])
	require.ElementsMatch(t, []store.TroubleCount{
		{Trouble: store.Trouble{State: store.StateUnknown, Channel: "p.first"}, Messages: 1, Newest: lost},
		{Trouble: store.Trouble{State: store.StateDead, Channel: "p.second", Reason: "vendor_rejected", VendorCode: "131026"}, Messages: 1, Newest: c},
		{Trouble: store.Trouble{State: store.StateDead, Reason: store.ReasonCanceled}, Messages: 1, Newest: canceled.ID},
	}, all[1:])
	found := func(g store.Trouble) (found []ids.ID) {
		lives, err := w.Store.Search(t.Context(), &store.Query{Trouble: &g, Limit: 10})
		require.NoError(t, err)
		for _, l := range lives {
			found = append(found, l.ID)
		}
		return found
	}
	require.Equal(t, []ids.ID{b, a}, found(rejected))
	require.Equal(t, []ids.ID{canceled.ID}, found(store.Trouble{State: store.StateDead, Reason: store.ReasonCanceled}))

	// A message with a successor needs nobody.
	w.mustCommand(t, store.ActionRedrive, b)
	require.Equal(t, []ids.ID{a}, found(rejected))
	one, err := w.Store.Troubles(t.Context(), []string{"102030"}, 1)
	require.NoError(t, err)
	require.Len(t, one, 1)
	other, err := w.Store.Troubles(t.Context(), []string{"999", "1"}, 10)
	require.NoError(t, err)
	require.Equal(t, []store.TroubleCount{{Trouble: store.Trouble{State: store.StateDead, Reason: store.ReasonCanceled}, Messages: 1, Newest: canceled.ID}}, other)
}

func testBacklog(t *testing.T, w *world) {
	none, err := w.Store.Backlog(t.Context())
	require.NoError(t, err)
	require.Empty(t, none)
	w.sent(t, newMessage(1), "v1")
	m := newMessage(2)
	m.Due = time.Now().Add(time.Hour).Truncate(time.Millisecond)
	w.accept(t, m)
	a := w.accept(t, newMessage(3))
	b := newMessage(4)
	b.Class = store.ClassMarketing
	w.accept(t, b)
	got, err := w.Store.Backlog(t.Context())
	require.NoError(t, err)
	require.Equal(t, []store.Waiting{
		{Lane: "+49100", Class: store.ClassTransactional, Messages: 2, Due: 1, Oldest: a.Time()},
		{Lane: "+49100", Class: store.ClassMarketing, Messages: 1, Due: 1, Oldest: b.ID.Time()},
	}, got)
}

func testLastNotice(t *testing.T, w *world) {
	none, err := w.Store.LastNotice(t.Context())
	require.NoError(t, err)
	require.Zero(t, none)
	w.sent(t, newMessage(1), "v1")
	w.event(t, store.Event{VendorID: "v1", Status: outcome.StatusSent})
	last, err := w.Store.LastNotice(t.Context())
	require.NoError(t, err)
	after, err := w.Notices(t.Context(), last, 10)
	require.NoError(t, err)
	require.Empty(t, after)
	w.event(t, store.Event{VendorID: "v1", Status: outcome.StatusRead})
	after, err = w.Notices(t.Context(), last, 10)
	require.NoError(t, err)
	require.Len(t, after, 1)
}

func testSettings(t *testing.T, w *world) {
	set := func(want int, changes ...store.Setting) {
		t.Helper()
		n, err := w.Store.Set(t.Context(), person, changes)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	list := func(q store.SettingQuery) (all []string) {
		t.Helper()
		if q.Limit == 0 {
			q.Limit = 10
		}
		found, err := w.Store.Settings(t.Context(), q)
		require.NoError(t, err)
		for _, s := range found {
			require.Equal(t, q.Kind, s.Kind)
			require.Equal(t, "ops", s.By)
			require.WithinDuration(t, time.Now(), s.At, time.Minute)
			all = append(all, s.Key+"="+s.Value)
		}
		return all
	}
	set(0)
	set(3, store.Setting{Kind: "a", Key: "2", Value: "two"}, store.Setting{Kind: "a", Key: "1"}, store.Setting{Kind: "b", Key: "1"})
	require.Equal(t, []string{"1=", "2=two"}, list(store.SettingQuery{Kind: "a"}))
	require.Equal(t, []string{"2=two"}, list(store.SettingQuery{Kind: "a", After: "1"}))
	require.Equal(t, []string{"1="}, list(store.SettingQuery{Kind: "a", Limit: 1}))
	require.Equal(t, []string{"2=two"}, list(store.SettingQuery{Kind: "a", Keys: []string{"2", "3"}}))
	require.Empty(t, list(store.SettingQuery{Kind: "c"}))
	set(2, store.Setting{Kind: "a", Key: "2", Value: "II"}, store.Setting{Kind: "a", Key: "1"}, store.Setting{Kind: "b", Key: "1", Removed: true}, store.Setting{Kind: "b", Key: "9", Removed: true})
	w.crash(t)
	require.Equal(t, []string{"1=", "2=II"}, list(store.SettingQuery{Kind: "a"}))
	require.Empty(t, list(store.SettingQuery{Kind: "b"}))
	entries, err := w.Store.Audit(t.Context(), 0, 10)
	require.NoError(t, err)
	var audit []string
	for _, a := range entries {
		audit = append(audit, a.Action+" "+a.Object+": "+a.Before+" "+a.After)
	}
	require.Equal(t, []string{"remove b 1:  ", "set a 2: two II", "set b 1:  ", "set a 1:  ", "set a 2:  two"}, audit)
}
