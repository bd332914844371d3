// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"fmt"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/policy"
	"github.com/wahost/wahost/core/gateway/store"
)

// policies are what the configuration says about the messages of each number.
type policies struct {
	byNumber map[string]*policy.Policy
	words    map[string]policy.Words
}

func newPolicies(c *config.Gateway) (*policies, error) {
	all := &policies{map[string]*policy.Policy{}, map[string]policy.Words{}}
	for _, s := range c.Senders {
		p := &policy.Policy{Window: policy.WindowPolicy{Action: policy.WindowSend}}
		if s.RejectOutsideWindow {
			p.Window.Action = policy.WindowReject
		}
		if t := s.WindowTemplate; t != nil {
			p.Window = policy.WindowPolicy{Action: policy.WindowTemplate, Template: t.Name, Language: t.Language, Category: t.Category}
		}
		for _, hours := range s.QuietHours {
			q, err := policy.ParseQuietHours(hours.From, hours.To)
			if err != nil {
				return nil, fmt.Errorf("sender %q: %w", s.ID, err)
			}
			q.Categories = hours.Categories
			p.Quiet = append(p.Quiet, q)
		}
		for _, l := range s.Limits {
			limit, err := policy.ParseLimit(l.Messages)
			if err != nil {
				return nil, fmt.Errorf("sender %q: %w", s.ID, err)
			}
			p.Bounds = append(p.Bounds, policy.Bound{Per: policy.Per(l.Per), Limit: limit, Categories: l.Categories})
		}
		if s.OptOut != nil {
			p.OptOut = s.OptOut.Categories
			all.words[s.ID] = policy.Words{Out: s.OptOut.Words, In: s.OptOut.Back}
		}
		all.byNumber[s.ID] = p
	}
	return all, nil
}

// of returns the policy of a number, and whether opt-outs are kept for it.
func (p *policies) of(number string) (found *policy.Policy, optOuts bool) {
	_, optOuts = p.words[number]
	return p.byNumber[number], optOuts
}

// wish returns what the writer of a text to a number wants.
func (p *policies) wish(number, text string) store.Wish {
	words, ok := p.words[number]
	if !ok {
		return store.NoWish
	}
	switch words.Read(text) {
	case policy.OptOut:
		return store.WishOptOut
	case policy.OptIn:
		return store.WishOptIn
	}
	return store.NoWish
}
