// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package retry holds the checks that no message arrives twice. A provider never repeats a request by itself. The host
// does, depending on the outcome. So one send is one request, and the outcome shows whether the request may have
// arrived.
package retry

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/outcome"
)

const hostRetries = "only the host repeats requests, so the check is that one send makes one request"

// Checks returns the checks of at-most-once delivery.
func Checks(*suite.Facts) []suite.Check {
	return wire.Guarded(append(everyKind(),
		suite.Check{
			ID: "retry/at-most-once", Level: report.Core, Run: atMostOnce,
			Requirement: "Whatever goes wrong, the vendor takes a message at most once.",
			Kills:       []string{"retries-after-reset", "retries-server-error", "sends-twice"},
			Note:        "Every other send of the suite is counted as well.",
		},
		suite.Check{
			ID: "retry/refused-connection", Level: report.Core, Isolation: suite.Own, Slow: true, Run: refusedConnection,
			Requirement: "A send whose connection was refused is rejected as safe to try again.",
			Kills:       []string{"refused-as-unknown"},
		},
		suite.Check{
			ID: "retry/reset-after-request", Level: report.Core, Run: once("reset_after_request"),
			Requirement: "If the connection is reset after the request, the outcome is unknown and there is only one request.",
			Kills:       []string{"retries-after-reset", "claims-unsent", "timeout-is-success"},
		},
		suite.Check{
			ID: "retry/timeout-after-request", Level: report.Core, Slow: true, Run: timeout,
			Requirement: "If the vendor never answers, the outcome is unknown and there is only one request.",
			Kills:       []string{"retries-after-timeout"},
		},
		suite.Check{
			ID: "retry/5xx-accepted", Level: report.Core, Run: once("status(500)"),
			Requirement: "If the vendor takes a message and then answers with a server error, the outcome is unknown and there is only one request.",
			Kills:       []string{"retries-server-error", "server-error-as-safe"},
		},
		suite.Check{
			ID: "retry/idempotency-key", Level: report.Cap, Needs: needsIdempotency, Run: idempotencyKey,
			Requirement: "The idempotency key is in the declared place, stays the same for one delivery, and differs between deliveries.",
			Kills:       []string{"new-key-each-time", "one-key-for-a-recipient"},
		},
		suite.Check{
			ID: "retry/idempotency-off", Level: report.Core, Needs: needsNoIdempotency, Run: idempotencyOff,
			Requirement: "If the vendor has no idempotency, no header of a request claims it.",
			Kills:       []string{"claims-idempotency"},
		},
		suite.Check{
			ID: "retry/no-retry-on-never", Level: report.Core, Run: noRetry,
			Requirement: "A message that must not be retried is sent to the vendor only once.",
			Kills:       []string{"retries-client-error"},
		},
		suite.Check{
			ID: "retry/bounded", Level: report.Core, Run: bounded,
			Requirement: "During an outage a send makes one request and answers within twice the grace.",
			Kills:       []string{"retries-server-error", "retries-in-silence"},
			Note:        hostRetries,
		},
		suite.Check{
			ID: "retry/attempts-truthful", Level: report.Core, Run: attempts,
			Requirement: "The attempts in the outcome are the number of requests to the vendor.",
			Kills:       []string{"lies-about-attempts"},
		},
		suite.Check{
			ID: "retry/respect-retry-after", Level: report.Core, Run: respect,
			Requirement: "If the vendor asks to wait, nothing more is sent and the outcome passes the time on.",
			Kills:       []string{"drops-retry-after"},
			Note:        hostRetries,
		},
		suite.Check{
			ID: "retry/redirect-post", Level: report.Core, Isolation: suite.Own, Run: redirects,
			Requirement: "307 and 308 send the message at most once more; 301, 302 and 303 must not be reported as success.",
			Kills:       []string{"follows-redirects-with-get"},
		},
	)...)
}

func needsIdempotency(f *suite.Facts) string {
	if !f.Dialect.Idempotency.Supported {
		return "idempotency in the dialect"
	}
	return suite.NeedsAnyKind(f)
}

func needsNoIdempotency(f *suite.Facts) string {
	if f.Dialect.Idempotency.Supported {
		return "a vendor without idempotency"
	}
	return suite.NeedsAnyKind(f)
}

