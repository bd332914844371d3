// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

// routeChoices is how many routes are chosen in a round.
const routeChoices = 20_000

// routes measures the choice among 100 routes of which the last matches.
func (b *bench) routes(ctx context.Context) error {
	channel := addr.Channel{Provider: "pushwoosh", Name: "main"}
	var routes []config.Route
	for i := range 99 {
		routes = append(routes, config.Route{Name: fmt.Sprintf("r%d", i), Channels: []addr.Channel{channel},
			Match: config.Match{Categories: config.Set{"authentication": {}, "utility": {}}, Countries: config.Set{"IN": {}, "ID": {}, "BR": {}}}})
	}
	routes = append(routes, config.Route{Name: "last", Channels: []addr.Channel{channel}})
	table := route.NewTable(routes, nil, nil)
	snapshot := catalog.NewSnapshot(map[addr.Channel]catalog.Channel{channel: {
		Checker: capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: message.KindText}}})}})
	content, err := table.NewContent(&message.Message{Type: message.KindText, Text: &message.Text{Body: textBody}})
	if err != nil {
		return err
	}
	facts := content.For(phone(1), time.Now(), 1)
	var d route.Decision
	choose := func() { table.Choose(&facts, snapshot, &d) }
	if choose(); d.Route != "last" {
		return fmt.Errorf("the route is %q", d.Route)
	}
	many := func(context.Context) (int, error) {
		for range routeChoices {
			choose()
		}
		return routeChoices, nil
	}
	samples, err := b.alternate(ctx, family{vendor: b.vendor.pid()}, side{"choose", many}, side{"choose again", many})
	if err != nil {
		return err
	}
	b.out.add(
		newRow("choosing a route among 100, processor time", "µs", values(samples[0], sample.host), ratios(samples[1], sample.host, samples[0], sample.host), atMost(2)),
		newRow("choosing a route among 100, allocations", "", []float64{testing.AllocsPerRun(1000, choose)}, nil, atMost(0)),
	)
	return nil
}
