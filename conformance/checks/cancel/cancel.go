// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package cancel holds the checks of cancellation and deadlines.
package cancel

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	all := []suite.Check{
		{
			ID: "cancel/before-send", Level: report.Core, Run: beforeSend,
			Requirement: "A send whose call is already over makes no vendor request and is never reported as accepted.",
			Kills:       []string{"accepts-before-the-answer"},
		},
		{
			ID: "cancel/in-flight", Level: report.Core, Isolation: suite.Own, Run: inFlight,
			Requirement: "When a send is cancelled while the vendor is silent, the provider closes its connection to the vendor within the grace.",
			Kills:       []string{"ignores-cancellation"},
			Note:        "A cancelled call carries no answer over gRPC: that the outcome is unknown is seen by deadline/propagated, where the provider can still answer.",
		},
		{
			ID: "cancel/during-upload", Level: report.Cap, Provisional: true, Needs: suite.Never("media by bytes"),
			Requirement: "A cancelled upload stops, and the message that needs it is never sent.",
			Note:        "A message names media by link or id, so no message needs an upload and no provider can declare it.",
		},
		{
			ID: "cancel/during-backoff", Level: report.Core, Isolation: suite.Own, Run: duringBackoff,
			Requirement: "The provider does not wait before it tries again: the vendor's request to wait is answered at once.",
			Kills:       []string{"sleeps-through-backoff"},
			Note:        "A wahost provider never retries: the host does. So a cancelled backoff is seen as no backoff at all.",
		},
		{
			ID: "deadline/propagated", Level: report.Core, Isolation: suite.Own, Run: propagated,
			Requirement: "If the vendor is slower than the deadline, the call returns by the deadline and the grace, and no outcome says that nothing was sent.",
			Kills:       []string{"ignores-cancellation"},
		},
		{
			ID: "deadline/not-shortened", Level: report.Rec, Isolation: suite.Own, Run: notShortened,
			Requirement: "The provider waits 3 s for an answer of the vendor if the deadline is 15 s.",
			Kills:       []string{"hidden-timeout"},
			Note:        "The vendor takes 3 s of a deadline of 15 s, so that a run stays short.",
		},
		{
			ID: "deadline/none", Level: report.Core, Isolation: suite.Own, Run: noDeadline,
			Requirement: "A call without a deadline works, and ends when it is cancelled.",
			Kills:       []string{"ignores-cancellation"},
		},
		{
			ID: "cancel/isolated", Level: report.Core, Isolation: suite.Own, Run: isolated,
			Requirement: "Cancelling one send does not affect the others.",
			Kills:       []string{"one-at-a-time"},
		},
	}
	for i := range all {
		if all[i].Needs == nil {
			all[i].Needs = suite.NeedsAnyKind
		}
	}
	return suite.Slow(all...)
}

func sample(e *suite.Env) *message.Message { return e.Minimal(e.Facts().AnyKind()) }

func hang() emulator.Fault { return emulator.MustFault("hang") }

// begin starts a send that the vendor does not answer, and waits until the vendor has the request.
func begin(ctx context.Context, e *suite.Env, to message.Recipient) (<-chan suite.Sent, context.CancelFunc) {
	e.Control(ctx)
	ctx, cancel := context.WithCancel(ctx)
	seen := e.Emulator().Counts().Requests
	sent := make(chan suite.Sent, 1)
	if err := e.Emulator().ScriptFor(to.Address, hang()); err != nil {
		cancel()
		e.Blocked("the fault cannot be played: %v", err)
	}
	go func() { sent <- e.Send(ctx, sample(e), suite.SendOptions{To: to, Timeout: 15 * time.Second}) }()
	wait, stop := context.WithTimeout(ctx, 5*time.Second)
	defer stop()
	if e.Emulator().Wait(wait, seen+1) != nil {
		cancel()
		e.Fatalf("wire", "a vendor request", "none within 5s")
	}
	return sent, cancel
}

func beforeSend(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	over, cancel := context.WithCancel(ctx)
	cancel()
	if s := e.Send(over, sample(e), suite.SendOptions{}); s.Accepted() || len(s.Exchanges) > 0 {
		e.Failf("outcome", "not accepted, and no vendor request", "%s, %d requests", s, len(s.Exchanges))
	}
	// Some of these calls end before the vendor receives a request, some after. None may be accepted, and only those
	// without a vendor request may be rejected.
	for timeout := 200 * time.Microsecond; timeout < 50*time.Millisecond; timeout += timeout / 4 {
		s := e.Send(ctx, sample(e), suite.SendOptions{Timeout: timeout, Faults: []emulator.Fault{emulator.MustFault("slow(300)")}})
		if s.Accepted() {
			e.Failf("outcome", "not accepted: the call was over before the vendor answered", "%s", s)
		}
		e.Control(ctx) // a delayed request would have arrived by now
		if n := len(e.Exchanges(s.To)); s.Rejected() != nil && n > 0 {
			e.Failf("outcome", "unknown, because the vendor was asked", "%s, %d requests", s, n)
		}
	}
}

