// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Explain decides where a message would go now, without sending it: Send decides in the same way. It also returns the
// routes that did not match. The error is a *message.InvalidError.
func (d *Dispatcher) Explain(m *message.Message, to message.Recipient) (route.Decision, []route.Miss, error) {
	content, err := d.table.NewContent(m)
	if err != nil {
		return route.Decision{}, nil, err
	}
	facts := content.For(to, time.Now(), rand.Uint64())
	var decision route.Decision
	d.table.Choose(&facts, d.Snapshot(), &decision)
	return decision, d.table.Misses(&facts, &decision), nil
}

// Decide is like Explain for a content of Prepare, which is the fast way for many recipients. It returns the rejection that is
// the result of Send if no channel becomes healthy meanwhile, or nil if there is a candidate. It reuses the decision's memory.
func (d *Dispatcher) Decide(c *Content, to message.Recipient, decision *route.Decision) *outcome.Rejected {
	if c.invalid != nil {
		*decision = route.Decision{}
		return invalid(c.invalid).Rejected
	}
	facts := c.routed.For(to, time.Now(), rand.Uint64())
	d.table.Choose(&facts, d.Snapshot(), decision)
	o, _ := Rejection(decision)
	return o.Rejected
}

// Rejection returns the outcome of a message for which no channel is a candidate, which is the result of Send if no
// channel becomes healthy meanwhile. It returns false if there is a candidate.
func Rejection(d *route.Decision) (outcome.Outcome, bool) {
	switch {
	case d.NoRoute != "":
		return outcome.Reject(d.Reason, d.Path, "%s", d.NoRoute), true
	case len(d.Candidates) > 0:
		return outcome.Outcome{}, false
	case len(d.Skipped) == 0:
		return outcome.Reject(outcome.ReasonMisconfigured, "", "the route %q has no channel", d.Route), true
	}
	closest := slices.MaxFunc(d.Skipped, func(a, b route.Skip) int { return cmp.Compare(closeness(a), closeness(b)) })
	if closest.Reason == "" {
		return unavailable("no channel is healthy: %s: %s", closest.Channel, closest.Detail), true
	}
	return outcome.Reject(closest.Reason, closest.Path, "%s: %s", closest.Channel, closest.Detail), true
}

// closeness ranks a skipped channel by how close it came to carrying the message. The result has the reason of the
// closest channel, because that is the one to correct.
func closeness(s route.Skip) int {
	switch {
	case s.Reason == "":
		return 3 // it can carry the message, but not now
	case s.Reason != outcome.ReasonUnsupported:
		return 2
	case s.Path != "type" && s.Path != "interactive.type":
		return 1
	}
	return 0
}

// healthyAt returns when the first of the unhealthy channels may be tried again, or zero if that is not known.
func healthyAt(skipped []route.Skip) time.Time {
	soonest := time.Time{}
	for _, s := range skipped {
		if !s.Until.IsZero() && (soonest.IsZero() || s.Until.Before(soonest)) {
			soonest = s.Until
		}
	}
	return soonest
}
