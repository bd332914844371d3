// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// campaign creates a campaign.
func (w *world) campaign(t *testing.T, c store.Campaign) {
	t.Helper()
	c.Sender = "1020"
	_, created, err := w.CreateCampaign(t.Context(), person, &c)
	require.NoError(t, err)
	require.True(t, created)
}

func (w *world) changeCampaign(t *testing.T, name string, state store.CampaignState) {
	t.Helper()
	_, err := w.ChangeCampaign(t.Context(), person, name, store.CampaignChange{State: &state})
	require.NoError(t, err)
}

// member accepts a text of a campaign. It is due now if the time is zero.
func (w *world) member(t *testing.T, campaign string, to int, due time.Time) ids.ID {
	t.Helper()
	n, m := newMessage(to, "sale")
	n.Campaign, n.Due = campaign, due
	return w.take(t, n, m)
}

// A campaign that is paused holds what is not in hand, in the store alone, and across a restart. Others pass it in the same lane, also to the
// same recipient, and are not refused because of it.
func TestCampaignPaused(t *testing.T) {
	t.Parallel()
	answers := make(chan outcome.Outcome)
	w := newWorld(t, &world{vendor: &vendor{answer: func(message.Delivery) outcome.Outcome { return <-answers }}})
	w.campaign(t, store.Campaign{Name: "spring", State: store.CampaignRunning})
	hand := w.member(t, "spring", 1, time.Time{})
	require.Eventually(t, func() bool { return len(w.vendor.sent()) == 1 }, patience, time.Millisecond)
	next := w.member(t, "spring", 1, time.Time{})
	w.changeCampaign(t, "spring", store.CampaignPaused)
	var waiting []ids.ID
	for i := range 50 {
		waiting = append(waiting, w.member(t, "spring", 1+i, time.Time{}))
	}
	require.Equal(t, 2, w.Lanes()["+49100"].Resident, "what comes to a paused campaign is in no memory")
	answers <- outcome.Accept("v")
	w.life(t, hand, store.StateAccepted)
	close(answers)
	w.vendor.answer = func(message.Delivery) outcome.Outcome { return outcome.Accept("v") }
	w.restart(t)
	w.count(t.Context(), 0)
	require.EqualValues(t, 51, w.counted.Load(), "what is held waits")
	for i := range 5 {
		w.life(t, w.text(t, 1+i, "order"), store.StateAccepted)
	}
	require.Len(t, w.vendor.sent(), 6)
	p, err := w.store.CampaignProgress(t.Context(), "spring", time.Time{})
	require.NoError(t, err)
	require.Equal(t, 51, p.Waiting)
	w.changeCampaign(t, "spring", store.CampaignRunning)
	for _, id := range append(waiting, next) {
		w.life(t, id, store.StateAccepted)
	}
	require.Len(t, w.vendor.sent(), 57)
	c, err := w.store.Campaign(t.Context(), "spring")
	require.NoError(t, err)
	require.Equal(t, store.CampaignDone, c.State)
}

// What waits of a canceled campaign is dead: messages for now, for later, and those that wait for their next attempt, also after a restart.
func TestCampaignCanceled(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]bool{"at once": false, "after a restart": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, &world{vendor: &vendor{answer: func(message.Delivery) outcome.Outcome {
				o := outcome.Reject(outcome.ReasonRateLimited, "", "slow down")
				o.Rejected.Retry, o.Rejected.RetryAfter, o.Rejected.Scope = outcome.RetryLater, time.Hour, outcome.ScopeRecipient
				return o
			}}})
			w.campaign(t, store.Campaign{Name: "spring", State: store.CampaignRunning})
			all := []ids.ID{w.member(t, "spring", 1, time.Time{}), w.member(t, "spring", 1, time.Time{}), w.member(t, "spring", 2, time.Now().Add(30*time.Minute))}
			require.Eventually(t, func() bool { return w.life(t, all[0], store.StateReady).Attempts == 1 }, patience, time.Millisecond)
			w.changeCampaign(t, "spring", store.CampaignPaused)
			for i := range 20 {
				all = append(all, w.member(t, "spring", 3+i, time.Time{}))
			}
			canceled := store.CampaignCanceled
			if restart { // the process ended before it obeyed
				_, err := w.store.ChangeCampaign(t.Context(), person, "spring", store.CampaignChange{State: &canceled})
				require.NoError(t, err)
				w.restart(t)
			} else {
				w.changeCampaign(t, "spring", canceled)
			}
			for _, id := range all {
				require.Equal(t, store.ReasonCampaignCanceled, w.life(t, id, store.StateDead).Failure.Reason)
			}
			require.Len(t, w.vendor.sent(), 1)
			n, m := newMessage(1, "late")
			n.Campaign = "spring"
			rejected, err := w.Plan(t.Context(), n, m)
			require.NoError(t, err)
			require.Contains(t, rejected.Detail, "is canceled")
		})
	}
}

// The messages of a campaign leave one interval after the other, by the vendor's clock, and other messages of the lane between them.
func TestCampaignPace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	const members = 15
	interval := 40 * time.Millisecond
	begun := time.Now()
	w.campaign(t, store.Campaign{Name: "spring", State: store.CampaignRunning, PerMinute: int(time.Minute / interval)})
	var all []ids.ID
	for i := range members {
		all = append(all, w.member(t, "spring", i%3, time.Time{}))
	}
	w.life(t, w.text(t, 900, "order"), store.StateAccepted)
	for _, id := range all {
		w.life(t, id, store.StateAccepted)
	}
	w.vendor.mu.Lock()
	defer w.vendor.mu.Unlock()
	last := map[string]string{}
	place := 0
	for i, d := range w.vendor.seen {
		if d.To.Address == "+491550000900" {
			require.Less(t, i, members, "the order was sent before the campaign ended")
			continue
		}
		place++
		require.GreaterOrEqual(t, w.vendor.at[i].Sub(begun), time.Duration(place)*interval)
		require.Greater(t, d.DeliveryID, last[d.To.Address], "order of the recipient")
		last[d.To.Address] = d.DeliveryID
	}
	require.Equal(t, members, place)
}

// A campaign that another node has created is obeyed before its first message is sent.
func TestCampaignOfAnotherNode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	_, _, err := w.store.CreateCampaign(t.Context(), person, &store.Campaign{Name: "spring", Sender: "1020", State: store.CampaignPaused})
	require.NoError(t, err)
	id := w.member(t, "spring", 1, time.Time{})
	require.Eventually(t, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.campaigns["spring"] != nil
	}, patience, time.Millisecond, "it learns of the campaign")
	require.Empty(t, w.vendor.sent())
	w.changeCampaign(t, "spring", store.CampaignRunning)
	w.life(t, id, store.StateAccepted)
}

// A message names a campaign that exists and is of its number.
func TestCampaignMustExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &world{})
	_, _, err := w.CreateCampaign(t.Context(), person, &store.Campaign{Name: "other", Sender: "9", State: store.CampaignRunning})
	require.NoError(t, err)
	for name, want := range map[string]string{"spring": "create it first", "other": "is not of the phone number id 1020"} {
		n, m := newMessage(1, "hello")
		n.Campaign = name
		rejected, err := w.Plan(t.Context(), n, m)
		require.NoError(t, err)
		require.Equal(t, "wahost.campaign", rejected.Path)
		require.Contains(t, rejected.Detail, want)
	}
}
