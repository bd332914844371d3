// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package errorclass holds the checks of how a provider reports a vendor's refusals.
package errorclass

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Checks returns the checks of refusals: one for each error row of the dialect, and those for all vendors.
func Checks(f *suite.Facts) []suite.Check {
	var out []suite.Check
	for _, row := range f.Dialect.Errors {
		out = append(out, suite.Check{
			ID: "error/dialect-table/" + row.Name, Level: report.Cap, Needs: suite.NeedsKindsOf(row),
			Requirement: fmt.Sprintf("The vendor's refusal %q (%s) is reported as %s, retry %s.", row.Name, row.Source, row.Reason, row.Retry),
			Kills:       []string{"one-reason-for-all", "accepts-rejected-templates"},
			Run:         wire.Guard(func(ctx context.Context, e *suite.Env) { tableRow(ctx, e, row) }),
		})
	}
	return append(append(out, byStatus()...), byRow()...)
}

// play sends a minimal message for which the vendor plays a fault.
func play(ctx context.Context, e *suite.Env, fault string) suite.Sent {
	return e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{Faults: []emulator.Fault{emulator.MustFault(fault)}})
}

// playRow sends a minimal message of each kind that an error row is about, for which the vendor plays the row, and calls judge with
// the name of the row, with the kind where the row is about some.
func playRow(ctx context.Context, e *suite.Env, row dialect.Error, judge func(at string, s suite.Sent)) {
	kinds := e.Facts().KindsOf(row)
	for _, kind := range kinds {
		at := row.Name
		if len(row.Kinds) > 0 || len(kinds) > 1 {
			at += ": " + kind
		}
		judge(at, e.Send(ctx, e.Minimal(kind), suite.SendOptions{Faults: []emulator.Fault{emulator.MustFault("error(" + row.Name + ")")}}))
	}
}

func tableRow(ctx context.Context, e *suite.Env, row dialect.Error) {
	playRow(ctx, e, row, func(at string, s suite.Sent) {
		where := func(what string) string { return strings.TrimPrefix(at+": "+what, row.Name+": ") }
		r := s.Rejected()
		switch {
		case r == nil:
			e.Failf(where("outcome"), "rejected: "+string(row.Reason), "%s", s)
			return
		case r.Reason != row.Reason:
			e.Failf(where("reason"), string(row.Reason), "%s", r.Reason)
		case r.Retry != row.Retry:
			e.Failf(where("retry"), string(row.Retry), "%s", r.Retry)
		}
		if row.RetryAfter > 0 && r.RetryAfter != row.RetryAfter {
			e.Failf(where("retry_after"), row.RetryAfter.String(), "%s", r.RetryAfter)
		}
	})
}

func byStatus() []suite.Check {
	return wire.Guarded(
		suite.Check{
			ID: "error/unlisted-4xx", Level: report.Core, Run: unlistedRefusal,
			Requirement: "A refusal that is not documented is rejected for good and not taken for an outage.",
			Kills:       []string{"client-error-as-transient"},
		},
		suite.Check{
			ID: "error/unlisted-5xx", Level: report.Core, Run: unlistedFailure,
			Requirement: "A server error that is not documented is an outage or leaves the outcome unknown, and is not a refusal.",
			Kills:       []string{"server-error-as-permanent", "server-error-as-safe"},
		},
		suite.Check{
			ID: "error/200-with-error", Level: report.Core, Run: okWithError,
			Requirement: "HTTP 200 with the body of an error is not a success.",
			Kills:       []string{"success-on-vendor-error"},
		},
		suite.Check{
			ID: "error/4xx-without-body", Level: report.Core, Run: withoutBody,
			Requirement: "If an answer has no body, its status alone decides.",
			Kills:       []string{"client-error-as-transient"},
		},
		suite.Check{
			ID: "error/html-page", Level: report.Core, Run: htmlPage,
			Requirement: "The page of a proxy is judged by its status, and its text is not repeated at length.",
			Kills:       []string{"quotes-html"},
		},
		suite.Check{
			ID: "error/429-forms", Level: report.Core, Run: rateForms,
			Requirement: "Retry-After as seconds, as a date, missing, unreadable or of years leads to the same advice, to wait at most 24 h.",
			Kills:       []string{"drops-retry-after", "retry-after-unbounded", "rate-limit-as-permanent"},
			Note:        "The error rows of the dialect try what the vendor has instead of the header.",
		},
		suite.Check{
			ID: "error/auth-expired", Level: report.Core, Run: authExpired,
			Requirement: "An expired credential is unauthenticated, after one request. An access token that the vendor refused is not used again.",
			Kills:       []string{"retries-client-error", "fails-on-refused-key"},
		},
		suite.Check{
			ID: "error/message-quality", Level: report.Rec, Run: quality,
			Requirement: "The text of a refusal is a sentence of at most 2000 bytes without a stack trace.",
			Kills:       []string{"stack-trace-in-error"},
		},
	)
}

