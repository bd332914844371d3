// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package batch holds the checks of calls with several messages.
package batch

import (
	"context"
	"fmt"

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
			ID: "batch/one-result-each", Level: report.Cap, Run: oneResultEach,
			Requirement: "Each delivery of a call has exactly one outcome.",
			Kills:       []string{"answers-twice", "loses-an-outcome", "forgets-every-outcome", "says-nothing", "batch-drops-recipient"},
		},
		{
			ID: "batch/order", Level: report.Cap, Run: order,
			Requirement: "Outcomes belong to their deliveries, in whatever order the vendor answers.",
			Kills:       []string{"batch-reorders"},
		},
		{
			ID: "batch/partial-failure", Level: report.Cap, Run: partialFailure,
			Requirement: "When the vendor refuses one message of five, the other four are accepted and delivered.",
			Kills:       []string{"batch-all-or-nothing"},
		},
		{
			ID: "batch/mixed-types", Level: report.Cap, Run: mixedTypes,
			Requirement: "Of declared and undeclared messages in one call only the undeclared ones are refused.",
			Kills:       []string{"accepts-undeclared-sticker"},
		},
		{
			ID: "batch/size-limit", Level: report.Cap, Run: sizeLimit,
			Requirement: "A call with one delivery more than a vendor request can have is split, and no delivery is lost.",
			Kills:       []string{"batch-drops-recipient"},
		},
		{
			ID: "batch/shared-request", Level: report.Cap, Needs: needsGroups, Run: sharedRequest,
			Requirement: "Where a kind of message declares several recipients, equal messages share vendor requests, and none has more recipients than are declared for the kind.",
			Kills:       []string{"sends-one-by-one", "declares-smaller-groups"},
		},
		{
			ID: "batch/shared-content", Level: report.Cap, Needs: needsGroups, Run: sharedContent,
			Requirement: "A message to several recipients has everything that it has to one: its reply, its reference, its time, its options and all texts. Each delivery id is beside its recipient.",
			Control:     "The message to one recipient is accepted.",
			Kills:       []string{"groups-without-replies", "groups-at-once", "groups-mix-references", "groups-without-options"},
		},
		{
			ID: "batch/shared-reference", Level: report.Cap, Needs: needsGroups, Run: sharedReference,
			Requirement: "Where a request has one delivery id for several recipients, the aliases of each outcome, accepted or unknown, have that id.",
			Kills:       []string{"hides-shared-reference", "loses-shared-reference"},
		},
		{
			ID: "batch/attempt-ids", Level: report.Cap, Run: attemptIDs,
			Requirement: "Two attempts of one message are two vendor requests, and where a request carries the delivery id it is that of its own attempt.",
			Kills:       []string{"drops-the-attempt", "remembers-by-content"},
		},
		{
			ID: "batch/empty", Level: report.Cap, Run: empty,
			Requirement: "A call without deliveries succeeds and makes no vendor request.",
			Kills:       []string{"falls-over-empty-calls"},
		},
		{
			ID: "batch/cancel-midway", Level: report.Cap, Isolation: suite.Own, Slow: true, Run: cancelMidway,
			Requirement: "When sends are ended midway, each delivery is accepted, known not to be sent, or unknown, and the vendor counts the same.",
			Kills:       []string{"batch-cancel-claims-unsent"},
			Note:        "They are ended by a stop: the answers of a call that the host cancelled reach nobody.",
		},
		{
			ID: "batch/vendor-batch-partial", Level: report.Cap, Needs: needsItems, Run: vendorPartial,
			Requirement: "A vendor's mixed answer to a request with several recipients is attributed to the right ones.",
			Kills:       []string{"accepts-refused-recipient", "refuses-the-neighbour"},
			Note:        "The dialect has an error row with item, which stands for a refused recipient in the reply of a route.",
		},
		{
			ID: "batch/poison", Level: report.Cap, Run: poison,
			Requirement: "One message that the vendor answers with garbage does not fail the others.",
			Kills:       []string{"panics-on-garbage"},
		},
		{
			ID: "batch/bounded-concurrency", Level: report.Cap, Needs: needsBound, Isolation: suite.Own, Slow: true, Run: boundedConcurrency,
			Requirement: "The number of simultaneous vendor requests never exceeds the declared one.",
			Kills:       []string{"declares-less-concurrency"},
		},
	}
	for i := range all {
		if all[i].Needs == nil {
			all[i].Needs = suite.NeedsAnyKind
		}
	}
	return all
}