func play(ctx context.Context, e *suite.Env, o suite.SendOptions, faults ...string) suite.Sent {
	for _, f := range faults {
		o.Faults = append(o.Faults, emulator.MustFault(f))
	}
	return e.Send(ctx, e.Minimal(e.Facts().AnyKind()), o)
}

// atMostOnce lets the vendor accept the message and play a fault. The same fault follows for a second request.
func atMostOnce(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, fault := range []string{
		"reset_after_request", "reset_before_headers", "accept_then_close", "garbage_then_close", "status(500)", "status(502)", "status(503)",
		"status(504)", "status(429)", "status(408)", "status(425)", "garbage", "empty_200", "json_null", "html(502)",
	} {
		s := play(ctx, e, suite.SendOptions{}, "deliver_then("+fault+")")
		if s.Deliveries != 1 || len(s.Exchanges) != 1 {
			e.Failf(fault, "one request, one delivery", "%d requests, %d deliveries", len(s.Exchanges), s.Deliveries)
		}
		if !s.Answered {
			e.Failf(fault, "an outcome", "%s", s)
		}
	}
}

func refusedConnection(ctx context.Context, e *suite.Env) {
	if err := e.Emulator().Script("", emulator.MustFault("refuse")); err != nil {
		e.Blocked("%v", err)
	}
	s := play(ctx, e, suite.SendOptions{})
	if r := s.Rejected(); r == nil || r.Retry == outcome.RetryNever || r.Reason != outcome.ReasonVendorUnavailable {
		e.Failf("outcome", "rejected as vendor_unavailable, safe to try again", "%s", s)
	}
	if err := e.Emulator().Reset(); err != nil {
		e.Blocked("%v", err)
	}
	if s := play(ctx, e, suite.SendOptions{}); !s.Accepted() {
		e.Failf("outcome", "accepted, now that the vendor listens again", "%s", s)
	}
}

func once(fault string) func(context.Context, *suite.Env) {
	return func(ctx context.Context, e *suite.Env) {
		s := play(ctx, e, suite.SendOptions{}, "deliver_then("+fault+")")
		if !s.Unknown() {
			e.Failf("outcome", "unknown: the vendor took the message", "%s", s)
		}
		if len(s.Exchanges) != 1 || s.Deliveries != 1 {
			e.Failf("vendor", "one request", "%d requests, %d deliveries", len(s.Exchanges), s.Deliveries)
		}
	}
}

func timeout(ctx context.Context, e *suite.Env) {
	s := play(ctx, e, suite.SendOptions{Timeout: time.Second}, "deliver_then(hang_after_read)")
	if s.Answered && !s.Unknown() {
		e.Failf("outcome", "unknown, or the call's own deadline", "%s", s)
	}
	if len(s.Exchanges) != 1 || s.Deliveries != 1 {
		e.Failf("vendor", "one request", "%d requests, %d deliveries", len(s.Exchanges), s.Deliveries)
	}
}

// keyOf returns the idempotency key of a request.
func keyOf(i dialect.Idempotency, x emulator.Exchange) string {
	if i.Header != "" {
		return x.Header.Get(i.Header)
	}
	for _, p := range trace.Flatten(trace.Raw{Header: x.Header, Body: x.Body}) {
		if p.At == i.At.String() {
			return p.Value
		}
	}
	return ""
}

func idempotencyKey(ctx context.Context, e *suite.Env) {
	i, id := e.Dialect().Idempotency, e.DeliveryID()
	first := play(ctx, e, suite.SendOptions{DeliveryID: id, Idempotent: true})
	again := play(ctx, e, suite.SendOptions{DeliveryID: id, To: first.To, Idempotent: true})
	other := play(ctx, e, suite.SendOptions{To: first.To, Idempotent: true})
	for _, s := range []suite.Sent{first, again, other} {
		if !s.Accepted() || len(s.Exchanges) != 1 {
			e.Fatalf("outcome", "accepted, one request", "%s, %d requests", s, len(s.Exchanges))
		}
	}
	a, b, c := keyOf(i, first.Exchanges[0]), keyOf(i, again.Exchanges[0]), keyOf(i, other.Exchanges[0])
	if a == "" || a != b {
		e.Failf("key", "the same key for the same delivery", "%q and %q", a, b)
	}
	if a == c {
		e.Failf("key", "another key for another delivery", "%q twice", a)
	}
	if first.Deliveries+again.Deliveries != 1 {
		e.Failf("vendor", "one delivery of both", "%d", first.Deliveries+again.Deliveries)
	}
	if other.Deliveries != 1 {
		e.Failf("vendor", "another message to the same recipient is delivered too", "%d deliveries", other.Deliveries)
	}
}

