// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/outcome"
)

// create creates a campaign of the sender of newMessage.
func (w *world) create(t *testing.T, name string) {
	t.Helper()
	c, created, err := w.CreateCampaign(t.Context(), person, &store.Campaign{Name: name, Sender: "102030", State: store.CampaignRunning})
	require.NoError(t, err)
	require.True(t, created)
	require.Equal(t, store.CampaignRunning, c.State)
}

// member returns a message of a campaign.
func member(n int, campaign string) *store.NewMessage {
	m := newMessage(n)
	m.Campaign = campaign
	return m
}

// change changes the state of the campaign spring, and its pace to 600 messages in a minute.
func (w *world) change(t *testing.T, state store.CampaignState) *store.Campaign {
	t.Helper()
	perMinute := 600
	c, err := w.ChangeCampaign(t.Context(), person, "spring", store.CampaignChange{State: &state, PerMinute: &perMinute})
	require.NoError(t, err)
	return c
}

// Campaigns are created once, changed, and never leave the state canceled. Each change is in the audit.
func testCampaigns(t *testing.T, w *world) {
	_, err := w.Campaign(t.Context(), "spring")
	require.ErrorIs(t, err, store.ErrNoCampaign)
	before := time.Now().Add(-time.Second)
	w.create(t, "spring")
	c, created, err := w.CreateCampaign(t.Context(), store.Actor{Key: "other"}, &store.Campaign{Name: "spring", Sender: "9", State: store.CampaignPaused, PerMinute: 7})
	require.NoError(t, err)
	require.False(t, created)
	require.WithinRange(t, c.Created, before, time.Now().Add(time.Second))
	c.Created = time.Time{}
	require.Equal(t, &store.Campaign{Name: "spring", Sender: "102030", State: store.CampaignRunning, By: "ops"}, c, "it is as it was")

	c = w.change(t, store.CampaignPaused)
	require.Equal(t, store.CampaignPaused, c.State)
	require.Equal(t, 600, c.PerMinute)
	w.change(t, store.CampaignPaused) // again
	require.Equal(t, 600, w.change(t, store.CampaignCanceled).PerMinute)
	w.change(t, store.CampaignCanceled) // again
	running, pace := store.CampaignRunning, 5
	for _, change := range []store.CampaignChange{{State: &running}, {PerMinute: &pace}} {
		_, err = w.ChangeCampaign(t.Context(), person, "spring", change)
		var refused *store.CampaignRefusedError
		require.ErrorAs(t, err, &refused)
		require.Contains(t, refused.Why, "spring")
	}
	c, err = w.Campaign(t.Context(), "spring")
	require.NoError(t, err)
	require.Equal(t, store.CampaignCanceled, c.State)
	require.Equal(t, 600, c.PerMinute)
	_, err = w.ChangeCampaign(t.Context(), person, "summer", store.CampaignChange{State: &running})
	require.ErrorIs(t, err, store.ErrNoCampaign)

	entries, err := w.Audit(t.Context(), 0, 10)
	require.NoError(t, err)
	var audit []string
	for _, e := range entries {
		require.Equal(t, person, e.By)
		audit = append(audit, fmt.Sprintf("%s %s: %s > %s", e.Action, e.Object, e.Before, e.After))
	}
	require.Equal(t, []string{
		"set campaign spring: paused, 600 per minute > canceled, 600 per minute",
		"set campaign spring: running > paused, 600 per minute",
		"set campaign spring:  > running",
	}, audit)

	w.create(t, "autumn")
	_, _, err = w.CreateCampaign(t.Context(), person, &store.Campaign{Name: "winter", Sender: "9", State: store.CampaignRunning})
	require.NoError(t, err)
	list := func(q store.CampaignQuery) (names []string) {
		q.Limit = 2
		page, err := w.Campaigns(t.Context(), q)
		require.NoError(t, err)
		for _, c := range page {
			names = append(names, c.Name)
		}
		return names
	}
	require.Equal(t, []string{"autumn", "spring"}, list(store.CampaignQuery{}))
	require.Equal(t, []string{"winter"}, list(store.CampaignQuery{After: "spring"}))
	require.Equal(t, []string{"winter"}, list(store.CampaignQuery{Senders: []string{"9", "10"}}))
	require.Empty(t, list(store.CampaignQuery{Senders: []string{"10"}}))
}

