// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// lost are faults after which nobody can know whether the vendor took the message. The vendor did.
var lost = []string{"reset_after_request", "reset_before_headers", "accept_then_close", "reset_mid_answer", "status(500)", "status(502)", "status(504)"}

// unclear are faults of which the answer says nothing, or something that is wrong. The vendor took the message.
var unclear = []string{"status(503)", "status(429)", "status(408)", "garbage", "empty_200", "truncate(5)", "html(502)", "json_null"}

// patience is how long the suite waits for an answer that does not come.
const patience = 400 * time.Millisecond

// kindAtMostOnce plays each fault twice, for a small and a large message, and for a group.
func kindAtMostOnce(ctx context.Context, e *suite.Env, kind string) {
	shapes := map[string]*message.Message{"small": e.Minimal(kind), "large": large(e, kind)}
	for _, name := range []string{"small", "large"} {
		m := shapes[name]
		if s := e.Send(ctx, m, suite.SendOptions{}); !s.Accepted() {
			e.Blocked("control: the %s message is not accepted: %s", name, s)
		}
		for i, fault := range append(append([]string{"hang_after_read"}, lost...), unclear...) {
			o := wire.Faulty("deliver_then("+fault+")", "deliver_then("+fault+")")
			if fault == "hang_after_read" {
				o.Timeout = patience
			}
			s := e.Send(ctx, m, o)
			judgeLost(e, name+" message, "+fault, s, i <= len(lost))
			if ctx.Err() != nil {
				return
			}
		}
	}
	for _, fault := range append([]string{"hang_after_read"}, lost[:5]...) {
		group(ctx, e, kind, fault)
	}
}

// judgeLost reports a deviation unless a message was sent once. If nobody can know that it was, the outcome is unknown.
func judgeLost(e *suite.Env, at string, s suite.Sent, open bool) {
	if len(s.Exchanges) != 1 || s.Deliveries != 1 {
		e.Failf(at, "one request, one delivery", "%d requests, %d deliveries", len(s.Exchanges), s.Deliveries)
	}
	switch {
	case !s.Answered && strings.Contains(at, "hang"):
	case !s.Answered:
		e.Failf(at, "an outcome", "%s", s)
	case s.Accepted():
		e.Failf(at, "not accepted: no answer says so", "%s", s)
	case open && !s.Unknown():
		e.Failf(at, "unknown: the vendor took the message", "%s", s)
	}
}

// group sends to three recipients with one request, whose answer is lost.
func group(ctx context.Context, e *suite.Env, kind, fault string) {
	if e.Facts().Capabilities.Recipients(kind) < 3 {
		return
	}
	g := wire.NewGroup(e, e.Minimal(kind), 3)
	o := suite.SendOptions{}
	if fault == "hang_after_read" {
		o.Timeout = patience
	}
	if err := e.Emulator().ScriptFor(g.Deliveries[0].To.Address, wire.Faulty("deliver_then("+fault+")", "deliver_then("+fault+")").Faults...); err != nil {
		e.Blocked("the fault cannot be played: %v", err)
	}
	b := e.SendBatches(ctx, []message.Batch{g}, o)
	for i, d := range g.Deliveries {
		at := fmt.Sprintf("recipient %d of a group, %s", i+1, fault)
		sent := e.Exchanges(d.To)
		if len(sent) != 1 {
			e.Failf(at, "one request", "%d", len(sent))
		}
		if outcomes := b.Outcomes[d.DeliveryID]; len(outcomes) == 1 && len(sent) > 0 && sent[0].Fault != "" && outcomes[0].Unknown == nil {
			e.Failf(at, "unknown: the vendor took the message", "%s", suite.Sent{Answered: true, Outcome: outcomes[0]})
		}
	}
}

// large returns a full message whose texts are as long as they may be.
func large(e *suite.Env, kind string) *message.Message {
	m := full(e, kind)
	for _, leaf := range leavesOf(m) {
		limit := limitAt(e, kind, leaf.Path)
		if leaf.Form != trace.Free || limit < 24 {
			continue
		}
		if longer := trace.Set(m, leaf.Path, "q"+strings.Repeat("Lorem ipsum ", limit/12-1)+"z"); longer != nil && legalFor(e, longer) {
			m = longer
		}
	}
	return m
}

// leavesOf returns the values of a message.
func leavesOf(m *message.Message) []trace.Leaf {
	_, leaves := trace.Mark(m, trace.NewMarks(1, "leaves"))
	return leaves
}
