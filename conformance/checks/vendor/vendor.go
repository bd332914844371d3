// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package vendor holds the checks of how a provider handles a vendor that misbehaves.
package vendor

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// verdict describes which outcomes are correct after a fault.
type verdict int

const (
	// unsure means that the vendor may have accepted the message.
	unsure verdict = iota
	// taken means that the vendor accepted the message, which a provider may or may not be able to read.
	taken
	// refused means that the vendor did not accept the message, of which a provider may or may not be sure.
	refused
)

// garbage are the faults of the catalogue with the correct outcomes. Faults that other groups test are not repeated.
var garbage = []struct {
	fault string
	want  verdict
}{
	{"accept_then_close", unsure}, {"reset_before_headers", unsure}, {"reset_after_request", unsure}, {"reset_mid_answer", unsure},
	{"hang_before_read", unsure}, {"hang_after_read", unsure}, {"slow_first_byte(200)", taken}, {"dribble(64, 5)", taken},
	{"truncate(5)", unsure}, {"bad_chunk", unsure}, {"garbage", unsure}, {"garbage_then_close", unsure}, {"empty_200", unsure},
	{"no_content_type", taken}, {"wrong_content_type", taken}, {"html(200)", unsure}, {"html(503)", refused}, {"json_null", unsure},
	{"json_empty", unsure}, {"json_wrong_types", unsure}, {"json_duplicate_keys", taken}, {"json_deep(200)", unsure}, {"bom", taken},
	{"invalid_utf8", taken}, {"huge(8)", unsure}, {"gzip_bad_crc", unsure}, {"status(500)", refused},
	{"status_without_body(404)", refused}, {"echo_credentials(400)", refused}, {"redirect(302, same)", refused},
	{"redirect(307, other_host)", refused}, {"token_expired", refused}, {"retry_after(huge)", refused}, {"early_413", refused},
	{"deliver_then(empty_200)", unsure}, {"deliver_then(garbage)", unsure},
}

var notWord = regexp.MustCompile(`[^a-z0-9_]+`)

// Checks returns the checks of bad answers by the vendor.
func Checks(*suite.Facts) []suite.Check {
	rows := []suite.Check{
		{
			ID: "vendor/huge-answer", Level: report.Core, Isolation: suite.Own, Run: hugeAnswer,
			Requirement: "An answer of 100 MB and an answer without end take at most 64 MiB more memory, and no longer than the deadline and the grace.",
			Kills:       []string{"reads-without-bound"},
		},
		{
			ID: "vendor/deep-json", Level: report.Core, Run: deepJSON,
			Requirement: "After an answer that is nested 10,000 times the outcome is unknown and the process lives.",
			Kills:       []string{"success-without-id"},
		},
		{
			ID: "vendor/wrong-types", Level: report.Core, Run: wrongTypes,
			Requirement: "An answer without an id, or with something else in its place, is not a success.",
			Kills:       []string{"success-without-id", "crashes-on-null"},
		},
		{
			ID: "vendor/two-ids", Level: report.Rec, Run: twoIDs,
			Requirement: "Ids that the vendor returns beyond those asked for are kept.",
			Kills:       []string{"drops-extra-ids"},
		},
		{
			ID: "vendor/content-encoding", Level: report.Core, Isolation: suite.Own, Run: encoding,
			Requirement: "After a compressed answer with a wrong checksum, or one that expands without end, the outcome is unknown, within the deadline and the grace and 64 MiB of memory.",
			Kills:       []string{"reads-without-bound"},
		},
		{
			ID: "vendor/http1-http2", Level: report.Rec, Isolation: suite.Own, Run: http2,
			Requirement: "The provider reaches the vendor over HTTP/1.1 and HTTP/2, and a connection that is closed sends no message twice.",
			Control:     "A message over TLS with a trusted certificate is accepted.",
			Kills:       []string{"retries-after-reset"},
			Note:        "The vendor says of one request that it was not processed, so it may be sent again, and of another that it was.",
		},
		{
			ID: "vendor/slow-headers", Level: report.Core, Isolation: suite.Own, Run: slowHeaders,
			Requirement: "An answer that comes byte by byte does not defeat the deadline.",
			Kills:       []string{"ignores-cancellation", "retries-after-timeout"},
		},
		{
			ID: "vendor/redirect-loop", Level: report.Core, Run: redirectLoop,
			Requirement: "A circle of redirects ends after at most 20 requests and is not a success.",
			Kills:       []string{"follows-redirects-for-ever"},
		},
		{
			ID: "vendor/early-answer", Level: report.Core, Isolation: suite.Own, Run: earlyAnswer,
			Requirement: "An answer that comes before the request was read is understood, without a deadlock.",
			Kills:       []string{"client-error-as-transient", "retries-client-error"},
			Note:        "The longest text fits into the buffers of the system, so a client that writes everything before it reads is not noticed.",
		},
	}
	for _, g := range garbage {
		rows = append(rows, suite.Check{
			ID: "vendor/garbage/" + strings.Trim(notWord.ReplaceAllString(g.fault, "-"), "-"), Level: report.Core,
			Requirement: "After the fault " + g.fault + " the outcome is true, the process lives, and the next message is sent as usual.",
			Kills:       []string{"panics-on-garbage", "success-without-id"},
			Run: func(ctx context.Context, e *suite.Env) {
				judge(ctx, e, g.fault, g.want, play(ctx, e, g.fault, 1500*time.Millisecond))
			},
		})
	}
	return suite.Slow(wire.Guarded(rows...)...)
}

