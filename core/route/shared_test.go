// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package route

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

// A decision about a content that was made before equals one that is made afresh, for every recipient and state of the channels.
func TestSharedDecisions(t *testing.T) {
	t.Parallel()
	both := []addr.Channel{textOnly, full}
	rest := config.Route{Name: "rest", Channels: both}
	tables := map[string][]config.Route{
		"one route":   {rest},
		"kinds":       {{Name: "images", Match: config.Match{Kinds: set("image")}, Channels: []addr.Channel{full}}, rest},
		"recipients":  {{Name: "vip", Match: config.Match{Recipients: set("+15550100009")}, Channels: []addr.Channel{full}}, rest},
		"countries":   {{Name: "india", Match: config.Match{Countries: set("IN")}, Channels: []addr.Channel{full}}, rest},
		"a condition": {{Name: "odd", When: func(f *config.Facts) (bool, error) { return len(f.To.Address)%2 == 1, nil }, Channels: []addr.Channel{full}}, rest},
		"weights":     {{Name: "drawn", Channels: both, Weights: []int{1, 1}, Strategy: config.StrategyWeighted, Sticky: true}},
		"unhealthy":   {{Name: "rest", Channels: []addr.Channel{down, textOnly}}},
		"no route":    nil,
	}
	recipients := []message.Recipient{
		{Kind: message.RecipientPhone, Address: "+15550100001"}, {Kind: message.RecipientPhone, Address: "+15550100009"},
		{Kind: message.RecipientPhone, Address: "+919900112233"}, {Kind: message.RecipientPhone, Address: "+1555010000"},
		{Kind: message.RecipientUser, Address: "US.1"}, {Kind: message.RecipientPhone, Address: "+4915112345678"},
	}
	messages := map[string]*message.Message{
		"text":  {Type: "text", Text: &message.Text{Body: "hi"}},
		"later": {Type: "text", Text: &message.Text{Body: "hi"}, Wahost: &message.Extension{SendAt: timestamppb.New(now)}},
	}
	other := catalog.Channel{Checker: capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "image"}}})}
	snapshots := []*catalog.Snapshot{snapshot(), snapshot().With(map[addr.Channel]catalog.Channel{textOnly: other})}
	for name, routes := range tables {
		for kind, m := range messages {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				table := NewTable(routes, nil, nil)
				content, err := table.NewContent(m)
				require.NoError(t, err)
				var d Decision
				for _, snap := range snapshots {
					for _, moment := range []int{-5, 0, 5} {
						for _, to := range recipients {
							at := now.Add(time.Duration(moment) * time.Second)
							f := content.For(to, at, 7)
							table.Choose(&f, snap, &d)
							fresh, err := table.NewContent(m)
							require.NoError(t, err)
							g := fresh.For(to, at, 7)
							var want Decision
							table.Choose(&g, snap, &want)
							require.Equal(t, want.Route, d.Route)
							require.Equal(t, want.NoRoute, d.NoRoute)
							require.Equal(t, channelsOf(want.Candidates), channelsOf(d.Candidates))
							require.Len(t, d.Skipped, len(want.Skipped))
						}
					}
				}
			})
		}
	}
}

func channelsOf(candidates []Candidate) []addr.Channel {
	var all []addr.Channel
	for _, c := range candidates {
		all = append(all, c.Channel)
	}
	return all
}

// Recipients with equal decisions have one in common, which is what Choose says, and others have others.
func TestCommonDecisions(t *testing.T) {
	t.Parallel()
	table := NewTable([]config.Route{
		{Name: "india", Match: config.Match{Countries: set("IN")}, Channels: []addr.Channel{full}},
		{Name: "vip", Match: config.Match{Recipients: set("+15550100009")}, Channels: []addr.Channel{full}},
		{Name: "far", Match: config.Match{Countries: set("US")}, Channels: []addr.Channel{down, full}},
		{Name: "rest", Channels: []addr.Channel{textOnly, full}},
	}, nil, nil)
	content, err := table.NewContent(&message.Message{Type: "text", Text: &message.Text{Body: "hi"}})
	require.NoError(t, err)
	require.True(t, content.ByRecipient())
	snap := snapshot()
	common := func(snap *catalog.Snapshot, address string) *Decision {
		f := content.For(message.Recipient{Kind: message.RecipientPhone, Address: address}, now, 7)
		require.Nil(t, content.Shared(f.To.Kind, snap))
		var d Decision
		table.Choose(&f, snap, &d)
		c := content.Common(snap, &d)
		if c != nil {
			require.Equal(t, d.Route, c.Route)
			require.Equal(t, d.Candidates, c.Candidates)
		}
		return c
	}
	india, german := common(snap, "+919900112233"), common(snap, "+4915112345678")
	require.Equal(t, "india", india.Route)
	require.Equal(t, "rest", german.Route)
	require.Same(t, india, common(snap, "+919900112234"))
	require.Same(t, german, common(snap, "+33612345678"))
	require.Equal(t, "vip", common(snap, "+15550100009").Route)
	require.Nil(t, common(snap, "+12025550100"), "a channel that is down may be up in a moment")
	changed := snap.With(map[addr.Channel]catalog.Channel{textOnly: {Checker: capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}})}})
	require.NotSame(t, india, common(changed, "+919900112233"))
}

func TestTooManyCommonDecisions(t *testing.T) {
	t.Parallel()
	var routes []config.Route
	for i := range mostCommons + 1 {
		routes = append(routes, config.Route{Name: string(rune('a' + i)), Match: config.Match{Recipients: set(string(rune('a' + i)))}, Channels: []addr.Channel{full}})
	}
	table := NewTable(routes, nil, nil)
	content, err := table.NewContent(&message.Message{Type: "text", Text: &message.Text{Body: "hi"}})
	require.NoError(t, err)
	snap := snapshot()
	for i := range routes {
		f := content.For(message.Recipient{Kind: message.RecipientPhone, Address: string(rune('a' + i))}, now, 7)
		var d Decision
		table.Choose(&f, snap, &d)
		require.Equal(t, i < mostCommons, content.Common(snap, &d) != nil)
	}
}