func unlistedRefusal(ctx context.Context, e *suite.Env) {
	for _, fault := range []string{"status(418)", "status(451)", "status(499)"} {
		s := play(ctx, e, fault)
		if r := s.Rejected(); r == nil || r.Reason == outcome.ReasonVendorUnavailable || r.Retry != outcome.RetryNever {
			e.Failf(fault, "rejected, retry never", "%s", s)
		}
	}
}

func unlistedFailure(ctx context.Context, e *suite.Env) {
	for _, fault := range []string{"status(500)", "status(520)", "status(599)"} {
		s := play(ctx, e, fault)
		if r := s.Rejected(); !s.Unknown() && (r == nil || r.Reason != outcome.ReasonVendorUnavailable || r.Retry == outcome.RetrySafe) {
			e.Failf(fault, "unknown, or rejected as vendor_unavailable and not safe to send again at once", "%s", s)
		}
	}
}

func withoutBody(ctx context.Context, e *suite.Env) {
	for code, reasons := range map[int][]outcome.Reason{
		401: {outcome.ReasonUnauthenticated}, 403: {outcome.ReasonForbidden, outcome.ReasonUnauthenticated},
		429: {outcome.ReasonRateLimited}, 400: {outcome.ReasonVendorRejected, outcome.ReasonInvalidMessage},
	} {
		fault := fmt.Sprintf("status_without_body(%d)", code)
		s := play(ctx, e, fault)
		if r := s.Rejected(); r == nil || !slices.Contains(reasons, r.Reason) {
			e.Failf(fault, fmt.Sprintf("rejected with one of %v", reasons), "%s", s)
		}
	}
}

func okWithError(ctx context.Context, e *suite.Env) {
	if s := play(ctx, e, "json_empty"); s.Accepted() || !s.Answered {
		e.Failf("json_empty", "no success", "%s", s)
	}
	for _, row := range e.Dialect().Errors {
		playRow(ctx, e, row, func(at string, s suite.Sent) {
			if len(s.Exchanges) > 0 && s.Exchanges[0].Status < 300 && (s.Accepted() || !s.Answered) {
				e.Failf("error("+at+")", "no success", "%s", s)
			}
		})
	}
}

// maxText is the largest length of the text of a refusal.
const maxText = 2000

func htmlPage(ctx context.Context, e *suite.Env) {
	for fault, good := range map[string]func(suite.Sent) bool{
		"html(502)": func(s suite.Sent) bool {
			return s.Unknown() || s.Rejected() != nil && s.Rejected().Reason == outcome.ReasonVendorUnavailable
		},
		"html(403)": func(s suite.Sent) bool { return s.Rejected() != nil && s.Rejected().Retry == outcome.RetryNever },
		"html(200)": func(s suite.Sent) bool { return s.Unknown() },
	} {
		s := play(ctx, e, fault)
		if !good(s) {
			e.Failf(fault, "an outcome by the status: outage, refusal, unknown", "%s", s)
		}
		if text := words(s); strings.Contains(text, "<h1>") || len(text) > maxText {
			e.Failf(fault, "a short text without markup", "%.200s", text)
		}
	}
}

// words returns all texts of an outcome.
func words(s suite.Sent) string {
	if r := s.Rejected(); r != nil {
		return r.Detail + "\n" + r.VendorMessage
	}
	if s.Unknown() {
		return s.Outcome.Unknown.Cause
	}
	return ""
}

// maxWait is the longest reasonable retry delay.
const maxWait = 24 * time.Hour

