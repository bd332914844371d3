// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestOutcomesDecideWhatIsNext(t *testing.T) {
	t.Parallel()
	accept := outcome.Accept("v1")
	down := rejected(outcome.ReasonVendorUnavailable, outcome.RetrySafe, 0)
	for name, test := range map[string]struct {
		channel string
		script  map[addr.Channel][]outcome.Outcome // the last one repeats
		want    string
		tries   []addr.Channel
	}{
		"accepted at once":                 {"", map[addr.Channel][]outcome.Outcome{first: {accept}}, "accepted", []addr.Channel{first}},
		"down: the next channel":           {"", map[addr.Channel][]outcome.Outcome{first: {down}, second: {accept}}, "accepted", []addr.Channel{first, second}},
		"down and no next: again":          {"p.first", map[addr.Channel][]outcome.Outcome{first: {down, down, accept}}, "accepted", []addr.Channel{first, first, first}},
		"down for long: given up":          {"p.first", map[addr.Channel][]outcome.Outcome{first: {down}}, "rejected", []addr.Channel{first, first, first, first}},
		"the last channel is tried again":  {"", map[addr.Channel][]outcome.Outcome{first: {down}, second: {down, accept}}, "accepted", []addr.Channel{first, second, second}},
		"unknown is never sent again":      {"", map[addr.Channel][]outcome.Outcome{first: {outcome.NewUnknown("reset")}, second: {accept}}, "unknown", []addr.Channel{first}},
		"unknown after failover stays so":  {"", map[addr.Channel][]outcome.Outcome{first: {down}, second: {outcome.NewUnknown("reset")}}, "unknown", []addr.Channel{first, second}},
		"never: not again":                 {"p.first", map[addr.Channel][]outcome.Outcome{first: {rejected(outcome.ReasonInvalidMessage, outcome.RetryNever, 0)}}, "rejected", []addr.Channel{first}},
		"other reasons do not fail over":   {"", map[addr.Channel][]outcome.Outcome{first: {rejected(outcome.ReasonOptedOut, outcome.RetryNever, 0)}, second: {accept}}, "rejected", []addr.Channel{first}},
		"a wait beyond patience: given up": {"p.first", map[addr.Channel][]outcome.Outcome{first: {rejected(outcome.ReasonRateLimited, outcome.RetryLater, time.Hour)}}, "rejected", []addr.Channel{first}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			used := map[addr.Channel]int{}
			sender := &fakeSender{send: each(func(ch addr.Channel, _ message.Delivery) outcome.Outcome {
				mu.Lock()
				defer mu.Unlock()
				script := test.script[ch]
				o := script[min(used[ch], len(script)-1)]
				used[ch]++
				return o
			})}
			d := start(t, setup{}, sender)
			r := d.Send(t.Context(), request(d, 1, test.channel))
			require.Equal(t, test.want, r.Outcome.Word())
			var tries []addr.Channel
			for _, a := range r.Attempts {
				tries = append(tries, a.Channel)
			}
			require.Equal(t, test.tries, tries)
			require.Len(t, sender.recorded(), len(tries))
			require.Equal(t, tries[len(tries)-1], r.Channel())
		})
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	const wait = 80 * time.Millisecond
	var n atomic.Int32
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome {
		if n.Add(1) == 1 {
			return rejected(outcome.ReasonRateLimited, outcome.RetryLater, wait)
		}
		return outcome.Accept("v")
	})}
	d := start(t, setup{}, sender)
	r := d.Send(t.Context(), request(d, 1, "p.first"))
	require.NotNil(t, r.Outcome.Accepted)
	calls := sender.recorded()
	require.GreaterOrEqual(t, calls[1].at.Sub(calls[0].at), wait)
}

// If a vendor limits a sender, all messages of the sender pause, and go to other channels meanwhile.
func TestAPauseMovesOthersToTheNextChannel(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	sender := &fakeSender{send: each(func(ch addr.Channel, _ message.Delivery) outcome.Outcome {
		if ch == first && n.Add(1) == 1 {
			return rejected(outcome.ReasonRateLimited, outcome.RetryLater, time.Hour)
		}
		return outcome.Accept("v")
	})}
	d := start(t, setup{}, sender)
	r := d.Send(t.Context(), request(d, 1, ""))
	require.Equal(t, second, r.Channel())
	c, _ := d.Snapshot().Channel(first)
	require.NotEmpty(t, c.Unhealthy)
	r = d.Send(t.Context(), request(d, 2, ""))
	require.Len(t, r.Attempts, 1)
	require.Equal(t, second, r.Channel())
	require.Contains(t, r.Skipped[0].Detail, "the vendor asked for a pause: rate_limited")
}

// TestTheReasonOfTheNearestChannel checks that the result has the reason of the channel that came closest to carrying the
// message.
func TestTheReasonOfTheNearestChannel(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{}
	d := start(t, setup{}, sender)
	kinds := func(kinds ...string) *capability.Checker {
		c := capability.Capabilities{Limits: []message.Limit{{Kind: "text", Path: "text.body", Maximum: 3, Unit: message.UnitCharacters, Source: "test"}}}
		for _, k := range kinds {
			c.Kinds = append(c.Kinds, capability.Kind{Kind: k})
		}
		return capability.NewChecker(c)
	}
	for name, test := range map[string]struct {
		first, second catalog.Channel
		reason        outcome.Reason
		path          string
	}{
		"too long for one, no texts at the other": {catalog.Channel{Checker: kinds("image")}, catalog.Channel{Checker: kinds("text")}, outcome.ReasonInvalidMessage, "text.body"},
		"no texts at both":                        {catalog.Channel{Checker: kinds("image")}, catalog.Channel{Checker: kinds("video")}, outcome.ReasonUnsupported, "type"},
		"not well, and would carry it":            {catalog.Channel{Checker: kinds("text")}, catalog.Channel{Unhealthy: "down"}, outcome.ReasonVendorUnavailable, ""},
	} {
		sender.set(map[addr.Channel]catalog.Channel{first: test.first, second: test.second})
		r := d.Send(t.Context(), requestText(d, 1, "", "four and more"))
		require.Equal(t, test.reason, r.Outcome.Rejected.Reason, name)
		require.Equal(t, test.path, r.Outcome.Rejected.Path, name)
	}
}

func TestNoRouteAndNoChannel(t *testing.T) {
	t.Parallel()
	d := start(t, setup{}, &fakeSender{})
	r := request(d, 1, "")
	r.Content = d.Prepare(&message.Message{Type: "image", Image: &message.Media{Link: "https://x/y"}})
	got := d.Send(t.Context(), r)
	require.Equal(t, outcome.ReasonUnsupported, got.Outcome.Rejected.Reason)
	require.Equal(t, "type", got.Outcome.Rejected.Path)
	require.Len(t, got.Skipped, 2)
	require.Empty(t, got.Attempts)

	got = d.Send(t.Context(), request(d, 1, "p.nope"))
	require.Equal(t, outcome.ReasonMisconfigured, got.Outcome.Rejected.Reason)
}
