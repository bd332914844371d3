// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"time"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/meter"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/tracing"
)

// waiting records how many messages wait.
func (g *Gateway) waiting(messages int) { g.shared.meter.Waits(time.Now(), messages) }

// took counts the messages that are new.
func (g *Gateway) took(results []store.AcceptResult) {
	n := 0
	for _, r := range results {
		if r.Verdict == store.New {
			n++
		}
	}
	g.shared.meter.Took(time.Now(), n)
}

// attempted counts attempts, and tells about them if somebody is told.
func (g *Gateway) attempted(of store.Attempt, a dispatch.Attempt, began, ended time.Time) {
	g.shared.meter.Attempted(ended, meter.Path{Route: a.Route, Channel: a.Channel.String()}, a.Outcome.Accepted != nil)
	if t := g.options.Tracer; t.On() {
		t.Attempted(of.ID, of.N, tracing.Span{Began: began, Ended: ended}, a.Channel.String(), a.Route, a.Outcome)
	}
}
