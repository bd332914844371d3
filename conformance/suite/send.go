// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// SendTimeout is the deadline of sends for which the check does not set one.
const SendTimeout = 5 * time.Second

// SendOptions change a Send. The zero value is valid.
type SendOptions struct {
	// To is the recipient; empty means a new one of the check. The check must have claimed any other address.
	To message.Recipient
	// ChannelID is the id of the channel; empty means the check's channel.
	ChannelID string
	// DeliveryID is the delivery id; empty means a new one.
	DeliveryID string
	// Timeout is the deadline of the call; 0 means SendTimeout.
	Timeout time.Duration
	// Faults are played for the requests to the recipient, one for each request.
	Faults []emulator.Fault
	// Idempotent is set if the vendor may count more than one delivery.
	Idempotent bool
}

// Sent is the result of sending a message.
type Sent struct {
	To         message.Recipient
	DeliveryID string
	// Outcome is the provider's answer. It is unknown if Answered is false.
	Outcome outcome.Outcome
	// Answered reports whether there was exactly one outcome.
	Answered bool
	// Err is the error of the call; may be nil.
	Err error
	// Exchanges are the vendor requests of this send. Deliveries is how many of them the vendor accepted.
	Exchanges  []emulator.Exchange
	Deliveries int
	// Started and Elapsed are the start and the duration of the call.
	Started time.Time
	Elapsed time.Duration
}

// Code returns the gRPC status code of the call.
func (s Sent) Code() codes.Code { return status.Code(s.Err) }

// Accepted reports whether the outcome is accepted.
func (s Sent) Accepted() bool { return s.Answered && s.Outcome.Accepted != nil }

// Rejected returns the rejection, or nil if the outcome is not rejected.
func (s Sent) Rejected() *outcome.Rejected {
	if !s.Answered {
		return nil
	}
	return s.Outcome.Rejected
}

// Unknown reports whether the outcome is unknown.
func (s Sent) Unknown() bool { return s.Answered && s.Outcome.Unknown != nil }

// String describes the result for findings.
func (s Sent) String() string {
	switch {
	case s.Err != nil:
		return "the call failed: " + s.Err.Error()
	case !s.Answered:
		return "no outcome"
	case s.Outcome.Rejected != nil:
		r := s.Outcome.Rejected
		text := "rejected: " + string(r.Reason) + ", retry " + string(r.Retry)
		if r.Path != "" {
			text += ", at " + r.Path
		}
		return text + ": " + r.Detail
	case s.Outcome.Unknown != nil:
		return "unknown: " + s.Outcome.Unknown.Cause
	}
	return "accepted with id \"" + s.Outcome.Accepted.ProviderMessageID + "\""
}

// Send sends a message to a recipient in the same way as the host. It reports a deviation if there is not exactly one
// outcome, if there is more than one delivery, or if the answer contains a secret.
func (e *Env) Send(ctx context.Context, m *message.Message, o SendOptions) Sent {
	if o.To == (message.Recipient{}) {
		o.To = e.Recipient()
	}
	if o.DeliveryID == "" {
		o.DeliveryID = e.DeliveryID()
	}
	if o.Timeout == 0 {
		o.Timeout = e.patient(SendTimeout)
	}
	if len(o.Faults) > 0 {
		if err := e.Emulator().ScriptFor(o.To.Address, o.Faults...); err != nil {
			e.Blocked("the fault cannot be played: %v", err)
		}
	}
	before := len(e.Exchanges(o.To))
	batch := []message.Batch{{Message: message.Content(m), Deliveries: []message.Delivery{{DeliveryID: o.DeliveryID, To: o.To}}}}
	b := e.SendBatches(ctx, batch, o)
	s := Sent{To: o.To, DeliveryID: o.DeliveryID, Err: b.Err, Started: b.Started, Elapsed: b.Elapsed}
	if outcomes := b.Outcomes[o.DeliveryID]; len(outcomes) == 1 {
		s.Outcome, s.Answered = outcomes[0], true
	}
	s.Exchanges = e.Exchanges(o.To)[before:]
	for _, x := range s.Exchanges {
		if x.DeliveredTo(o.To.Address) {
			s.Deliveries++
		}
	}
	if s.Deliveries > 1 && !o.Idempotent {
		e.Failf("vendor", "at most one delivery of one message without an idempotency key", "%d deliveries", s.Deliveries)
	}
	return s
}