func rateForms(ctx context.Context, e *suite.Env) {
	for fault, within := range map[string][2]time.Duration{
		"retry_after(7)":       {7 * time.Second, 7 * time.Second},
		"retry_after(date)":    {emulator.RetryAfterDate - 30*time.Second, emulator.RetryAfterDate + time.Second},
		"retry_after(none)":    {0, maxWait},
		"retry_after(garbage)": {0, maxWait},
		"retry_after(huge)":    {0, maxWait},
	} {
		s := play(ctx, e, fault)
		r := s.Rejected()
		if r == nil || r.Reason != outcome.ReasonRateLimited || r.Retry != outcome.RetryLater {
			e.Failf(fault, "rejected as rate_limited, retry after", "%s", s)
		} else if r.RetryAfter < within[0] || r.RetryAfter > within[1] {
			e.Failf(fault, fmt.Sprintf("a wait from %s to %s", within[0], within[1]), "%s", r.RetryAfter)
		}
	}
}

func authExpired(ctx context.Context, e *suite.Env) {
	s := play(ctx, e, "token_expired")
	if r := s.Rejected(); r == nil || r.Reason != outcome.ReasonUnauthenticated || r.Retry != outcome.RetryNever {
		e.Failf("outcome", "rejected as unauthenticated, retry never", "%s", s)
	}
	if len(s.Exchanges) != 1 {
		e.Failf("wire", "one request", "%d", len(s.Exchanges))
	}
	if !e.Dialect().HasTokens() || len(s.Exchanges) == 0 {
		return
	}
	// The next message has a new token.
	next := play(ctx, e, "ok")
	if !next.Accepted() {
		e.Failf("the next message", "accepted", "%s", next)
	}
	for _, x := range next.Exchanges {
		for _, a := range e.Dialect().AuthOf(x.Route) {
			if a.Token != "" && a.Header != "" && x.Header.Get(a.Header) == s.Exchanges[0].Header.Get(a.Header) {
				e.Failf("the next message", "another access token than the one that was refused", "the same one")
			}
		}
	}
}

func quality(ctx context.Context, e *suite.Env) {
	for _, fault := range []string{"status(400)", "status(401)", "status(503)", "garbage", "reset_after_request"} {
		s := play(ctx, e, fault)
		text := strings.TrimSpace(strings.SplitN(words(s), "\n", 2)[0])
		if text == "" || len(text) > maxText {
			e.Failf(fault, "a sentence", "%d bytes", len(text))
		}
		for _, trace := range []string{"goroutine ", ".go:", "Traceback", "Exception in", "at java."} {
			if strings.Contains(words(s), trace) {
				e.Failf(fault, "no stack trace", "%.200s", words(s))
			}
		}
	}
}

func byRow() []suite.Check {
	return wire.Guarded(
		suite.Check{
			ID: "error/scope", Level: report.Cap, Needs: needsRow("a scope", withScope), Run: forRows(withScope, scope),
			Requirement: "The outcome tells whether a refusal is about the message, the recipient, the sender or the account.",
			Kills:       []string{"one-scope-for-all"},
		},
		suite.Check{
			ID: "error/window-closed", Level: report.Cap, Needs: needsRow("reason outside_service_window", outsideWindow), Run: forRows(outsideWindow, windowClosed),
			Requirement: "A message outside of the service window is refused as such and is never retried.",
			Kills:       []string{"window-as-transient"},
		},
		suite.Check{
			ID: "error/vendor-code-kept", Level: report.Core, Needs: needsRow("a code", withCode), Run: forRows(withCode, codeKept),
			Requirement: "The vendor's code and words are in the outcome.",
			Kills:       []string{"hides-vendor-code"},
		},
		suite.Check{
			ID: "error/async-same-class", Level: report.Cap, Needs: needsRow("asynchronous = true", asynchronous), Run: forRows(asynchronous, asyncSame),
			Requirement: "A code means the same in a status webhook as in an answer.",
			Kills:       []string{"hides-status-error"},
		},
		suite.Check{
			ID: "error/per-item", Level: report.Cap, Run: perItem,
			Requirement: "Of messages that are sent together each one has an outcome of its own.",
			Kills:       []string{"answers-twice"},
		},
	)
}

func withScope(r dialect.Error) bool     { return r.Scope != "" }
func withCode(r dialect.Error) bool      { return r.Code != "" }
func asynchronous(r dialect.Error) bool  { return r.Asynchronous }
func outsideWindow(r dialect.Error) bool { return r.Reason == outcome.ReasonOutsideServiceWindow }

// rowsOf returns the error rows of the dialect for which pick returns true.
func rowsOf(f *suite.Facts, pick func(dialect.Error) bool) []dialect.Error {
	return slices.DeleteFunc(slices.Clone(f.Dialect.Errors), func(r dialect.Error) bool { return !pick(r) })
}

