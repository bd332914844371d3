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
// used when some time has passed, so that such a decision is not kept.
func (c *Content) share(f *Facts, snapshot *catalog.Snapshot, d *Decision) {
	if c.byRecipient || !c.lasts(d) {
		return
	}
	c.shared.Store(&shared{snapshot: snapshot, kind: f.To.Kind, decision: kept(d)})
}

// lasts reports whether a decision stays the same when time passes.
func (c *Content) lasts(d *Decision) bool {
	return c.facts.Message.GetWahost().GetSendAt() == nil && len(d.Candidates) > 0 && len(d.Skipped)+len(d.Undecided) == 0
}

// kept returns a copy of a decision that lasts.
func kept(d *Decision) Decision {
	k := *d
	k.Candidates, k.Skipped, k.Undecided = slices.Clone(d.Candidates), nil, nil
	return k
}

// commons are the decisions about the recipients of a content while the channels are in one state.
type commons struct {
	snapshot  *catalog.Snapshot
	decisions []*Decision
}

// mostCommons is how many decisions of a content are kept.
const mostCommons = 16

// ByRecipient reports whether two recipients of one kind may have different decisions.
func (c *Content) ByRecipient() bool { return c.byRecipient }

// Common returns a decision that equals d, which Choose has made. It is the same one for all recipients with such a decision while the
// channels are in this state, and must not be changed. It is nil if the decision may be another when time passes, and if there are too
// many different ones.
func (c *Content) Common(snapshot *catalog.Snapshot, d *Decision) *Decision {
	if !c.lasts(d) {
		return nil
	}
	known := c.commons.Load()
	if known == nil || known.snapshot != snapshot {
		known = &commons{snapshot: snapshot}
	}
	for _, k := range known.decisions {
		if k.Route == d.Route && slices.Equal(k.Candidates, d.Candidates) {
			return k
		}
	}
	if len(known.decisions) >= mostCommons {
		return nil
	}
	// If two goroutines do this at once, one of the decisions is found by nobody else, which does no harm.
	fresh := kept(d)
	c.commons.Store(&commons{snapshot: snapshot, decisions: append(slices.Clip(known.decisions), &fresh)})
	return &fresh
}

// Shared returns the decision for recipients of a kind if it is known and the same for all of them while the channels are in this
// state, and otherwise nil. Choose finds it. It must not be changed.
func (c *Content) Shared(kind message.RecipientKind, snapshot *catalog.Snapshot) *Decision {
	s := c.shared.Load()
	if s == nil || s.snapshot != snapshot || s.kind != kind {
		return nil
	}
	return &s.decision
}