// item is a message of a call with its recipient.
type item struct {
	message.Delivery
	message *message.Message
}

// different returns n messages that cannot be sent in one vendor request, because their contents differ or each is a
// batch of its own.
func different(e *suite.Env, n int) []item {
	items := make([]item, n)
	for i := range items {
		m := e.Minimal(e.Facts().AnyKind())
		if m.GetText() != nil {
			m.Text.Body = fmt.Sprintf("Parcel %d is on its way.", i)
		}
		items[i] = item{message.Delivery{DeliveryID: e.DeliveryID(), To: e.Recipient()}, m}
	}
	return items
}

// calls returns a batch for each item.
func calls(items []item) []message.Batch {
	out := make([]message.Batch, 0, len(items))
	for _, i := range items {
		out = append(out, message.Batch{Message: message.Content(i.message), Deliveries: []message.Delivery{i.Delivery}})
	}
	return out
}

// fault plays a fault for the request of one item.
func fault(e *suite.Env, i item, text string) {
	if err := e.Emulator().ScriptFor(i.To.Address, emulator.MustFault(text)); err != nil {
		e.Blocked("the fault cannot be played: %v", err)
	}
}

// complete reports a deviation unless each item has exactly one outcome, and returns the outcomes.
func complete(e *suite.Env, items []item, b suite.BatchSent) map[string]outcome.Outcome {
	if b.Err != nil {
		e.Failf("status", "OK", "%v", b.Err)
	}
	out := map[string]outcome.Outcome{}
	for n, i := range items {
		got := b.Outcomes[i.DeliveryID]
		if len(got) != 1 {
			e.Failf("outcome", "one outcome for each delivery", "%d for delivery %d of %d", len(got), n+1, len(items))
			continue
		}
		out[i.DeliveryID] = got[0]
	}
	return out
}

// delivered returns how often the vendor accepted a message for the recipient.
func delivered(e *suite.Env, i item) int {
	n := 0
	for _, x := range e.Exchanges(i.To) {
		if x.DeliveredTo(i.To.Address) {
			n++
		}
	}
	return n
}

// accepted reports a deviation unless an item is accepted and delivered once.
func accepted(e *suite.Env, outcomes map[string]outcome.Outcome, i item, where string) {
	o, ok := outcomes[i.DeliveryID]
	if !ok {
		return // reported already
	}
	if o.Accepted == nil {
		e.Failf(where, "accepted", "%s", describe(o))
	}
	if n := delivered(e, i); n != 1 {
		e.Failf(where, "one delivery", "%d", n)
	}
}

func describe(o outcome.Outcome) string {
	return suite.Sent{Outcome: o, Answered: true}.String()
}

func oneResultEach(ctx context.Context, e *suite.Env) {
	items := different(e, 20)
	batches := calls(items)
	// The last batch has the same content for several recipients.
	group := message.Batch{Message: message.Content(e.Minimal(e.Facts().AnyKind()))}
	for range 10 {
		i := item{message.Delivery{DeliveryID: e.DeliveryID(), To: e.Recipient()}, group.Message}
		group.Deliveries = append(group.Deliveries, i.Delivery)
		items = append(items, i)
	}
	outcomes := complete(e, items, e.SendBatches(ctx, append(batches, group), suite.SendOptions{}))
	for _, i := range items {
		accepted(e, outcomes, i, "delivery")
	}
}

func empty(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, batches := range [][]message.Batch{nil, {{Message: message.Content(e.Minimal(e.Facts().AnyKind()))}}} {
		b := e.SendBatches(ctx, batches, suite.SendOptions{})
		if b.Err != nil || len(b.Order) > 0 {
			e.Failf("call", "success without outcomes", "%d outcomes, %v", len(b.Order), b.Err)
		}
	}
}

// needsBound is a Check.Needs for checks of the bound on concurrent requests.
func needsBound(f *suite.Facts) string {
	if f.Capabilities.MaxConcurrency <= 0 {
		return "a bound on concurrent vendor requests"
	}
	return suite.NeedsAnyKind(f)
}