// The messages of a campaign are flows of their own, and are counted by where they stand.
func testCampaignMessages(t *testing.T, w *world) {
	w.create(t, "spring")
	w.create(t, "autumn")
	state := func() store.CampaignState {
		c, err := w.Campaign(t.Context(), "spring")
		require.NoError(t, err)
		return c.State
	}
	require.Equal(t, store.CampaignRunning, state(), "a campaign without messages is not done")
	w.accept(t, newMessage(1))
	w.accept(t, member(1, "autumn"))
	first := w.accept(t, member(1, "spring"))
	require.Equal(t, "spring", w.life(t, first).Campaign)
	own := store.Flow{Lane: "+49100", Class: store.ClassTransactional, APIKey: "shop", Campaign: "spring"}
	none, other := own, own
	none.Campaign, other.Campaign = "", "autumn"
	flows, err := w.Flows(t.Context())
	require.NoError(t, err)
	require.Equal(t, []store.Flow{none, other, own}, flows)
	for _, f := range flows {
		page, err := w.Load(t.Context(), store.LoadQuery{Flow: f, DueBefore: time.Now().Add(time.Hour), Limit: 10})
		require.NoError(t, err)
		require.Len(t, page, 1)
		require.Equal(t, f, page[0].Flow)
	}
	waiting, err := w.Backlog(t.Context())
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	require.Equal(t, 3, waiting[0].Due)
	require.Equal(t, 2, waiting[0].InCampaigns)

	since := time.Now().Add(-time.Minute)
	w.settle(t, w.begin(t, store.Attempt{ID: first, N: 1}), accepted(first, 1, "v1"))
	require.Equal(t, store.CampaignDone, state())
	w.unknown(t, member(2, "spring"))
	w.dead(t, member(3, "spring"))
	for i, status := range []outcome.Status{outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead, outcome.StatusPlayed} {
		id := w.sent(t, member(4+i, "spring"), fmt.Sprint("v", 4+i))
		w.event(t, store.Event{Attempt: id.Attempt(1), Status: status})
	}
	failed := w.sent(t, member(8, "spring"), "v8")
	w.event(t, store.Event{Attempt: failed.Attempt(1), Status: outcome.StatusFailed, Failure: store.Failure{Reason: "recipient_unreachable"}})
	later := member(9, "spring")
	later.Due = time.UnixMilli(time.Now().Add(time.Hour).UnixMilli())
	w.accept(t, later)
	w.mustCommand(t, store.ActionCancel, w.accept(t, member(10, "spring")))
	require.Equal(t, store.CampaignRunning, state())
	p, err := w.CampaignProgress(t.Context(), "spring", since)
	require.NoError(t, err)
	want := &store.CampaignProgress{
		Waiting: 1, Accepted: 1, Sent: 1, Delivered: 1, Read: 2, Unknown: 1, Recent: 9, LastDue: later.Due,
		Failed: map[string]int{"vendor_rejected": 1, "recipient_unreachable": 1, store.ReasonCanceled: 1},
	}
	require.True(t, want.LastDue.Equal(p.LastDue))
	want.LastDue = p.LastDue
	require.Equal(t, want, p)
	p, err = w.CampaignProgress(t.Context(), "nothing", since)
	require.NoError(t, err)
	require.Equal(t, &store.CampaignProgress{}, p)

	found, err := w.Search(t.Context(), &store.Query{Campaign: "spring", Reason: "vendor_rejected", Limit: 10})
	require.NoError(t, err)
	require.Len(t, found, 1)
	found, err = w.Search(t.Context(), &store.Query{Campaign: "spring", Limit: 20})
	require.NoError(t, err)
	require.Len(t, found, 10)
	require.Equal(t, "spring", found[0].Campaign)

	w.crash(t)
	require.Equal(t, store.CampaignRunning, state())
	flows, err = w.Flows(t.Context())
	require.NoError(t, err)
	require.Equal(t, []store.Flow{none, other, own}, flows)
}

// People who change a campaign at the same time change it one after the other, and it stays canceled.
func testCampaignAtOnce(t *testing.T, w *world) {
	var wg sync.WaitGroup
	var made [20]bool
	for i := range made {
		wg.Go(func() {
			_, made[i], _ = w.CreateCampaign(t.Context(), store.Actor{Key: fmt.Sprint("key ", i)}, &store.Campaign{Name: "spring", Sender: "102030", State: store.CampaignRunning})
		})
	}
	wg.Wait()
	created := 0
	for _, did := range made {
		if did {
			created++
		}
	}
	require.Equal(t, 1, created)
	for i := range 20 {
		state := []store.CampaignState{store.CampaignPaused, store.CampaignRunning, store.CampaignCanceled}[i%3]
		wg.Go(func() { _, _ = w.ChangeCampaign(t.Context(), person, "spring", store.CampaignChange{State: &state}) })
	}
	wg.Wait()
	c, err := w.Campaign(t.Context(), "spring")
	require.NoError(t, err)
	require.Equal(t, store.CampaignCanceled, c.State)
}

// A campaign is forgotten with its messages.
func testCampaignPurge(t *testing.T, w *world) {
	w.create(t, "spring")
	w.create(t, "summer")
	w.sent(t, member(1, "spring"), "v1")
	w.accept(t, member(2, "summer"))
	purge := func(before time.Time) {
		_, err := w.Purge(t.Context(), before)
		require.NoError(t, err)
	}
	purge(time.Now().Add(-time.Hour))
	purge(time.Now().Add(time.Hour))
	left, err := w.Campaigns(t.Context(), store.CampaignQuery{Limit: 10})
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, "summer", left[0].Name, "a message of it waits")
}
