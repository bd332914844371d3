// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// signalMutants have a defect in signals.
var signalMutants = []Mutant{
	{Name: "signal-drops-message-id", Defect: "a signal does not have the id of its message", signal: func(_ *channel, body map[string]any) {
		delete(body, "message_id")
	}},
	{Name: "signal-drops-typing", Defect: "a typing indicator is sent as a read receipt", signal: func(_ *channel, body map[string]any) {
		delete(body, "typing")
	}},
	{Name: "signal-changes-number", Defect: "a signal goes to the sending number", signal: func(c *channel, body map[string]any) {
		body["to"] = c.sender
	}},
	{Name: "signal-sent-twice", Defect: "a signal is sent twice", signaled: func(ctx context.Context, c *channel, req provider.SignalRequest, _ outcome.Outcome) outcome.Outcome {
		return c.sendSignal(ctx, req)
	}},
	{Name: "signal-hides-attempts", Defect: "the outcome of a signal says that there was no request", signaled: func(_ context.Context, _ *channel, _ provider.SignalRequest, o outcome.Outcome) outcome.Outcome {
		o.Attempts = 0
		return o
	}},
	{Name: "signal-without-a-result", Defect: "the outcome of a signal is neither accepted nor rejected nor unknown", tamper: sent("SendSignalResponse", func(m protoreflect.Message) {
		o := sub(m, "outcome")
		for _, name := range []protoreflect.Name{"accepted", "rejected", "unknown"} {
			o.Clear(field(o, name))
		}
	})},
	{Name: "signal-without-an-id", Defect: "a signal without the id of a message is sent about no message", tamper: func(m protoreflect.Message, sending bool) {
		if sending || m.Descriptor().Name() != "SendSignalRequest" {
			return
		}
		if s := sub(m, "signal"); text(s, "message_id") == "" {
			s.Set(field(s, "message_id"), protoreflect.ValueOfString("none"))
		}
	}},
	{Name: "signal-success-on-error", Defect: "a signal that the vendor refused is reported as accepted", signaled: func(_ context.Context, _ *channel, _ provider.SignalRequest, o outcome.Outcome) outcome.Outcome {
		if o.Rejected != nil {
			accepted := outcome.Accept("")
			accepted.Attempts = o.Attempts
			return accepted
		}
		return o
	}},
	{Name: "signal-unknown-as-refusal", Defect: "a signal that may have arrived is reported as refused", signaled: func(_ context.Context, _ *channel, _ provider.SignalRequest, o outcome.Outcome) outcome.Outcome {
		if o.Unknown != nil {
			r := outcome.Reject(outcome.ReasonVendorUnavailable, "", "no answer")
			r.Attempts = o.Attempts
			return r
		}
		return o
	}},
	{Name: "signal-sent-again", Defect: "a signal without an answer is sent again", signaled: func(ctx context.Context, c *channel, req provider.SignalRequest, o outcome.Outcome) outcome.Outcome {
		if o.Unknown != nil {
			return c.sendSignal(ctx, req)
		}
		return o
	}},
	{Name: "serves-undeclared-typing", Defect: "typing indicators are not declared but sent", tamper: withdrawAs(func(caps protoreflect.Message) {
		caps.Mutable(field(caps, "signals")).List().Truncate(1)
	}), withdraws: func(c *capability.Capabilities) { c.Signals = []capability.Signal{capability.SignalRead} }},
}
