// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// ordinary is the recipient of messages that are in no campaign.
const ordinary = "+62899000000"

// campaign makes a request about a campaign that succeeds.
func (w *world) campaign(method, path, body string) (c adminapi.CampaignDetail) {
	w.t.Helper()
	status := w.call(method, "/v1/campaigns"+path, body, &c)
	require.Contains(w.t, []int{http.StatusOK, http.StatusCreated}, status)
	return c
}

// until waits until a campaign is as it should be.
func (w *world) until(name string, is func(c adminapi.CampaignDetail) bool) (c adminapi.CampaignDetail) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		return w.call("GET", "/v1/campaigns/"+name, "", &c) == http.StatusOK && is(c)
	}, patience, 10*time.Millisecond, "the campaign %s", name)
	return c
}

// fill imports messages into a campaign, each with a text of its own. Each recipient gets several.
func (w *world) fill(campaign string, messages, recipients int) {
	w.t.Helper()
	var rows strings.Builder
	for i := range messages {
		fmt.Fprintf(&rows, `{"to":"+62877%06d","text":{"body":"row %d"}}`+"\n", i%recipients, i)
	}
	var done adminapi.Import
	require.Equal(w.t, http.StatusOK, w.call("POST", "/v1/imports/"+campaign+"?phone_number_id=1020&campaign="+campaign, rows.String(), &done))
	require.Equal(w.t, messages, done.Accepted, "%+v", done)
}

// passes sends a message that is in no campaign, and waits until the vendor has seen it.
func (w *world) passes() {
	w.t.Helper()
	before := w.seenBy(ordinary)
	require.Equal(w.t, http.StatusOK, w.call("POST", "/1020/messages", `{"to":"`+ordinary+`","text":{"body":"order"}}`, nil))
	require.Eventually(w.t, func() bool { return w.seenBy(ordinary) > before }, patience, 5*time.Millisecond)
}

// seenBy returns how many messages to a recipient the vendor saw.
func (w *world) seenBy(recipient string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sights {
		if s.Recipient == recipient {
			n++
		}
	}
	return n
}

// members reads what the store has of campaigns, in the order in which it was accepted. The gateways have ended.
func (w *world) members(campaigns ...string) (requests []historycheck.Request) {
	w.t.Helper()
	s := w.open()
	defer func() { require.NoError(w.t, s.Close()) }()
	for _, name := range campaigns {
		for before := (ids.ID{}); ; {
			page, err := s.Search(w.t.Context(), &store.Query{Campaign: name, Before: before, Limit: 500})
			require.NoError(w.t, err)
			for _, l := range page {
				requests = append(requests, historycheck.Request{Answers: []ids.ID{l.ID}, Recipient: l.To.Address, Order: -len(requests)})
				before = l.ID
			}
			if len(page) < 500 {
				break
			}
		}
	}
	return requests
}

// A campaign leaves at its pace by the vendor's clock and in the order of each recipient. A pause holds what is not in hand, and others pass.
func TestCampaign(t *testing.T) { onEachStore(t, testCampaign) }

func testCampaign(t *testing.T, at string) {
	w := newWorld(t, at, "")
	p := w.start()
	const messages, perMinute = 60, 1200
	begun := time.Now()
	require.Equal(t, "running", w.campaign("POST", "", fmt.Sprintf(`{"name":"spring","phone_number_id":"1020","per_minute":%d}`, perMinute)).State)
	w.fill("spring", messages, 7)
	w.settled(10)
	c := w.campaign("POST", "/spring/pause", "")
	require.Equal(t, "paused", c.State)
	// What is in hand is finished, and nothing more begins.
	w.until("spring", func(adminapi.CampaignDetail) bool {
		var lanes struct{ Items []adminapi.Lane }
		require.Equal(t, http.StatusOK, w.call("GET", "/v1/lanes", "", &lanes))
		calls := 0
		for _, l := range lanes.Items {
			calls += l.InCalls
		}
		return calls == 0
	})
	// A message whose outcome is not recorded yet is counted as held.
	c = w.until("spring", func(c adminapi.CampaignDetail) bool { return c.Counts.Accepted == w.seen() })
	seen := w.seen()
	require.Equal(t, seen, c.Counts.Accepted)
	require.Equal(t, messages, c.Counts.Held+c.Counts.Accepted)
	for range 3 {
		w.passes()
	}
	require.Equal(t, seen+3, w.seen(), "others pass a campaign that is paused")
	w.campaign("POST", "/spring/resume", "")
	w.until("spring", func(c adminapi.CampaignDetail) bool { return c.State == "done" && c.Counts.Accepted == messages })
	w.stop(p)

	requests := w.members("spring")
	require.Len(t, requests, messages)
	h := historycheck.History{Requests: requests, Sights: w.sights}
	h.Records, _ = w.records(requests)
	require.Empty(t, historycheck.Check(&h))
	// A message may be held up on its way to the vendor, and is never early.
	place := 0
	for _, s := range w.sights {
		if s.Recipient == ordinary {
			continue
		}
		place++
		require.GreaterOrEqual(t, s.At.Sub(begun), time.Duration(place)*time.Minute/perMinute, "the message at place %d", place)
	}
	require.Equal(t, messages, place)
}