func deepJSON(ctx context.Context, e *suite.Env) {
	judge(ctx, e, "json_deep(10000)", unsure, play(ctx, e, "json_deep(10000)", 0))
}

// play sends a message for which the vendor plays a fault. A timeout of 0 means the usual one.
func play(ctx context.Context, e *suite.Env, fault string, timeout time.Duration) suite.Sent {
	return e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{Faults: []emulator.Fault{emulator.MustFault(fault)}, Timeout: timeout})
}

// judge checks that the outcome is correct, that the process lives, and that the next message arrives.
func judge(ctx context.Context, e *suite.Env, fault string, want verdict, s suite.Sent) {
	switch {
	case s.Accepted() && (want != taken || s.Deliveries == 0):
		e.Failf("outcome", "no success after "+fault, "%s", s)
	case s.Rejected() != nil && (want != refused || s.Deliveries > 0):
		e.Failf("outcome", "unknown: the vendor may have taken the message", "%s", s)
	case !s.Answered && !strings.HasPrefix(fault, "hang"):
		e.Failf("outcome", "an outcome", "%s", s)
	}
	healthy(ctx, e)
}

func healthy(ctx context.Context, e *suite.Env) {
	if e.Process().Panicked() || !e.Process().Alive() {
		e.Fatalf("process", "alive, without a panic", "it is not")
	}
	if s := e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{}); !s.Accepted() {
		e.Failf("next send", "accepted as usual", "%s", s)
	}
}

func wrongTypes(ctx context.Context, e *suite.Env) {
	for _, fault := range []string{"json_wrong_types", "json_null", "json_empty", "empty_200"} {
		s := play(ctx, e, fault, 0)
		if s.Accepted() {
			e.Failf(fault, "no success without an id", "%s", s)
		}
	}
	healthy(ctx, e)
}

func twoIDs(ctx context.Context, e *suite.Env) {
	s := play(ctx, e, "extra_ids", 0)
	if !s.Answered {
		e.Fatalf("outcome", "an outcome", "%s", s)
	}
	extra := false
	for _, x := range s.Exchanges {
		extra = extra || strings.Contains(string(x.ResponseBody), emulator.ExtraID)
	}
	if !extra {
		e.Untested("the vendor's answer has no list of ids")
		return
	}
	if a := s.Outcome.Accepted; a != nil && !slices.ContainsFunc(a.Aliases, func(id string) bool { return strings.HasSuffix(id, emulator.ExtraID) }) {
		e.Failf("aliases", "the id that was not asked for", "%v", a.Aliases)
	}
}

func slowHeaders(ctx context.Context, e *suite.Env) {
	const limit = 700 * time.Millisecond
	s := play(ctx, e, "dribble(1, 40)", limit)
	if s.Accepted() {
		e.Failf("outcome", "no success: the answer was not complete", "%s", s)
	}
	if s.Elapsed > limit+e.Grace() {
		e.Failf("time", "an answer by the deadline", "%s later", (s.Elapsed - limit).Round(100*time.Millisecond))
	}
	// The call ends by its deadline whatever the provider does: the vendor sees whether it still reads.
	late, cancel := context.WithTimeout(ctx, 2*e.Grace())
	defer cancel()
	if e.Emulator().WaitAnswered(late) != nil {
		e.Failf("vendor", "the answer is given up by the deadline", "it was still read %s after that", 2*e.Grace())
	}
	healthy(ctx, e)
}

// maxRedirects is the largest number of redirects that a careful client follows.
const maxRedirects = 20

func redirectLoop(ctx context.Context, e *suite.Env) {
	faults := slices.Repeat([]emulator.Fault{emulator.MustFault("redirect_loop")}, 4*maxRedirects)
	s := e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{Faults: faults})
	if s.Accepted() || !s.Answered {
		e.Failf("outcome", "an outcome that is no success", "%s", s)
	}
	if len(s.Exchanges) > maxRedirects {
		e.Failf("wire", fmt.Sprintf("%d requests at most", maxRedirects), "%d", len(s.Exchanges))
	}
	healthy(ctx, e)
}

// earlyAnswer sends the longest text that the channel accepts, if it accepts texts.
func earlyAnswer(ctx context.Context, e *suite.Env) {
	if err := e.Emulator().Script("", emulator.MustFault("early_413")); err != nil {
		e.Blocked("%v", err)
	}
	m := e.Minimal(e.Facts().AnyKind())
	if e.Facts().Declares(message.KindText) {
		m = e.Minimal(message.KindText)
		for _, l := range e.Facts().Limits().For(message.KindText) {
			if l.Path == "text.body" {
				m.Text.Body = strings.Repeat("x", l.Maximum)
			}
		}
	}
	s := e.Send(ctx, m, suite.SendOptions{})
	if !s.Answered || s.Accepted() {
		e.Failf("outcome", "an outcome that is no success", "%s", s)
	}
	if r := s.Rejected(); r != nil && r.Reason == outcome.ReasonVendorUnavailable {
		e.Failf("outcome", "a refusal or unknown: the vendor answered 413", "%s", s)
	}
	healthy(ctx, e)
}
