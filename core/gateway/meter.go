// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"time"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/meter"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/tracing"
)

// startMeter begins to count the messages that wait.
func (g *Gateway) startMeter() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	g.endMeter = func() {
		cancel()
		<-ended
	}
	go func() {
		defer close(ended)
		ticker := time.NewTicker(meter.Step)
		defer ticker.Stop()
		for {
			g.countWaiting(ctx)
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	}()
}

// countWaiting records how many messages wait, unless the store cannot tell soon.
func (g *Gateway) countWaiting(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	counts, err := g.store.Counts(ctx)
	if err != nil {
		g.log.Debug("waiting messages cannot be counted", "error", err)
		return
	}
	g.shared.meter.Waits(time.Now(), counts[store.StateReady])
}

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
