// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/ids"
)

// codesCampaign is how many messages wait in the lane of TestCodes, and codesSent how many codes pass them. WAHOST_TEST_CAMPAIGN makes the
// campaign larger, and the codes as many as a 99th percentile needs.
const (
	codesCampaign = 5000
	codesSent     = 40
	codesMany     = 200
)

// While a campaign waits in the same lane, a code is at the vendor within two intervals of the lane: of the messages that the lane may send, at
// most two are others. That does not depend on how fast the machine is; the time is told.
func TestCodes(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	messages, codes := codesCampaign, codesSent
	if given := os.Getenv("WAHOST_TEST_CAMPAIGN"); given != "" {
		var err error
		messages, err = strconv.Atoi(given)
		require.NoError(t, err, "WAHOST_TEST_CAMPAIGN must be a number")
		codes = codesMany
	}
	const perSecond = 10
	w := newWorld(t, sqliteStore, fmt.Sprintf("    per_second = %d\n    burst = 1", perSecond))
	p := w.start()
	w.campaign("POST", "", `{"name":"spring","phone_number_id":"1020"}`)
	begun := time.Now()
	w.fill("spring", messages, messages)
	imported := time.Since(begun)
	w.settled(5)
	took, sent := make([]time.Duration, codes), make([]ids.ID, codes)
	for i := range codes {
		to := fmt.Sprintf("+62866%06d", i)
		var receipt struct{ Messages []struct{ ID string } }
		require.Equal(t, http.StatusOK, w.call("POST", "/1020/messages", `{"to":"`+to+`","text":{"body":"code"},"wahost":{"category":"authentication"}}`, &receipt))
		answered := time.Now()
		require.Eventually(t, func() bool { return w.seenBy(to) == 1 }, patience, time.Millisecond)
		var err error
		sent[i], err = ids.Parse(receipt.Messages[0].ID)
		require.NoError(t, err)
		took[i] = max(0, w.sightOf(to).Sub(answered))
		w.settled(w.seen() + 2) // codes that take every turn of the lane would share it with the campaign
	}
	c := w.until("spring", func(c adminapi.CampaignDetail) bool { return c.Messages == messages })
	require.Greater(t, c.Counts.Waiting, messages/2, "the campaign still waits")
	w.stop(p)
	passed := w.passedBy(sent)
	slices.Sort(passed)
	slices.Sort(took)
	place := codes*99/100 - 1
	t.Logf("%d messages, imported in %v: of %d codes, 99 %% were at the vendor within %v, of %v for two intervals, and passed by at most %d messages; the median is %v",
		messages, imported.Round(time.Millisecond), codes, took[place].Round(time.Millisecond), 2*time.Second/perSecond, passed[place], took[codes/2].Round(time.Millisecond))
	require.LessOrEqual(t, passed[place], 2)
}

// sightOf returns when the vendor saw the last message to a recipient.
func (w *world) sightOf(recipient string) (at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sights {
		if s.Recipient == recipient {
			at = s.At
		}
	}
	return at
}

// passedBy returns for each message how many others were handed over after it was accepted and before it was handed over itself. The gateway has
// ended.
func (w *world) passedBy(messages []ids.ID) []int {
	w.t.Helper()
	s := w.open()
	defer func() { require.NoError(w.t, s.Close()) }()
	began := map[ids.ID]time.Time{}
	for _, sight := range w.sights {
		id, err := ids.Parse(sight.Attempt[:26])
		require.NoError(w.t, err)
		l, err := s.Get(w.t.Context(), id)
		require.NoError(w.t, err)
		began[id] = l.History[0].Began
	}
	passed := make([]int, len(messages))
	for i, id := range messages {
		for _, at := range began {
			if at.After(id.Time()) && at.Before(began[id]) {
				passed[i]++
			}
		}
	}
	return passed
}
