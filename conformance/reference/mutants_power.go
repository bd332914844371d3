// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// withdraw returns a hook that clears a field of the declared capabilities. The power is still served.
func withdraw(name protoreflect.Name) func(protoreflect.Message, bool) {
	return withdrawAs(func(caps protoreflect.Message) { caps.Clear(field(caps, name)) })
}

func withdrawAs(change func(caps protoreflect.Message)) func(protoreflect.Message, bool) {
	return func(m protoreflect.Message, sending bool) {
		if !sending {
			return
		}
		switch m.Descriptor().Name() {
		case "OpenChannelResponse":
			change(sub(m, "capabilities"))
		case "GetMetadataResponse":
			change(sub(m, "default_capabilities"))
		}
	}
}

// reader returns the content of media that were read already.
func reader(content []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(content)) }

// overContent returns a hook that changes the content of a file before it is uploaded.
func overContent(change func(content []byte, err error) []byte) func(*provider.Media) {
	return func(m *provider.Media) { m.Content = reader(change(io.ReadAll(m.Content))) }
}

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

// foundAs returns a hook that replaces the result of a lookup with nothing about the message.
func foundAs(change func(r *vendorhttp.Response, req provider.FindRequest) *provider.FindResult) func(context.Context, *channel, provider.FindRequest, *vendorhttp.Response, provider.FindResult) provider.FindResult {
	return func(_ context.Context, _ *channel, req provider.FindRequest, r *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		if result.Event != nil || result.NotFound {
			return result
		}
		if other := change(r, req); other != nil {
			return *other
		}
		return result
	}
}

// overEvent returns a hook that changes what a lookup found.
func overEvent(change func(*provider.Event)) func(context.Context, *channel, provider.FindRequest, *vendorhttp.Response, provider.FindResult) provider.FindResult {
	return func(_ context.Context, _ *channel, _ provider.FindRequest, _ *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		if result.Event != nil {
			change(result.Event)
		}
		return result
	}
}

// assumed is a status that nobody told.
func assumed(req provider.FindRequest) *provider.FindResult {
	return &provider.FindResult{Event: &provider.Event{ID: "assumed", Correlation: provider.Correlation{ProviderMessageID: req.ProviderMessageID},
		DeliveryStatus: &provider.DeliveryStatus{Status: outcome.StatusAccepted}}}
}

// lookupMutants have a defect in lookups.
var lookupMutants = []Mutant{
	{Name: "lookup-stuck-at-accepted", Defect: "every message that is found is accepted", found: overEvent(func(e *provider.Event) {
		e.DeliveryStatus.Status, e.DeliveryStatus.Error = outcome.StatusAccepted, nil
	})},
	{Name: "lookup-drops-the-id", Defect: "a message that is found has no id", found: overEvent(func(e *provider.Event) {
		e.Correlation.ProviderMessageID = ""
	})},
	{Name: "lookup-changes-the-id", Defect: "the id of a message that is found has no prefix", found: overEvent(func(e *provider.Event) {
		e.Correlation.ProviderMessageID = strings.TrimPrefix(e.Correlation.ProviderMessageID, "acme-")
	})},
	{Name: "lookup-needs-the-id", Defect: "without the vendor's id a message is not found", found: func(_ context.Context, _ *channel, req provider.FindRequest, _ *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		if req.ProviderMessageID == "" {
			return provider.FindResult{NotFound: true}
		}
		return result
	}},
	{Name: "lookup-never-sure", Defect: "no answer of the vendor proves that it does not have a message", found: func(_ context.Context, _ *channel, _ provider.FindRequest, _ *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		if result.NotFound {
			return provider.FindResult{Cause: "acme has no such message"}
		}
		return result
	}},
	{Name: "lookup-invents-a-message", Defect: "a message that the vendor does not have is found", found: func(_ context.Context, _ *channel, req provider.FindRequest, _ *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		if result.NotFound {
			return *assumed(req)
		}
		return result
	}},
	{Name: "lookup-failure-as-missing", Defect: "a lookup that failed says that the message was not accepted", found: foundAs(func(*vendorhttp.Response, provider.FindRequest) *provider.FindResult {
		return &provider.FindResult{NotFound: true}
	})},
	{Name: "lookup-404-as-missing", Defect: "every answer with status 404 says that the message was not accepted", found: foundAs(func(r *vendorhttp.Response, _ provider.FindRequest) *provider.FindResult {
		if r != nil && r.Status == http.StatusNotFound {
			return &provider.FindResult{NotFound: true}
		}
		return nil
	})},
	{Name: "lookup-failure-as-accepted", Defect: "an answer with status 200 says that the message was accepted, whatever is in it", found: foundAs(func(r *vendorhttp.Response, req provider.FindRequest) *provider.FindResult {
		if r != nil && r.Status == http.StatusOK {
			return assumed(req)
		}
		return nil
	})},
	{Name: "lookup-sends-again", Defect: "a lookup sends a message", found: func(ctx context.Context, c *channel, req provider.FindRequest, _ *vendorhttp.Response, result provider.FindResult) provider.FindResult {
		c.Send(ctx, provider.SendRequest{DeliveryID: req.DeliveryID, To: req.To, Message: &message.Message{
			Type: message.KindText, Text: &message.Text{Body: "Did you get my message?"},
		}})
		return result
	}},
	{Name: "serves-undeclared-lookup", Defect: "lookup is not declared but served", tamper: withdraw("lookup"),
		withdraws: func(c *capability.Capabilities) { c.Lookup = false }},
	{Name: "shows-another-lookup", Defect: "lookup is declared by the channel and not before", tamper: sent("GetMetadataResponse", func(m protoreflect.Message) {
		caps := sub(m, "default_capabilities")
		caps.Clear(field(caps, "lookup"))
	})},
}