// BatchSent is the result of one call.
type BatchSent struct {
	// Outcomes are the outcomes by delivery id. Each list should have one.
	Outcomes map[string][]outcome.Outcome
	// Order holds the delivery ids in the order of the outcomes.
	Order   []string
	Err     error
	Started time.Time
	Elapsed time.Duration
}

// SendBatches makes one call with the batches, whose messages get the defaults of their options as from the host. It uses only the options Timeout and ChannelID. It reports a deviation
// for outcomes of unknown deliveries, for duplicate outcomes, and for secrets in an answer.
func (e *Env) SendBatches(ctx context.Context, batches []message.Batch, o SendOptions) BatchSent {
	if o.Timeout == 0 {
		o.Timeout = e.patient(SendTimeout)
	}
	if o.ChannelID == "" {
		o.ChannelID = e.ChannelID()
	}
	asked := map[string]bool{}
	batches = slices.Clone(batches)
	for i, b := range batches {
		batches[i].Message = e.Facts().Schema.Options.CompleteOptions(e.Facts().Metadata.Name, b.Message)
		for _, d := range b.Deliveries {
			asked[d.DeliveryID] = true
		}
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	var mu sync.Mutex
	out := BatchSent{Outcomes: map[string][]outcome.Outcome{}, Started: time.Now()}
	out.Err = e.ask(CallSend, func() error {
		return e.Client().SendMessages(ctx, o.ChannelID, batches, func(o outcome.Outcome) {
			mu.Lock()
			defer mu.Unlock()
			out.Outcomes[o.DeliveryID] = append(out.Outcomes[o.DeliveryID], o)
			out.Order = append(out.Order, o.DeliveryID)
		})
	})
	out.Elapsed = time.Since(out.Started)
	if out.Err != nil {
		e.keepSecret("status of SendMessages", out.Err.Error())
	}
	for id, outcomes := range out.Outcomes {
		if !asked[id] {
			e.Failf("outcome", "outcomes for the deliveries of the call only", "an outcome for the delivery %q", id)
		}
		if len(outcomes) > 1 {
			e.Failf("outcome", "one outcome for each delivery", "%d outcomes for one delivery", len(outcomes))
		}
		for _, o := range outcomes {
			e.checkOutcome(o)
		}
	}
	return out
}

// checkOutcome reports a deviation if an outcome breaks a rule that applies to all outcomes.
func (e *Env) checkOutcome(o outcome.Outcome) {
	texts := []string{o.Degraded, strings.Join(o.IgnoredFields, "\n")}
	switch {
	case o.Accepted != nil:
		texts = append(texts, o.Accepted.ProviderMessageID, o.Accepted.GroupID, strings.Join(o.Accepted.Aliases, "\n"))
	case o.Rejected != nil:
		texts = append(texts, o.Rejected.Path, o.Rejected.Detail, o.Rejected.VendorCode, o.Rejected.VendorMessage)
		if o.Rejected.Reason == "" || o.Rejected.Retry == "" {
			e.Failf("outcome", "a rejection has a reason and says whether to retry", "reason %q, retry %q", o.Rejected.Reason, o.Rejected.Retry)
		}
	case o.Unknown != nil:
		texts = append(texts, o.Unknown.Cause, o.Unknown.GroupID, strings.Join(o.Unknown.Aliases, "\n"))
	default:
		e.Failf("outcome", "accepted, rejected or unknown", "an outcome without any of them")
	}
	e.keepSecret("outcome", strings.Join(texts, "\n"))
}

// keepSecret reports a deviation if a text of the provider contains a secret.
func (e *Env) keepSecret(at, text string) {
	if leak := e.FindSecret(text); leak != "" {
		e.Failf(at, "no secret in anything that the provider returns", "%s: %s", leak, text)
		e.runner.RecordLeak(leak + " in the " + at + " (" + e.check.ID + ")")
	}
}

// Control blocks the check unless a minimal message of a declared kind is accepted and delivered once. Checks that
// expect a refusal begin with Control, because the refusals of a provider that refuses everything prove nothing.
func (e *Env) Control(ctx context.Context) {
	kind := e.Facts().AnyKind()
	if kind == "" {
		e.Blocked("control: no kind of message is declared")
	}
	if s := e.Send(ctx, e.Minimal(kind), SendOptions{}); !s.Accepted() || s.Deliveries != 1 {
		e.Blocked("control: a minimal %s must be accepted and delivered once: %s, %d deliveries", kind, s, s.Deliveries)
	}
}
