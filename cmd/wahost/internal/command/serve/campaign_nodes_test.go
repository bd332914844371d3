// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/internal/testpostgres"
)

// Each of several nodes takes requests about a campaign, and the one that sends its messages obeys.
func TestCampaignNodes(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, testpostgres.Database(t), "")
	nodes := []*process{w.startNode("one"), w.startNode("two")}
	// on makes a request to one of the nodes.
	on := func(p *process, method, path, body string, into any) {
		t.Helper()
		w.mu.Lock()
		all := w.addresses
		w.addresses = []string{p.listen}
		w.mu.Unlock()
		status := w.call(method, path, body, into)
		w.mu.Lock()
		w.addresses = all
		w.mu.Unlock()
		require.Contains(t, []int{http.StatusOK, http.StatusCreated}, status)
	}
	const messages = 1200
	// Both nodes pause and resume it, so that one of them is not the one that sends.
	on(nodes[0], "POST", "/v1/campaigns", `{"name":"spring","phone_number_id":"1020","per_minute":1200,"paused":true}`, nil)
	w.fill("spring", messages, 7)
	holds := func() (accepted int) {
		t.Helper()
		require.Eventually(t, func() bool {
			var before, after adminapi.CampaignDetail
			on(nodes[0], "GET", "/v1/campaigns/spring", "", &before)
			for range 20 { // a campaign that is not held sends more than one meanwhile
				w.passes()
			}
			on(nodes[1], "GET", "/v1/campaigns/spring", "", &after)
			accepted = after.Counts.Accepted
			return before.Counts == after.Counts && after.Counts.Held+accepted == messages
		}, patience, time.Millisecond)
		return accepted
	}
	require.Zero(t, holds(), "it began paused")
	for _, p := range nodes {
		seen := w.seen()
		on(p, "POST", "/v1/campaigns/spring/resume", "", nil)
		w.settled(seen + 5)
		on(p, "POST", "/v1/campaigns/spring/pause", "", nil)
		require.Less(t, holds(), messages)
	}
	on(nodes[0], "POST", "/v1/campaigns/spring/pace", `{"per_minute":0}`, nil)
	on(nodes[1], "POST", "/v1/campaigns/spring/resume", "", nil)
	w.until("spring", func(c adminapi.CampaignDetail) bool { return c.State == "done" && c.Counts.Accepted == messages })
	for _, p := range nodes {
		w.stop(p)
	}
	requests := w.members("spring")
	h := historycheck.History{Requests: requests, Sights: w.sights}
	h.Records, _ = w.records(requests)
	require.Empty(t, historycheck.Check(&h))
	require.Equal(t, map[store.State]int{store.StateAccepted: len(h.Records)}, states(&h))
}
