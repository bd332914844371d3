// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

const (
	// codeLife is how long an authentication message is worth sending, and otherLife how long another one is. Messages of a campaign, which may be
	// paused or slow, are worth sending until somebody cancels it.
	codeLife  = 10 * time.Minute
	otherLife = 24 * time.Hour
)

// Plan decides whether a message may be sent and has a way to its recipient, and fills in its lane, class, category and the time when
// it expires. The message is accepted if its channels are not healthy now, because they may be when it is sent. Plan removes the
// time at which the message is to be sent from m: the gateway waits for it, and not the vendor.
//
// A message that is accepted counts against the bounds of its sender.
func (e *Engine) Plan(ctx context.Context, n *store.NewMessage, m *message.Message) (*outcome.Rejected, error) {
	_, rejected, err := e.plan(ctx, n, m, true)
	return rejected, err
}

// Check decides as Plan does, and counts nothing.
func (e *Engine) Check(ctx context.Context, n *store.NewMessage, m *message.Message) (*outcome.Rejected, error) {
	_, rejected, err := e.plan(ctx, n, m, false)
	return rejected, err
}

// plan returns what would be sent now as well: the message, or a template in its place.
func (e *Engine) plan(ctx context.Context, n *store.NewMessage, m *message.Message, count bool) (sent *message.Message, rejected *outcome.Rejected, err error) {
	now := time.Now()
	if err := e.Config.CheckSendAt(m, now); err != nil {
		return m, outcome.Reject(outcome.ReasonInvalidMessage, "wahost.send_at", "%v", err).Rejected, nil
	}
	if err := e.Config.CheckTarget(m); err != nil {
		return m, outcome.Reject(outcome.ReasonInvalidMessage, "wahost", "%v", err).Rejected, nil
	}
	if rejected, err := e.checkCampaign(ctx, n); rejected != nil || err != nil {
		return m, rejected, err
	}
	if e.Suppressed(n.To) {
		r := outcome.Reject(outcome.ReasonOptedOut, "to", "the recipient is on the suppression list").Rejected
		r.Scope = outcome.ScopeRecipient
		return m, r, nil
	}
	var d route.Decision
	if rejected := e.decideRoute(withoutTime(m), n.To, &d); rejected != nil {
		return m, rejected, nil
	}
	n.Category = d.Category
	if n.Category == "" && m.GetType() != message.KindTemplate {
		n.Category = message.CategoryService
	}
	n.Class = store.ClassOf(n.Category)
	template, rejected, err := e.apply(ctx, n, m, now)
	if rejected != nil || err != nil {
		return m, rejected, err
	}
	if template != nil {
		d = route.Decision{}
		if rejected := e.decideRoute(template, n.To, &d); rejected != nil {
			return template, rejected, nil
		}
		m = template
	}
	var first addr.Channel
	switch {
	case len(d.Candidates) > 0:
		first = d.Candidates[0].Channel
	case len(d.Skipped) > 0:
		first = d.Skipped[0].Channel
	}
	n.Lane = LaneOf(e.Dispatcher.Snapshot(), first)
	if n.Expires.IsZero() && (n.Campaign == "" || n.Class == store.ClassAuthentication) {
		life := otherLife
		if n.Class == store.ClassAuthentication {
			life = codeLife
		}
		from := now
		if n.Due.After(now) {
			from = n.Due
		}
		n.Expires = from.Add(life)
	}
	if rejected := e.tooLong(n, now); rejected != nil {
		return m, rejected, nil
	}
	return m, e.bounded(n, now, count), nil
}

// decideRoute asks the routes where a message may go, and returns why it can go nowhere, also later, or nil.
func (e *Engine) decideRoute(m *message.Message, to message.Recipient, d *route.Decision) *outcome.Rejected {
	rejected := e.Dispatcher.Decide(e.Dispatcher.Prepare(m), to, d)
	if rejected != nil && (rejected.Retry == outcome.RetryNever || d.NoRoute != "") {
		return rejected
	}
	return nil
}

// bounded returns why too many messages like this one came, or nil.
func (e *Engine) bounded(n *store.NewMessage, now time.Time, count bool) *outcome.Rejected {
	if e.Policy == nil {
		return nil
	}
	p, _ := e.Policy(n.Sender)
	if p == nil {
		return nil
	}
	return e.Limiter.Take(n.Sender, p.Bounds, n.To, route.Country(n.To), n.Category, now, count)
}
