// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"time"

	"github.com/wahost/wahost/core/gateway/policy"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// apply asks the policy of the sender about a message, and moves its time out of quiet hours. It returns the template that would be sent in
// place of the message now, or nil.
func (e *Engine) apply(ctx context.Context, n *store.NewMessage, m *message.Message, now time.Time) (template *message.Message, rejected *outcome.Rejected, err error) {
	if e.Policy == nil {
		return nil, nil, nil
	}
	p, optOuts := e.Policy(n.Sender)
	if p == nil {
		return nil, nil, nil
	}
	kind := m.GetType()
	f := &policy.Facts{
		Now: now, SendAt: n.Due, Expires: n.Expires, Category: n.Category, Template: kind == message.KindTemplate, Attached: attached(kind), To: n.To,
	}
	if err := e.lookUp(ctx, p, optOuts, n.Sender, f); err != nil {
		return nil, nil, err
	}
	d := p.Decide(f)
	if d.Verdict == policy.Refuse {
		return nil, d.Rejected, nil
	}
	if d.Quiet {
		n.Due = d.At
	}
	if d.Verdict == policy.Replace {
		template = p.Window.InPlace(m)
	}
	return template, nil, nil
}

// attached reports whether messages of a kind say something about another message.
func attached(kind string) bool { return kind == message.KindReaction || kind == message.KindPin }

// lookUp fills in what the policy of a sender needs to know about a recipient.
func (e *Engine) lookUp(ctx context.Context, p *policy.Policy, optOuts bool, sender string, f *policy.Facts) error {
	if optOuts || p.Window.Action != policy.WindowSend {
		c, err := e.Store.Contact(ctx, sender, f.To)
		if err != nil {
			return err
		}
		f.LastInbound, f.OptedOut = c.LastInbound, optOuts && c.OptedOut
	}
	if len(p.Quiet) > 0 {
		f.Zones = policy.Zones(f.To)
	}
	return nil
}
