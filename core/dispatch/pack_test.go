// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// TestPack checks what a call to a vendor that takes groups takes from the queue.
func TestPack(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		queue    string // a letter for each content; capitals stand for a kind of which a request takes one
		room     int
		calls    int
		want     int
		requests int
	}{
		"empty":                                   {"", 10, 0, 0, 0},
		"one":                                     {"a", 10, 0, 1, 1},
		"equal":                                   {"aaaa", 10, 0, 4, 1},
		"more than a request takes":               {"aaaaaaa", 10, 0, 7, 2},
		"more than a call takes":                  {"aaaaaaaaaaaaaaa", 10, 0, 12, 3},
		"different":                               {"abcabc", 10, 0, 6, 3},
		"different, and room for two":             {"abcabc", 2, 0, 2, 2},
		"room for one":                            {"aaab", 1, 0, 3, 1},
		"room for one request of many":            {"aaaaaaa", 1, 0, 5, 1},
		"no room":                                 {"aaa", 0, 0, 0, 0},
		"one each":                                {"AAAB", 10, 0, 4, 4},
		"many calls, one message":                 {"a", 10, groupCalls, 0, 0},
		"many calls, equal":                       {"aaaa", 10, groupCalls, 0, 0},
		"many calls, a full call":                 {"aaaaaaaaaaaa", 10, groupCalls, 12, 3},
		"many calls, different":                   {"ab", 10, groupCalls, 2, 2},
		"many calls, mostly different":            {"abca", 10, groupCalls, 4, 3},
		"many calls, one of a kind of single":     {"A", 10, groupCalls, 1, 1},
		"many calls, different and room for one":  {"abc", 1, groupCalls, 0, 0},
		"many calls, different and room for some": {"abcdef", 3, groupCalls, 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			caps := capability.Capabilities{MaxRecipients: 12, Kinds: []capability.Kind{{Kind: "text", MaxRecipients: 5}, {Kind: "reaction", MaxRecipients: 1}}}
			c := start(t, setup{}, &fakeSender{}).channels[first]
			c.open("+15550100001", caps)
			l := c.lane.Load()
			l.mu.Lock()
			defer l.mu.Unlock()
			for i, r := range test.queue {
				m := &message.Message{Type: "text", Text: &message.Text{Body: string(r)}}
				if r < 'a' {
					m = &message.Message{Type: "reaction", Reaction: &message.Reaction{MessageId: string(r), Emoji: proto.String("x")}}
				}
				c.queue.push(&delivery{id: fmt.Sprint(i), message: m, channel: c})
			}
			c.inFlight, c.calls = c.window.current()-test.room, test.calls
			require.Equal(t, test.want, c.ready())
			require.Equal(t, test.want, c.ready(), "looking changes nothing")
			if test.want > 0 {
				require.Equal(t, test.requests, c.pack.requests)
			}
			c.queue, c.inFlight, c.calls = queue{}, 0, 0
		})
	}
}

// TestDifferentContentsDoNotGather checks that messages of different contents do not wait for the calls that are under way, and that
// nothing is counted when all has ended.
func TestDifferentContentsDoNotGather(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		arrived, release := make(chan int, 100), make(chan struct{})
		answer := sync.OnceFunc(func() { close(release) })
		defer answer()
		sender := &fakeSender{send: func(ch addr.Channel, batches []message.Batch, settle func(outcome.Outcome)) error {
			arrived <- len(batches)
			<-release
			return each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })(ch, batches, settle)
		}}
		d := start(t, setup{caps: capability.Capabilities{MaxRecipients: 100}}, sender)
		accepted := 0
		results := make(chan Result, 100)
		submit := func(i int, body string) {
			accepted++
			d.Submit(t.Context(), requestText(d, i, "p.first", body), func(r Result) { results <- r })
			synctest.Wait() // until the lane waits again
		}
		for i := range groupCalls {
			submit(i, "to all")
			require.Equal(t, 1, <-arrived)
		}
		submit(100, "to one")
		require.Empty(t, arrived, "a message waits for others like it")
		submit(101, "to another")
		require.Len(t, arrived, 1, "two that share no request do not")
		require.Equal(t, 2, <-arrived)
		answer()
		for range accepted {
			require.NotNil(t, (<-results).Outcome.Accepted)
		}
		d.Close()
		c := d.channels[first]
		require.Zero(t, c.inFlight)
		require.Zero(t, c.calls)
	})
}

// TestRequestsOfACall counts the requests of a call to a vendor that takes groups of five.
func TestRequestsOfACall(t *testing.T) {
	t.Parallel()
	c := start(t, setup{}, &fakeSender{}).channels[first]
	c.open("+15550100001", capability.Capabilities{MaxRecipients: 5})
	var open []*delivery
	for i := range 9 {
		open = append(open, &delivery{id: fmt.Sprint(i), message: &message.Message{Type: "text", Text: &message.Text{Body: fmt.Sprint(i / 7)}}, job: &job{}})
	}
	u := newUnderWay(c, open, messageBatches(first.Provider, open, true), true)
	require.Equal(t, 3, u.left, "seven recipients of a content, and two of another")
	u.begin()
	require.Equal(t, 3, c.window.state().UnderWay)
	var ended []int
	for i, dl := range open[:8] {
		if u.answered(dl, outcome.Accept("v")) {
			ended = append(ended, i)
		}
	}
	require.Equal(t, []int{1, 6}, ended)
	require.Equal(t, 1, u.land())
	require.Zero(t, c.window.state().UnderWay)
}