// The gateway is killed while one campaign is paused and another is being canceled. Nothing is doubled, nothing is lost, nothing of the canceled
// one leaves, and the paused one is still paused.
func TestCampaignKilled(t *testing.T) { onEachStore(t, testCampaignKilled) }

func testCampaignKilled(t *testing.T, at string) {
	w := newWorld(t, at, "")
	p := w.start()
	const messages = 1500
	inDoubt, kills := 0, 0
	kill := func() {
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGKILL))
		w.await(p)
		p = w.start()
		inDoubt += p.inDoubt
		kills++
	}
	w.campaign("POST", "", `{"name":"spring","phone_number_id":"1020"}`)
	w.campaign("POST", "", `{"name":"winter","phone_number_id":"1020","paused":true}`)
	w.fill("winter", messages, 50)
	w.fill("spring", messages, 50)
	w.settled(20)
	w.campaign("POST", "/spring/pause", "")
	kill()
	c := w.until("spring", func(c adminapi.CampaignDetail) bool {
		return c.Counts.Held+c.Counts.Accepted+c.Counts.Unknown == messages
	})
	require.Equal(t, "paused", c.State)
	require.Equal(t, inDoubt, c.Counts.Unknown)
	seen := w.seen()
	w.passes()
	require.Equal(t, seen+1, w.seen(), "it is paused after the restart")

	w.campaign("POST", "/winter/cancel", "")
	kill()
	require.Equal(t, "canceled", w.campaign("GET", "/winter", "").State)
	w.until("winter", func(c adminapi.CampaignDetail) bool { return c.Counts.Canceled > 0 })
	kill()
	w.until("winter", func(c adminapi.CampaignDetail) bool { return c.Counts.Canceled == messages })

	w.campaign("POST", "/spring/resume", "")
	w.settled(seen + 100)
	w.campaign("POST", "/spring/cancel", "")
	kill()
	c = w.until("spring", func(c adminapi.CampaignDetail) bool {
		return c.Counts.Canceled+c.Counts.Accepted+c.Counts.Unknown == messages
	})
	t.Logf("%d kills: of %d messages %d were accepted, %d canceled, and %d are unknown", kills, messages, c.Counts.Accepted, c.Counts.Canceled, c.Counts.Unknown)
	w.passes()
	w.stop(p)

	requests := w.members("spring", "winter")
	require.Len(t, requests, 2*messages)
	h := historycheck.History{Requests: requests, Sights: w.sights, InDoubt: inDoubt}
	var ready int
	h.Records, ready = w.records(requests)
	require.Zero(t, ready)
	require.Empty(t, historycheck.Check(&h))
	require.Equal(t, inDoubt, states(&h)[store.StateUnknown])
	of := map[ids.ID]bool{}
	for _, r := range requests[messages:] {
		of[r.Answers[0]] = true
	}
	for _, s := range w.sights {
		id, err := ids.Parse(s.Attempt[:26])
		require.NoError(t, err)
		require.False(t, of[id], "the vendor saw a message of the campaign that was canceled while it was paused")
	}
}
