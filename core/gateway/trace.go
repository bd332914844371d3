// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"time"

	"github.com/wahost/wahost/core/gateway/cloudapi"
	"github.com/wahost/wahost/core/gateway/inbound"
	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/tracing"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// tracedPlanner tells how messages are planned.
type tracedPlanner struct {
	cloudapi.Planner
	tracer *tracing.Tracer
}

// Plan plans a message.
func (p tracedPlanner) Plan(ctx context.Context, n *store.NewMessage, m *message.Message) (*outcome.Rejected, error) {
	began := time.Now()
	rejected, err := p.Planner.Plan(ctx, n, m)
	reason := ""
	switch {
	case err != nil:
		reason = "not decided"
	case rejected != nil:
		reason = string(rejected.Reason)
	}
	p.tracer.Planned(n.ID, tracing.Since(began), reason)
	return rejected, err
}

// traceAccepted tells which messages are new.
func traceAccepted(t *tracing.Tracer, messages []*store.NewMessage, results []store.AcceptResult) {
	if !t.On() {
		return
	}
	now := time.Now()
	for i, r := range results {
		if r.Verdict == store.New {
			t.Accepted(messages[i], now)
		}
	}
}

// tracedRecorder tells about statuses that are recorded.
type tracedRecorder struct {
	inbound.Recorder
	tracer *tracing.Tracer
}

// eventRecorder returns what records the events of vendors.
func (g *Gateway) eventRecorder() inbound.Recorder {
	if !g.options.Tracer.On() {
		return g.store
	}
	return tracedRecorder{g.store, g.options.Tracer}
}

// Events records statuses.
func (r tracedRecorder) Events(ctx context.Context, events []store.Event) ([]store.EventResult, error) {
	began := time.Now()
	results, err := r.Recorder.Events(ctx, events)
	for i, result := range results {
		if result.Effect == store.Applied {
			r.tracer.Told(result.ID, tracing.Since(began), events[i].Scope, events[i].Status)
		}
	}
	return results, err
}

// tracePosted tells about an attempt to tell an application a status.
func tracePosted(t *tracing.Tracer, webhook string, n *outbound.Notice, status int, took time.Duration, err error) {
	if !t.On() || n.Status == nil {
		return
	}
	id, parseErr := ids.Parse(n.Key)
	if parseErr != nil {
		return
	}
	now := time.Now()
	t.Posted(id, tracing.Span{Began: now.Add(-took), Ended: now}, webhook, n.Status.Status, status, err != nil)
}