// needsRow returns a Check.Needs: the dialect must have an error row for which pick returns true.
func needsRow(what string, pick func(dialect.Error) bool) func(*suite.Facts) string {
	return func(f *suite.Facts) string {
		if len(rowsOf(f, pick)) == 0 {
			return "an error row of the dialect with " + what
		}
		return suite.NeedsAnyKind(f)
	}
}

// forRows returns a Check.Run for the error rows for which pick returns true.
func forRows(pick func(dialect.Error) bool, run func(context.Context, *suite.Env, []dialect.Error)) func(context.Context, *suite.Env) {
	return func(ctx context.Context, e *suite.Env) { run(ctx, e, rowsOf(e.Facts(), pick)) }
}

func scope(ctx context.Context, e *suite.Env, rows []dialect.Error) {
	for _, row := range rows {
		playRow(ctx, e, row, func(at string, s suite.Sent) {
			if r := s.Rejected(); r == nil || r.Scope != row.Scope {
				e.Failf(at, "scope "+string(row.Scope), "%s, scope %q", s, scopeOf(r))
			}
		})
	}
}

func windowClosed(ctx context.Context, e *suite.Env, rows []dialect.Error) {
	for _, row := range rows {
		playRow(ctx, e, row, func(at string, s suite.Sent) {
			if r := s.Rejected(); r == nil || r.Reason != outcome.ReasonOutsideServiceWindow || r.Retry != outcome.RetryNever {
				e.Failf(at, "rejected as outside_service_window, retry never", "%s", s)
			}
		})
	}
}

func scopeOf(r *outcome.Rejected) outcome.Scope {
	if r == nil {
		return ""
	}
	return r.Scope
}

func codeKept(ctx context.Context, e *suite.Env, rows []dialect.Error) {
	for _, row := range rows {
		playRow(ctx, e, row, func(at string, s suite.Sent) {
			r := s.Rejected()
			if r == nil {
				return // reported by error/dialect-table
			}
			if r.VendorCode != row.Code {
				e.Failf(at, "the vendor's code "+row.Code, "%q", r.VendorCode)
			}
			if r.VendorMessage == "" && len(s.Exchanges) > 0 && len(s.Exchanges[0].ResponseBody) > 0 {
				e.Failf(at, "the vendor's words", "none")
			}
		})
	}
}

func asyncSame(ctx context.Context, e *suite.Env, rows []dialect.Error) {
	for _, event := range e.Dialect().Webhook.Events {
		if event.Status != outcome.StatusFailed {
			continue
		}
		for _, row := range rows {
			_, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: wire.Text("error_code", row.Code)})
			if len(res.Events) != 1 || res.Events[0].DeliveryStatus == nil || res.Events[0].DeliveryStatus.Error == nil {
				e.Failf(row.Name, "one failed status with an error", "%d events", len(res.Events))
				continue
			}
			if got := res.Events[0].DeliveryStatus.Error; got.Reason != row.Reason {
				e.Failf(row.Name, string(row.Reason)+", as in the answer", "%s", got.Reason)
			}
		}
	}
}

// perItem sends two messages in one call, of which the vendor refuses the first.
func perItem(ctx context.Context, e *suite.Env) {
	kind := e.Facts().AnyKind()
	bad, good := e.Recipient(), e.Recipient()
	if err := e.Emulator().ScriptFor(bad.Address, emulator.MustFault("status(400)")); err != nil {
		e.Blocked("%v", err)
	}
	first, second := e.DeliveryID(), e.DeliveryID()
	other := message.Content(e.Minimal(kind))
	other.BizOpaqueCallbackData = "other" // different content, so that it is another vendor request
	sent := e.SendBatches(ctx, []message.Batch{
		{Message: message.Content(e.Minimal(kind)), Deliveries: []message.Delivery{{DeliveryID: first, To: bad}}},
		{Message: other, Deliveries: []message.Delivery{{DeliveryID: second, To: good}}},
	}, suite.SendOptions{})
	if o := sent.Outcomes[first]; len(o) != 1 || o[0].Rejected == nil {
		e.Failf("first", "rejected", "%v", o)
	}
	if o := sent.Outcomes[second]; len(o) != 1 || o[0].Accepted == nil {
		e.Failf("second", "accepted", "%v", o)
	}
}
