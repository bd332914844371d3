// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func order(ctx context.Context, e *suite.Env) {
	groupOrder(ctx, e)
	items := different(e, 12)
	for n, i := range items {
		fault(e, i, fmt.Sprintf("slow(%d)", (len(items)-n)*20)) // the later ones are answered first
	}
	outcomes := complete(e, items, e.SendBatches(ctx, calls(items), suite.SendOptions{}))
	for n, i := range items {
		accepted(e, outcomes, i, fmt.Sprintf("delivery %d", n+1))
		o, sent := outcomes[i.DeliveryID], e.Exchanges(i.To)
		if o.Accepted == nil || len(sent) == 0 {
			continue
		}
		for _, id := range []string{o.Accepted.ProviderMessageID, o.Accepted.GroupID} {
			if id != "" && !strings.Contains(string(sent[0].ResponseBody), id) {
				e.Failf(fmt.Sprintf("delivery %d", n+1), "the id that the vendor gave for it", "%q, where the vendor answered %s", id, sent[0].ResponseBody)
			}
		}
	}
}

// groupOrder checks that the ids of a group belong to the right recipients: to those in the vendor's answer, or, if it
// does not name them, to those of the request in their order.
func groupOrder(ctx context.Context, e *suite.Env) {
	caps := e.Facts().Capabilities
	if caps.MaxRecipients < 2 || caps.IDScope != capability.IDPerRecipient {
		return
	}
	group := message.Batch{Message: message.Content(e.Minimal(e.Facts().AnyKind()))}
	var items []item
	for range min(caps.MaxRecipients, 8) {
		i := item{message.Delivery{DeliveryID: e.DeliveryID(), To: e.Recipient()}, group.Message}
		items, group.Deliveries = append(items, i), append(group.Deliveries, i.Delivery)
	}
	outcomes := complete(e, items, e.SendBatches(ctx, []message.Batch{group}, suite.SendOptions{}))
	for n, i := range items {
		accepted(e, outcomes, i, fmt.Sprintf("recipient %d of a group", n+1))
	}
	sent := e.Exchanges(items[0].To)
	if len(sent) != 1 || len(sent[0].Recipients) != len(items) {
		return // not sent as one request
	}
	body, last := string(sent[0].ResponseBody), -1
	named := !slices.ContainsFunc(items, func(i item) bool { return !strings.Contains(body, i.To.Digits()) })
	order := slices.Clone(items)
	place := func(i item) int { return slices.Index(sent[0].Recipients, i.To.Address) }
	if named {
		place = func(i item) int { return strings.Index(body, i.To.Digits()) }
	}
	slices.SortFunc(order, func(a, b item) int { return place(a) - place(b) })
	for _, i := range order {
		o := outcomes[i.DeliveryID]
		if o.Accepted == nil || o.Accepted.ProviderMessageID == "" {
			return
		}
		at := strings.Index(body, o.Accepted.ProviderMessageID)
		if at <= last {
			e.Failf("group", "each recipient has the id that the vendor gave for it", "the ids are in another order than the recipients")
			return
		}
		last = at
	}
}

func partialFailure(ctx context.Context, e *suite.Env) {
	items := different(e, 5)
	fault(e, items[2], "status(400)")
	outcomes := complete(e, items, e.SendBatches(ctx, calls(items), suite.SendOptions{}))
	one(e, items, outcomes, 2, func(o outcome.Outcome) bool { return o.Rejected != nil }, "rejected, as the vendor did")
	groupFailure(ctx, e)
}

// groupFailure sends a group with one number that the provider itself refuses.
func groupFailure(ctx context.Context, e *suite.Env) {
	bad := e.Dialect().Samples.BadRecipient
	if bad == "" || e.Facts().Capabilities.MaxRecipients < 3 {
		return
	}
	e.Claim(bad)
	wrong := message.Recipient{Kind: message.RecipientPhone, Address: bad}
	m := e.Minimal(e.Facts().AnyKind())
	if s := e.Send(ctx, m, suite.SendOptions{To: wrong}); s.Rejected() == nil || len(s.Exchanges) > 0 {
		return // the vendor decides about the number, and so about the whole request
	}
	items := make([]item, 3)
	group := message.Batch{Message: message.Content(m)}
	for n := range items {
		items[n] = item{message.Delivery{DeliveryID: e.DeliveryID(), To: e.Recipient()}, m}
		if n == 1 {
			items[n].To = wrong
		}
		group.Deliveries = append(group.Deliveries, items[n].Delivery)
	}
	outcomes := complete(e, items, e.SendBatches(ctx, []message.Batch{group}, suite.SendOptions{}))
	one(e, items, outcomes, 1, func(o outcome.Outcome) bool { return o.Rejected != nil }, "rejected, as when it is sent alone")
}

func poison(ctx context.Context, e *suite.Env) {
	items := different(e, 5)
	fault(e, items[1], "garbage")
	outcomes := complete(e, items, e.SendBatches(ctx, calls(items), suite.SendOptions{}))
	one(e, items, outcomes, 1, func(o outcome.Outcome) bool { return o.Accepted == nil }, "not accepted: the vendor's answer says nothing")
}

