// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package route

import (
	"slices"

	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/sdk/message"
)

// shared is a decision that is the same for all recipients of a content of one kind, for as long as the channels are in one state.
// A broadcast has a great many such recipients.
type shared struct {
	snapshot *catalog.Snapshot
	kind     message.RecipientKind
	decision Decision
}

// known copies the decision about the content if it is known for such a recipient, and reports whether it is.
func (c *Content) known(f *Facts, snapshot *catalog.Snapshot, d *Decision) bool {
	s := c.shared.Load()
	if s == nil || s.snapshot != snapshot || s.kind != f.To.Kind {
		return false
	}
	candidates, skipped, undecided := d.Candidates, d.Skipped, d.Undecided
	candidates = append(candidates, s.decision.Candidates...)
	*d = s.decision
	d.Candidates, d.Skipped, d.Undecided = candidates, skipped, undecided
	return true
}

// share keeps a decision for further recipients if nothing but the kind of the recipient counted in it. A skipped channel may be
// used when some time has passed, so that such a decision is not kept. Neither is the first one, since most contents have one recipient.
func (c *Content) share(f *Facts, snapshot *catalog.Snapshot, d *Decision) {
	if !c.again.Swap(true) || c.byRecipient || f.Message.GetWahost().GetSendAt() != nil || len(d.Candidates) == 0 || len(d.Skipped)+len(d.Undecided) > 0 {
		return
	}
	s := &shared{snapshot: snapshot, kind: f.To.Kind, decision: *d}
	s.decision.Candidates, s.decision.Skipped, s.decision.Undecided = slices.Clone(d.Candidates), nil, nil
	c.shared.Store(s)
}
