// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
)

// A way is where a content goes for all recipients with the same decision, while the channels are in one state.
type way struct {
	content  *Content
	decision *route.Decision
	channel  *channel // the first candidate
	key      string   // of the message for the channel; "" if most is 1
	most     int      // recipients of a request of the vendor
	room     int      // the recipients of the series before; guarded by the mutex of the lane
}

// keptWays is how many ways of a content are kept.
const keptWays = 16

// wayOf returns the way of a content to a recipient, or nil if the decision is not one that other recipients may have. If the decision
// had to be made, it returns that too, which belongs to d.plans.
func (d *Dispatcher) wayOf(content *Content, to message.Recipient) (w *way, plan *route.Decision) {
	if content.invalid != nil {
		return nil, nil
	}
	snapshot := d.Snapshot()
	decision := content.routed.Shared(to.Kind, snapshot)
	if decision == nil && content.routed.ByRecipient() {
		plan, _ = d.plans.Get().(*route.Decision)
		facts := content.routed.For(to, time.Now(), rand.Uint64())
		d.table.Choose(&facts, snapshot, plan)
		decision = content.routed.Common(snapshot, plan)
	}
	if decision == nil {
		return nil, plan
	}
	return d.keptWay(content, decision, snapshot), plan
}

// keptWay returns the way of a content with a decision.
func (d *Dispatcher) keptWay(content *Content, decision *route.Decision, snapshot *catalog.Snapshot) *way {
	var known []*way
	if kept := content.ways.Load(); kept != nil {
		for _, w := range *kept {
			if w.decision == decision {
				return w
			}
		}
		known = *kept
	}
	// If two goroutines do this at once, the way of one is found by nobody else, which does no harm.
	w := newWay(d.channels[decision.Candidates[0].Channel], content, decision, snapshot)
	kept := append(slices.Clone(known[max(0, len(known)-keptWays+1):]), w)
	content.ways.Store(&kept)
	return w
}

func newWay(c *channel, content *Content, decision *route.Decision, snapshot *catalog.Snapshot) *way {
	first := decision.Candidates[0]
	w := &way{content: content, decision: decision, channel: c, most: 1}
	if state, ok := snapshot.Channel(first.Channel); ok {
		w.most = state.Checker.Capabilities().Recipients(first.Message.Kind())
	}
	if w.most > 1 {
		w.key = message.ContentKey(first.Message)
	}
	return w
}
