// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package historycheck

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// kept returns a history without a violation: messages to two recipients, one of which is unknown, one dead and one never answered.
func kept() *History {
	h := &History{InDoubt: 1, Pace: &Pace{PerSecond: 10, Burst: 2}}
	begin := time.UnixMilli(1_790_000_000_000)
	for i := range 8 {
		id, to := ids.New(), fmt.Sprint("+", i%2)
		h.Requests = append(h.Requests, Request{Key: fmt.Sprint("k", i), Body: fmt.Sprint(i), Answers: []ids.ID{id}, Recipient: to, Order: i})
		h.Records = append(h.Records, Record{ID: id, Recipient: to, State: store.StateAccepted, Attempts: []string{store.OutcomeAccepted}})
		h.Sights = append(h.Sights, Sight{Attempt: id.Attempt(1), Recipient: to, At: begin.Add(time.Duration(i) * 100 * time.Millisecond), Taken: true})
	}
	h.Records[5].State, h.Records[5].Attempts = store.StateUnknown, []string{store.OutcomeUnknown}
	h.Records[6].State, h.Records[6].Attempts, h.Sights[6].Taken = store.StateDead, []string{store.OutcomeRejected}, false
	h.Requests[7].Answers = nil
	h.Requests[1].Answers = append(h.Requests[1].Answers, h.Requests[1].Answers[0])
	return h
}

func TestASoundHistory(t *testing.T) {
	t.Parallel()
	require.Empty(t, Check(kept()))
}

// A message that a person resent may be rejected although the vendor took it before.
func TestAResentMessage(t *testing.T) {
	t.Parallel()
	h := kept()
	h.again(5, 2)
	h.Records[5].State, h.Records[5].Attempts[1], h.Records[5].Again, h.Sights[8].Taken = store.StateDead, store.OutcomeRejected, true, false
	h.Sights[5].Taken = true
	require.Empty(t, Check(h))
	for name, mutate := range map[string]func(){
		"taken last":      func() { h.Sights[8].Taken = true },
		"nobody resent":   func() { h.Records[5].Again = false },
		"rejected, taken": func() { h.Records[5].Attempts[0] = store.OutcomeRejected },
	} {
		was, sight := h.Records[5], h.Sights[8]
		was.Attempts = slices.Clone(was.Attempts)
		mutate()
		require.NotEmpty(t, Check(h), name)
		h.Records[5], h.Sights[8] = was, sight
	}
}

// Each mutation of a kept history is found, as the promise that it breaks.
func TestMutations(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mutate func(h *History)
		want   string
	}{
		"lost":                    {func(h *History) { h.Records, h.Sights = h.Records[1:], h.Sights[1:] }, "I1"},
		"still ready":             {func(h *History) { h.Records[0].State = store.StateReady }, "I1"},
		"for somebody else":       {func(h *History) { h.Requests[0].Recipient = "+7" }, "I1"},
		"an attempt twice":        {func(h *History) { h.Sights = append(h.Sights, h.Sights[0]) }, "I2"},
		"a message twice":         {func(h *History) { h.again(0, 2) }, "I2"},
		"never accepted":          {func(h *History) { h.Records, h.Requests = h.Records[1:], h.Requests[1:] }, "I2"},
		"to somebody else":        {func(h *History) { h.Sights[0].Recipient = "+7" }, "I2"},
		"without an attempt":      {func(h *History) { h.Sights[0].Attempt = "x" }, "I2"},
		"too many unknown":        {func(h *History) { h.Records[4].State = store.StateUnknown }, "I3"},
		"accepted and not sent":   {func(h *History) { h.Sights = h.Sights[1:] }, "I4"},
		"sent without a record":   {func(h *History) { h.Records[0].Attempts, h.Records[0].State = nil, store.StateDead }, "I4"},
		"dead and delivered":      {func(h *History) { h.Sights[6].Taken = true }, "I4"},
		"an attempt not in store": {func(h *History) { h.Sights[0].Attempt = h.Records[0].ID.Attempt(2) }, "I4"},
		"out of order":            {func(h *History) { h.Sights[0].At, h.Sights[2].At = h.Sights[2].At, h.Sights[0].At }, "I5"},
		"too fast": {func(h *History) {
			for i := range h.Sights {
				h.Sights[i].At = h.Sights[0].At.Add(time.Duration(i))
			}
		}, "I6"},
		"two ids": {func(h *History) { h.Requests[1].Key = "k0" }, "I7"},
		"two bodies": {func(h *History) {
			h.Requests[1].Key, h.Requests[1].Answers = "k0", h.Requests[0].Answers
			h.Requests[1].Recipient = "+0"
		}, "I7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := kept()
			test.mutate(h)
			found := Check(h)
			require.True(t, slices.ContainsFunc(found, func(v Violation) bool { return v.Promise == test.want }), "%v", found)
		})
	}
}

// again makes the vendor take the i-th message once more, as its n-th attempt.
func (h *History) again(i, n int) {
	s := h.Sights[i]
	s.Attempt = h.Records[i].ID.Attempt(n)
	h.Sights = append(h.Sights, s)
	h.Records[i].Attempts = append(h.Records[i].Attempts, store.OutcomeAccepted)
}
