// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// everyKind returns the checks that try every declared kind of message on a process of their own.
func everyKind() []suite.Check {
	return suite.Slow([]suite.Check{
		{
			ID: "retry/refused-kinds", Level: report.Core, Isolation: suite.Own, Run: refusedKinds,
			Requirement: "While connections are refused, a message of any kind is rejected as safe to try again, and nothing of it is sent later.",
			Control:     "Messages are accepted before and afterwards.",
			Kills:       []string{"queues-refused-media"},
		},
		{
			ID: "retry/no-late-request", Level: report.Core, Isolation: suite.Own, Run: noLateRequest,
			Requirement: "Once a send has its outcome, the provider makes no further request for it.",
			Kills:       []string{"resends-in-the-background"},
			Note:        "The check waits for a few seconds. A request that comes later, while the suite still runs, is a violation of the run.",
		},
		{
			ID: "retry/over-https", Level: report.Core, Isolation: suite.Own, Run: overHTTPS,
			Requirement: "Over HTTPS a message of any kind is sent once, whatever becomes of the answer, and a lost answer is an unknown outcome.",
			Control:     "A message over TLS with a trusted certificate is accepted.",
			Kills:       []string{"resends-over-https"},
		},
	}...)
}

// kinds returns a minimal message of each declared kind that the suite can make.
func kinds(e *suite.Env) []*message.Message {
	var out []*message.Message
	for _, k := range e.Facts().Capabilities.Kinds {
		if m := e.Minimal(k.Kind); m != nil {
			out = append(out, m)
		}
	}
	return out
}

func refusedKinds(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	if err := e.Emulator().Script("", emulator.MustFault("refuse")); err != nil {
		e.Blocked("%v", err)
	}
	var refused []suite.Sent
	for _, m := range kinds(e) {
		for range 2 {
			s := e.Send(ctx, m, suite.SendOptions{})
			if r := s.Rejected(); r == nil || r.Retry == outcome.RetryNever || r.Reason != outcome.ReasonVendorUnavailable {
				e.Failf(m.Kind(), "rejected as vendor_unavailable, safe to try again", "%s", s)
			}
			refused = append(refused, s)
		}
	}
	if err := e.Emulator().Reset(); err != nil {
		e.Blocked("%v", err)
	}
	for _, m := range kinds(e) {
		if s := e.Send(ctx, m, suite.SendOptions{}); !s.Accepted() || s.Deliveries != 1 {
			e.Failf(m.Kind(), "accepted, now that the vendor listens again", "%s", s)
		}
	}
	for _, s := range refused {
		if sent := e.Exchanges(s.To); len(sent) > 0 {
			e.Failf("wire", "no request for a message that was rejected as not sent", "%d to %s", len(sent), s.To.Address)
		}
	}
}

// lateWait is how long the suite waits for requests that should not come.
const lateWait = 2500 * time.Millisecond

func noLateRequest(ctx context.Context, e *suite.Env) {
	var (
		mu   sync.Mutex
		sent []suite.Sent
		wg   sync.WaitGroup
	)
	for _, m := range kinds(e) {
		for _, fault := range []string{"ok", "status(400)", "deliver_then(reset_after_request)", "deliver_then(status(500))", "status(503)", "retry_after(1)"} {
			wg.Go(func() {
				s := e.Send(ctx, m, wire.Faulty(fault))
				mu.Lock()
				defer mu.Unlock()
				sent = append(sent, s)
			})
		}
	}
	wg.Wait()
	seen := e.Emulator().Counts().Requests
	wait, cancel := context.WithTimeout(ctx, lateWait)
	defer cancel()
	if e.Emulator().Wait(wait, seen+1) == nil {
		e.Failf("wire", "no request after all sends have their outcomes", "another one")
	}
	for _, s := range sent {
		if n := len(e.Exchanges(s.To)); n > len(s.Exchanges) {
			e.Failf("wire", fmt.Sprintf("%d requests to %s", len(s.Exchanges), s.To.Address), "%d", n)
		}
	}
}

func overHTTPS(ctx context.Context, e *suite.Env) {
	emu := e.StartEmulator(emulator.Options{TLS: emulator.CertValid})
	other := e.MustProcess(ctx, suite.StationOptions{Emulator: emu, Env: e.Trust(emu)})
	other.Control(ctx)
	for _, m := range kinds(e) {
		for _, fault := range []string{"reset_after_request", "accept_then_close", "status(500)", "reset_before_headers"} {
			// The connection is used once more before the fault, because clients repeat requests on used connections.
			other.Send(ctx, m, suite.SendOptions{})
			s := other.Send(ctx, m, wire.Faulty("deliver_then("+fault+")", "deliver_then("+fault+")"))
			at := m.Kind() + ", " + fault
			if len(s.Exchanges) != 1 || s.Deliveries != 1 {
				e.Failf(at, "one request, one delivery", "%d requests, %d deliveries", len(s.Exchanges), s.Deliveries)
			}
			if !s.Unknown() {
				e.Failf(at, "unknown: the vendor took the message", "%s", s)
			}
		}
	}
}
