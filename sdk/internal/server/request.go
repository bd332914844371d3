// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"log/slog"
	"slices"

	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// run makes one vendor request and answers exactly once for each of its deliveries, whatever the author's code does.
func (ch *channel) run(ctx context.Context, m *message.Message, options provider.Config, group []message.Delivery, begun *begunFile, answer func(...outcome.Outcome)) {
	obstacle := context.Cause(ctx)
	if obstacle == nil {
		obstacle = begun.begin(group)
	}
	if obstacle != nil {
		for _, d := range group {
			o := outcome.Reject(outcome.ReasonVendorUnavailable, "", "cancelled before a request was made: %v", obstacle)
			o.Rejected.Retry, o.DeliveryID = outcome.RetrySafe, d.DeliveryID
			answer(o)
		}
		return
	}
	if len(group) == 1 {
		answer(ch.one(ctx, m, options, group[0]))
		return
	}
	settled := ch.several(ctx, m, options, group)
	if !inOrder(settled, group) {
		settled = ch.oneOfEach(settled, group)
	}
	var last, normal outcome.Outcome // the outcome before: as the author's code returned it, and as it is answered
	for i := range settled {
		o := &settled[i]
		if !shared(o, &last) {
			last, normal = *o, normalizeOutcome(*o)
		}
		normal.DeliveryID = o.DeliveryID
		*o = normal
	}
	answer(settled...)
}

// inOrder reports whether there is one outcome for each delivery, in the order of the deliveries.
func inOrder(outcomes []outcome.Outcome, group []message.Delivery) bool {
	if len(outcomes) != len(group) {
		return false
	}
	for i := range group {
		if outcomes[i].DeliveryID != group[i].DeliveryID {
			return false
		}
	}
	return true
}

// oneOfEach returns the first outcome of each delivery. A delivery without an outcome is unknown.
func (ch *channel) oneOfEach(outcomes []outcome.Outcome, group []message.Delivery) []outcome.Outcome {
	answered := make([]bool, len(group))
	settled := make([]outcome.Outcome, 0, len(group))
	next := 0
	for _, o := range outcomes {
		at := positionOf(group, o.DeliveryID, next)
		if at < 0 || answered[at] {
			slog.Error("the provider returned an outcome for an unknown delivery, or a second one", "channel", ch.id, "delivery", o.DeliveryID)
			continue
		}
		answered[at], next = true, at+1
		settled = append(settled, o)
	}
	for i, d := range group {
		if !answered[i] {
			o := outcome.NewUnknown("the provider returned no outcome for this delivery")
			o.DeliveryID = d.DeliveryID
			settled = append(settled, o)
		}
	}
	return settled
}

// shared reports whether two outcomes are surely the same except for their deliveries, as those of one vendor request are.
func shared(a, b *outcome.Outcome) bool {
	return a.Accepted != nil && a.Accepted == b.Accepted && a.Rejected == nil && b.Rejected == nil && a.Unknown == nil && b.Unknown == nil &&
		a.Attempts == b.Attempts && a.Degraded == b.Degraded && slices.Equal(a.IgnoredFields, b.IgnoredFields)
}

// positionOf returns the position of a delivery in its group, or -1. Most providers answer in the order of the group, so
// the search begins at next.
func positionOf(group []message.Delivery, id string, next int) int {
	for i := range group {
		if at := (next + i) % len(group); group[at].DeliveryID == id {
			return at
		}
	}
	return -1
}

// one runs the author's code for one delivery. If it panics, the outcome is unknown, because the vendor may have the request.
func (ch *channel) one(ctx context.Context, m *message.Message, options provider.Config, d message.Delivery) (o outcome.Outcome) {
	if err := guard("while sending", ch.id, func() {
		o = normalizeOutcome(ch.channel.Send(ctx, provider.SendRequest{DeliveryID: d.DeliveryID, Message: m, To: d.To, Options: options}))
	}); err != nil {
		o = outcome.NewUnknown(err.Error())
	}
	o.DeliveryID = d.DeliveryID
	return o
}

// several is one for a group.
func (ch *channel) several(ctx context.Context, m *message.Message, options provider.Config, group []message.Delivery) (outcomes []outcome.Outcome) {
	err := guard("while sending", ch.id, func() {
		outcomes = ch.group.SendGroup(ctx, provider.GroupRequest{Message: m, Deliveries: group, Options: options})
	})
	if err == nil {
		return outcomes
	}
	for _, d := range group {
		o := outcome.NewUnknown(err.Error())
		o.DeliveryID = d.DeliveryID
		outcomes = append(outcomes, o)
	}
	return outcomes
}

// normalizeOutcome makes an outcome unknown if it does not have exactly one result. Nothing else is safe to conclude.
func normalizeOutcome(o outcome.Outcome) outcome.Outcome {
	results := 0
	for _, set := range []bool{o.Accepted != nil, o.Rejected != nil, o.Unknown != nil} {
		if set {
			results++
		}
	}
	if results != 1 {
		o.Accepted, o.Rejected = nil, nil
		o.Unknown = &outcome.Unknown{Cause: "the provider returned an outcome that does not have exactly one result"}
	}
	return convert.BoundOutcome(o)
}