// one checks that all items but one are accepted, and that right returns true for the outcome of that one.
func one(e *suite.Env, items []item, outcomes map[string]outcome.Outcome, odd int, right func(outcome.Outcome) bool, want string) {
	for n, i := range items {
		where := fmt.Sprintf("message %d of %d", n+1, len(items))
		if n != odd {
			accepted(e, outcomes, i, where)
		} else if o, ok := outcomes[i.DeliveryID]; ok && !right(o) {
			e.Failf(where, want, "%s", describe(o))
		}
	}
}

func mixedTypes(ctx context.Context, e *suite.Env) {
	undeclared := []*message.Message{{MessagingProduct: "whatsapp", Type: "hologram"}, {MessagingProduct: "whatsapp", Type: "hologram"}}
	for _, kind := range suite.Kinds() {
		if !e.Facts().Declares(kind) {
			undeclared = append(undeclared, e.Minimal(kind))
		}
	}
	items := different(e, 2*len(undeclared)+1)
	for n, m := range undeclared {
		items[2*n+1].message = m
	}
	outcomes := complete(e, items, e.SendBatches(ctx, calls(items), suite.SendOptions{}))
	for n, i := range items {
		where := fmt.Sprintf("message %d of %d", n+1, len(items))
		if n%2 == 0 {
			accepted(e, outcomes, i, where)
			continue
		}
		if o, ok := outcomes[i.DeliveryID]; ok && (o.Rejected == nil || o.Rejected.Reason != outcome.ReasonUnsupported) {
			e.Failf(where, "rejected as unsupported", "%s", describe(o))
		}
		if sent := len(e.Exchanges(i.To)); sent > 0 {
			e.Failf(where, "no vendor request", "%d", sent)
		}
	}
}

func sizeLimit(ctx context.Context, e *suite.Env) {
	limit := max(e.Facts().Capabilities.MaxRecipients, 1)
	group := message.Batch{Message: message.Content(e.Minimal(e.Facts().AnyKind()))}
	var items []item
	for range limit + 1 {
		i := item{message.Delivery{DeliveryID: e.DeliveryID(), To: e.Recipient()}, group.Message}
		items = append(items, i)
		group.Deliveries = append(group.Deliveries, i.Delivery)
	}
	outcomes := complete(e, items, e.SendBatches(ctx, []message.Batch{group}, suite.SendOptions{Timeout: 15 * time.Second}))
	for n, i := range items {
		accepted(e, outcomes, i, fmt.Sprintf("delivery %d", n+1))
		for _, x := range e.Exchanges(i.To) {
			if len(x.Recipients) > limit {
				e.Failf("wire", fmt.Sprintf("at most %d recipients in a vendor request", limit), "%d", len(x.Recipients))
			}
		}
	}
}

func cancelMidway(ctx context.Context, e *suite.Env) {
	const n, quick = 12, 5
	items := different(e, n)
	for i, it := range items {
		switch {
		case i < quick:
		case i%2 == 0:
			fault(e, it, "hang")
		default:
			fault(e, it, "deliver_then(hang)")
		}
	}
	done := make(chan suite.BatchSent, 1)
	go func() { done <- e.SendBatches(ctx, calls(items), suite.SendOptions{Timeout: 15 * time.Second}) }()
	// Requests beyond the channel's concurrency wait, and the quick ones may be among them.
	want := n
	if limit := e.Facts().Capabilities.MaxConcurrency; limit > 0 {
		want = min(n, limit)
	}
	wait, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := e.Emulator().Wait(wait, want); err != nil {
		e.Fatalf("wire", fmt.Sprintf("%d vendor requests", want), "%d", e.Emulator().Counts().Requests)
	}
	if _, err := e.Client().Stop(ctx, 200*time.Millisecond); err != nil {
		e.Failf("Stop", "an answer", "%v", err)
	}
	outcomes := complete(e, items, <-done)
	for i, it := range items {
		o, ok := outcomes[it.DeliveryID]
		if !ok {
			continue
		}
		where := fmt.Sprintf("message %d of %d", i+1, n)
		asked, taken := len(e.Exchanges(it.To)), delivered(e, it)
		switch {
		case i < quick && (want == n || asked > 0):
			accepted(e, outcomes, it, where)
		case o.Accepted != nil:
			e.Failf(where, "not accepted: the vendor never answered", "%s", describe(o))
		case o.Rejected != nil && asked > 0:
			e.Failf(where, "unknown: the vendor had the request", "%s, %d deliveries", describe(o), taken)
		}
		if asked > 1 {
			e.Failf(where, "one vendor request at most", "%d", asked)
		}
	}
}

// mostConcurrency limits the messages of boundedConcurrency. A provider of the SDK that declares no bound has 1,024.
const mostConcurrency = 2000

func boundedConcurrency(ctx context.Context, e *suite.Env) {
	limit := e.Facts().Capabilities.MaxConcurrency
	items := different(e, min(limit, mostConcurrency)+20)
	for _, i := range items {
		fault(e, i, "slow(100)")
	}
	outcomes := complete(e, items, e.SendBatches(ctx, calls(items), suite.SendOptions{Timeout: 15 * time.Second}))
	for _, i := range items {
		accepted(e, outcomes, i, "delivery")
	}
	peak := e.Emulator().PeakConnections()
	e.Note("at most %d of %d allowed at a time", peak, limit)
	if peak > limit {
		e.Failf("wire", fmt.Sprintf("at most %d vendor requests at a time", limit), "%d", peak)
	}
}