func inFlight(ctx context.Context, e *suite.Env) {
	to := e.Recipient()
	sent, cancel := begin(ctx, e, to)
	cancel()
	start := time.Now()
	s := <-sent
	if late := time.Since(start); late > e.Grace() {
		e.Failf("time", "the call ends within "+e.Grace().String(), "after %s", late)
	}
	if s.Accepted() {
		e.Failf("outcome", "not accepted: the vendor never answered", "%s", s)
	}
	if r := s.Rejected(); r != nil {
		e.Failf("outcome", "unknown: the vendor had the request", "%s", s)
	}
	released(ctx, e)
	if n := len(e.Exchanges(to)); n != 1 {
		e.Failf("wire", "one vendor request", "%d", n)
	}
}

func duringBackoff(ctx context.Context, e *suite.Env) {
	e.Control(ctx) // the first request also connects
	s := e.Send(ctx, sample(e), suite.SendOptions{Timeout: 15 * time.Second, Faults: []emulator.Fault{
		emulator.MustFault("retry_after(4)"), emulator.MustFault("retry_after(4)"),
	}})
	if limit := 2 * e.Grace(); s.Elapsed > limit {
		e.Failf("time", "the vendor's request to wait is answered at once, within "+limit.String(), "after %s", s.Elapsed)
	}
	if n := len(s.Exchanges); n != 1 {
		e.Failf("wire", "one vendor request", "%d", n)
	}
	if s.Accepted() {
		e.Failf("outcome", "not accepted", "%s", s)
	}
}

func propagated(ctx context.Context, e *suite.Env) {
	const deadline = 400 * time.Millisecond
	s := e.Send(ctx, sample(e), suite.SendOptions{Timeout: deadline, Faults: []emulator.Fault{hang()}})
	if s.Elapsed > deadline+e.Grace() {
		e.Failf("time", "the call ends by its deadline of "+deadline.String(), "after %s", s.Elapsed)
	}
	switch {
	case len(s.Exchanges) != 1:
		e.Failf("wire", "one vendor request", "%d", len(s.Exchanges))
	case s.Accepted():
		e.Failf("outcome", "unknown, or DEADLINE_EXCEEDED", "%s", s)
	case s.Rejected() != nil:
		e.Failf("outcome", "unknown, or DEADLINE_EXCEEDED: the vendor had the request", "%s", s)
	case s.Err != nil && s.Code() != codes.DeadlineExceeded && s.Code() != codes.Canceled:
		e.Failf("status", "DEADLINE_EXCEEDED", "%s", s)
	}
	released(ctx, e)
}

// released checks that the provider has no vendor request under way.
func released(ctx context.Context, e *suite.Env) {
	ctx, cancel := context.WithTimeout(ctx, 2*e.Grace())
	defer cancel()
	if err := e.Emulator().WaitConnections(ctx, func(_, busy int) bool { return busy == 0 }); err != nil {
		_, busy := e.Emulator().Connections()
		e.Failf("connection", "the provider ends its requests to the vendor with the call", "%d are still under way", busy)
	}
}

func notShortened(ctx context.Context, e *suite.Env) {
	s := e.Send(ctx, sample(e), suite.SendOptions{Timeout: 15 * time.Second, Faults: []emulator.Fault{emulator.MustFault("slow(3000)")}})
	if !s.Accepted() || s.Deliveries != 1 {
		e.Failf("outcome", "accepted and delivered: the vendor took 3s of 15s", "%s, %d deliveries", s, s.Deliveries)
	}
}

func noDeadline(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	to := e.Recipient()
	d := message.Delivery{DeliveryID: e.DeliveryID(), To: to}
	batch := []message.Batch{{Message: message.Content(sample(e)), Deliveries: []message.Delivery{d}}}
	free, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	// The time limit of the check bounds the call, without a deadline that the provider can see.
	unhook := context.AfterFunc(ctx, cancel)
	defer unhook()
	accepted := false
	if err := e.Client().SendMessages(free, e.ChannelID(), batch, func(o outcome.Outcome) { accepted = o.Accepted != nil }); err != nil || !accepted {
		e.Failf("outcome", "accepted without a deadline", "accepted %t, %v", accepted, err)
	}
	sent, stop := begin(free, e, e.Recipient())
	stop()
	start := time.Now()
	<-sent
	if late := time.Since(start); late > e.Grace() {
		e.Failf("time", "the call ends when it is cancelled", "after %s", late)
	}
	released(ctx, e)
}

func isolated(ctx context.Context, e *suite.Env) {
	cancelled, cancel := begin(ctx, e, e.Recipient())
	beside := make(chan suite.Sent, 1)
	to := e.Recipient()
	seen := e.Emulator().Counts().Requests
	go func() {
		beside <- e.Send(ctx, sample(e), suite.SendOptions{To: to, Faults: []emulator.Fault{emulator.MustFault("slow(300)")}})
	}()
	wait, stop := context.WithTimeout(ctx, 5*time.Second)
	defer stop()
	if err := e.Emulator().Wait(wait, seen+1); err != nil {
		e.Failf("wire", "a second send goes on beside one that hangs", "no vendor request: %v", err)
	}
	cancel()
	<-cancelled
	if s := <-beside; !s.Accepted() {
		e.Failf("outcome", "the send beside it is accepted", "%s", s)
	}
}
