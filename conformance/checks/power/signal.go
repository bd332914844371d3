// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package power

import (
	"context"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func signals() []suite.Check {
	return []suite.Check{
		{
			ID: "signal/reaches-vendor", Level: report.Cap, Capability: "signals", Needs: needsSignals, Run: signalReaches,
			Requirement: "A declared signal reaches the vendor once, with the id of the message and the number of its sender unchanged.",
			Kills: []string{"signal-drops-message-id", "signal-drops-typing", "signal-changes-number", "signal-sent-twice",
				"signal-without-a-result", "signal-hides-attempts"},
		},
		{
			ID: "signal/undeclared-refused", Level: report.Core, Needs: lacksSignals, Run: signalUndeclared,
			Requirement: "A signal that is not declared is refused as unsupported or with UNIMPLEMENTED, and nothing reaches the vendor.",
			Control:     "The same process accepts a message of a declared kind.",
			Kills:       []string{"serves-undeclared-typing"},
		},
		{
			ID: "signal/invalid-refused", Level: report.Cap, Capability: "signals", Needs: needsSignals, Run: signalInvalid,
			Requirement: "A signal without the id of a message, or with another status than read, is refused as invalid, and nothing reaches the vendor.",
			Kills:       []string{"signal-without-an-id"},
		},
		{
			ID: "signal/failure", Level: report.Cap, Capability: "signals", Needs: needsSignals, Run: signalFailure,
			Requirement: "When the vendor refuses a signal it is rejected, when the vendor may have taken it the outcome is unknown, and either way there is one request.",
			Kills:       []string{"signal-success-on-error", "signal-unknown-as-refusal", "signal-sent-again"},
		},
	}
}

// declaredSignals returns a signal of each declared kind.
func declaredSignals(e *suite.Env) []*message.Signal {
	var out []*message.Signal
	for _, kind := range e.Facts().Capabilities.Signals {
		out = append(out, signalOf(e, kind))
	}
	return out
}

func signalOf(e *suite.Env, kind capability.Signal) *message.Signal {
	s := &message.Signal{MessagingProduct: "whatsapp", Status: message.SignalStatusRead, MessageId: "wamid." + strings.ToUpper(e.DeliveryID()) + "=="}
	if kind == capability.SignalTyping {
		s.TypingIndicator = &message.TypingIndicator{Type: message.TypingText}
	}
	return s
}

func needsSignals(f *suite.Facts) string {
	if len(f.Capabilities.Signals) > 0 {
		return ""
	}
	return "signals"
}

// allSignals are the signals that a channel can declare.
var allSignals = []capability.Signal{capability.SignalRead, capability.SignalTyping}

func lacksSignals(f *suite.Facts) string {
	for _, s := range allSignals {
		if !slices.Contains(f.Capabilities.Signals, s) {
			return ""
		}
	}
	return "an undeclared signal"
}

func signalReaches(ctx context.Context, e *suite.Env) {
	d := e.Dialect().Signal
	described(e, d, "signal")
	for _, signal := range declaredSignals(e) {
		s := e.SendSignal(ctx, signal, suite.SendOptions{To: e.Recipient()})
		if !s.Accepted() {
			e.Failf("outcome", "accepted", "%s", s.Sent)
		}
		x := single(e, s.Exchanges, d.Route)
		equal(e, "message_id", signal.GetMessageId(), strings.Join(e.Emulator().Texts(x, d.MessageAt), " "))
		if s.Answered && s.Outcome.Attempts != len(s.Exchanges) {
			e.Failf("attempts", "the number of vendor requests", "%d, and there were %d", s.Outcome.Attempts, len(s.Exchanges))
		}
		if !d.ToAt.IsZero() {
			equal(e, "to", s.To.Digits(), strings.TrimPrefix(strings.Join(e.Emulator().Texts(x, d.ToAt), " "), "+"))
		}
		typing := slices.ContainsFunc(e.Emulator().Texts(x, d.TypingAt), func(v string) bool { return v != "" && v != "false" })
		if want := signal.GetTypingIndicator() != nil; typing != want {
			e.Failf("typing_indicator", yes(want), "%s", yes(typing))
		}
	}
}

func yes(typing bool) string {
	if typing {
		return "a typing indicator"
	}
	return "a read receipt alone"
}

func signalUndeclared(ctx context.Context, e *suite.Env) {
	for _, kind := range allSignals {
		if slices.Contains(e.Facts().Capabilities.Signals, kind) {
			continue
		}
		s := e.SendSignal(ctx, signalOf(e, kind), suite.SendOptions{To: e.Recipient()})
		r := s.Rejected()
		if s.Code() != codes.Unimplemented && (r == nil || r.Reason != outcome.ReasonUnsupported || r.Retry != outcome.RetryNever) {
			e.Failf("outcome", "rejected as unsupported, retry never, or UNIMPLEMENTED", "%s", s.Sent)
		}
		silent(e, s.Exchanges)
	}
}

func signalInvalid(ctx context.Context, e *suite.Env) {
	for _, wrong := range []struct {
		path   string
		change func(*message.Signal)
	}{
		{"message_id", func(s *message.Signal) { s.MessageId = "" }},
		{"status", func(s *message.Signal) { s.Status = "played" }},
	} {
		signal := declaredSignals(e)[0]
		wrong.change(signal)
		s := e.SendSignal(ctx, signal, suite.SendOptions{To: e.Recipient()})
		if r := s.Rejected(); r == nil || r.Reason != outcome.ReasonInvalidMessage || r.Path != wrong.path {
			e.Failf("outcome", "rejected as invalid_message, at "+wrong.path, "%s", s.Sent)
		}
		silent(e, s.Exchanges)
	}
}

// signalFailures are faults with the outcomes that are right for them.
var signalFailures = []struct {
	fault   string
	unknown bool
}{
	{"status(400)", false}, {"status(401)", false}, {"status(403)", false}, {"status(429)", false},
	{"status(500)", true}, {"deliver_then(status(502))", true}, {"reset_after_request", true}, {"accept_then_close", true},
	{"garbage", true}, {"empty_200", true}, {"json_empty", true}, {"deliver_then(reset_mid_answer)", true}, {"hang_after_read", true},
}

func signalFailure(ctx context.Context, e *suite.Env) {
	described(e, e.Dialect().Signal, "signal")
	for _, f := range signalFailures {
		o := suite.SendOptions{To: e.Recipient(), Faults: faults(f.fault, f.fault)}
		if f.fault == "hang_after_read" {
			o.Timeout = time.Second
		}
		s := e.SendSignal(ctx, declaredSignals(e)[0], o)
		switch {
		case s.Accepted():
			e.Failf(f.fault, "no success", "%s", s.Sent)
		case f.unknown && s.Rejected() != nil:
			e.Failf(f.fault, "unknown: the vendor may have taken it", "%s", s.Sent)
		case !f.unknown && s.Rejected() == nil:
			e.Failf(f.fault, "rejected", "%s", s.Sent)
		}
		if len(s.Exchanges) != 1 {
			e.Failf(f.fault, "one vendor request", "%d", len(s.Exchanges))
		}
	}
	for _, row := range ofCalls(e) {
		s := e.SendSignal(ctx, declaredSignals(e)[0], suite.SendOptions{To: e.Recipient(), Faults: faults("error(" + row.Name + ")")})
		if r := s.Rejected(); r == nil || r.Reason != row.Reason {
			e.Failf("error("+row.Name+")", "rejected: "+string(row.Reason), "%s", s.Sent)
		}
	}
}
