// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// SendTimeout bounds a send of a check that sets no deadline.
const SendTimeout = 5 * time.Second

// SendOptions change one Send. The zero value is fine.
type SendOptions struct {
	// To is the recipient; a new one of the check's own where empty. Another address must have been claimed.
	To message.Recipient
	// ChannelID is the check's channel where empty.
	ChannelID string
	// DeliveryID is invented where empty.
	DeliveryID string
	// Timeout is the deadline of the call; SendTimeout where 0.
	Timeout time.Duration
	// Faults are played for the requests to the recipient, one each.
	Faults []emulator.Fault
	// Idempotent sends may be delivered more than once by the vendor's count.
	Idempotent bool
}

// Sent is what became of one message.
type Sent struct {
	To         message.Recipient
	DeliveryID string
	// Outcome is the provider's answer; its word is "unknown" where Answered is false.
	Outcome outcome.Outcome
	// Answered reports whether there was exactly one answer.
	Answered bool
	// Err is the status of the call; nil for a good one.
	Err error
	// Exchanges are the vendor requests of this send, Deliveries how many of them the vendor took.
	Exchanges  []emulator.Exchange
	Deliveries int
	// Started and Elapsed are the time of the call.
	Started time.Time
	Elapsed time.Duration
}

// Code is the gRPC status of the call.
func (s Sent) Code() codes.Code { return status.Code(s.Err) }

// Accepted reports whether the provider says that the vendor took it.
func (s Sent) Accepted() bool { return s.Answered && s.Outcome.Accepted != nil }

// Rejected returns the rejection, or nil.
func (s Sent) Rejected() *outcome.Rejected {
	if !s.Answered {
		return nil
	}
	return s.Outcome.Rejected
}

// Unknown reports whether the provider says that it does not know.
func (s Sent) Unknown() bool { return s.Answered && s.Outcome.Unknown != nil }

// String says what became of it, for findings.
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

// Send sends one message to one recipient, the way the host does, and checks what holds for every send: one outcome,
// at most one delivery, no secrets in what is said.
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
		if x.Delivered {
			s.Deliveries++
		}
	}
	if s.Deliveries > 1 && !o.Idempotent {
		e.Failf("vendor", "at most one delivery of one message without an idempotency key", "%d deliveries", s.Deliveries)
	}
	return s
}

// BatchSent is what became of one call.
type BatchSent struct {
	// Outcomes are the answers by delivery id: each list should have one.
	Outcomes map[string][]outcome.Outcome
	// Order are the delivery ids in the order of the answers.
	Order   []string
	Err     error
	Started time.Time
	Elapsed time.Duration
}

// SendBatches makes one call with any batches. Of the options Timeout and ChannelID count. Outcomes for deliveries
// that were not asked for, outcomes that come twice, and secrets in an answer are deviations.
func (e *Env) SendBatches(ctx context.Context, batches []message.Batch, o SendOptions) BatchSent {
	if o.Timeout == 0 {
		o.Timeout = e.patient(SendTimeout)
	}
	if o.ChannelID == "" {
		o.ChannelID = ChannelID
	}
	asked := map[string]bool{}
	for _, b := range batches {
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

// checkOutcome checks what holds for every outcome.
func (e *Env) checkOutcome(o outcome.Outcome) {
	texts := []string{o.Degraded, strings.Join(o.IgnoredFields, "\n")}
	switch {
	case o.Accepted != nil:
		texts = append(texts, o.Accepted.ProviderMessageID, o.Accepted.GroupID, strings.Join(o.Accepted.Aliases, "\n"))
	case o.Rejected != nil:
		texts = append(texts, o.Rejected.Path, o.Rejected.Detail, o.Rejected.VendorCode, o.Rejected.VendorMessage)
		if o.Rejected.Reason == "" || o.Rejected.Retry == "" {
			e.Failf("outcome", "a rejection says its reason and whether to retry", "reason %q, retry %q", o.Rejected.Reason, o.Rejected.Retry)
		}
	case o.Unknown != nil:
		texts = append(texts, o.Unknown.Cause)
	default:
		e.Failf("outcome", "accepted, rejected or unknown", "an outcome without any of them")
	}
	e.keepSecret("outcome", strings.Join(texts, "\n"))
}

// keepSecret looks for secrets in what the provider said.
func (e *Env) keepSecret(at, text string) {
	if leak := e.FindSecret(text); leak != "" {
		e.Failf(at, "no secret in anything that the provider says", "%s: %s", leak, text)
		e.runner.RecordLeak(leak + " in the " + at + " (" + e.check.ID + ")")
	}
}

// Control blocks the check unless a minimal message of a declared kind is accepted and delivered once. Checks that
// want a refusal begin with it: a provider that refuses everything proves nothing by refusing.
func (e *Env) Control(ctx context.Context) {
	kind := e.Facts().AnyKind()
	if kind == "" {
		e.Blocked("control: no kind of message is declared")
	}
	if s := e.Send(ctx, e.Minimal(kind), SendOptions{}); !s.Accepted() || s.Deliveries != 1 {
		e.Blocked("control: a minimal %s must be accepted and delivered once: %s, %d deliveries", kind, s, s.Deliveries)
	}
}
