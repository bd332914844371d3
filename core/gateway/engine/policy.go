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

// apply asks the policy of the sender about a message, and moves its time out of quiet hours.
func (e *Engine) apply(ctx context.Context, n *store.NewMessage, m *message.Message, now time.Time) (*outcome.Rejected, error) {
	if e.Policy == nil {
		return nil, nil //nolint:nilnil // it is not rejected
	}
	p, optOuts := e.Policy(n.Sender)
	if p == nil {
		return nil, nil //nolint:nilnil // it is not rejected
	}
	f := &policy.Facts{
		Now: now, SendAt: n.Due, Expires: n.Expires, Category: n.Category, Template: m.GetType() == message.KindTemplate, To: n.To,
	}
	if err := e.lookUp(ctx, p, optOuts, n.Sender, f); err != nil {
		return nil, err
	}
	d := p.Decide(f)
	if d.Verdict == policy.Refuse {
		return d.Rejected, nil
	}
	if d.Quiet {
		n.Due = d.At
	}
	return nil, nil //nolint:nilnil // it is not rejected
}

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