func idempotencyOff(ctx context.Context, e *suite.Env) {
	s := play(ctx, e, suite.SendOptions{})
	if !s.Accepted() {
		e.Blocked("a minimal message is not accepted: %s", s)
	}
	for _, x := range s.Exchanges {
		for name := range x.Header {
			if strings.Contains(strings.ToLower(name), "idempoten") {
				e.Failf("header "+name, "no header of idempotency: the vendor documents none", "it is there")
			}
		}
	}
}

func noRetry(ctx context.Context, e *suite.Env) {
	faults := []string{"status(400)", "status(401)", "status(403)", "status(404)", "status(422)"}
	for _, row := range e.Dialect().Errors {
		if row.Retry == outcome.RetryNever && slices.Contains(e.Facts().KindsOf(row), e.Facts().AnyKind()) {
			faults = append(faults, "error("+row.Name+")")
		}
	}
	for _, fault := range faults {
		if s := play(ctx, e, suite.SendOptions{}, fault, fault); len(s.Exchanges) != 1 {
			e.Failf(fault, "one request", "%d", len(s.Exchanges))
		}
	}
}

func bounded(ctx context.Context, e *suite.Env) {
	for _, fault := range []string{"status(503)", "status(429)", "status(502)"} {
		s := play(ctx, e, suite.SendOptions{}, slices.Repeat([]string{fault}, 20)...)
		if len(s.Exchanges) != 1 {
			e.Failf(fault, "one request", "%d", len(s.Exchanges))
		}
		if s.Elapsed > 2*e.Grace() {
			e.Failf(fault, "an answer at once", "after %s", s.Elapsed.Round(100*time.Millisecond))
		}
	}
}

func attempts(ctx context.Context, e *suite.Env) {
	for _, fault := range []string{"ok", "status(400)", "status(500)", "retry_after(3)", "reset_after_request", "garbage"} {
		s := play(ctx, e, suite.SendOptions{}, fault)
		if !s.Answered || s.Outcome.Attempts != len(s.Exchanges) {
			e.Failf(fault, fmt.Sprintf("%d attempts", len(s.Exchanges)), "%d", s.Outcome.Attempts)
		}
	}
}

func respect(ctx context.Context, e *suite.Env) {
	s := play(ctx, e, suite.SendOptions{}, "retry_after(3)")
	if len(s.Exchanges) != 1 {
		e.Failf("wire", "one request", "%d", len(s.Exchanges))
	}
	if r := s.Rejected(); r == nil || r.Retry != outcome.RetryLater || r.RetryAfter < 3*time.Second {
		e.Failf("outcome", "rejected, retry after 3 seconds", "%s", s)
	}
}

func redirects(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, code := range []int{301, 302, 303, 307, 308} {
		s := play(ctx, e, suite.SendOptions{}, fmt.Sprintf("redirect(%d, same)", code))
		if s.Accepted() && s.Deliveries != 1 {
			e.Failf(fmt.Sprint(code), "success only where the vendor took the message", "%s, %d deliveries", s, s.Deliveries)
		}
		if len(s.Exchanges) > 2 {
			e.Failf(fmt.Sprint(code), "two requests at most", "%d", len(s.Exchanges))
		}
		if s.Answered && s.Outcome.Attempts != len(s.Exchanges) && !slices.ContainsFunc(e.Emulator().Exchanges(), isGet) {
			e.Failf(fmt.Sprint(code), fmt.Sprintf("%d attempts", len(s.Exchanges)), "%d", s.Outcome.Attempts)
		}
	}
	for _, x := range e.Emulator().Exchanges() {
		if isGet(x) {
			e.Failf("wire", "no GET: a send does not become one", "GET %s", x.Path)
		}
	}
}

func isGet(x emulator.Exchange) bool { return x.Method == http.MethodGet }
