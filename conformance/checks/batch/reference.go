// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"fmt"
	"slices"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// sharedReference sends a group that the vendor accepts and one whose answer is lost. If a request has one delivery id for several
// recipients, a callback has only this id, so all outcomes of the request must name it.
func sharedReference(ctx context.Context, e *suite.Env) {
	shared := false
	for _, lost := range []bool{false, true} {
		items, group := groupOf(e, 3)
		if lost {
			fault(e, items[0], "reset_after_request")
		}
		outcomes := complete(e, items, e.SendBatches(ctx, []message.Batch{group}, suite.SendOptions{}))
		for n, i := range items {
			where := fmt.Sprintf("recipient %d of a group", n+1)
			if !lost {
				accepted(e, outcomes, i, where)
			} else {
				where += " whose answer is lost"
			}
			o := outcomes[i.DeliveryID]
			var aliases []string
			switch {
			case o.Accepted != nil:
				aliases = o.Accepted.Aliases
			case o.Unknown != nil:
				aliases = o.Unknown.Aliases
			default:
				continue
			}
			for _, x := range e.Exchanges(i.To) {
				id := onlyReference(x, items)
				shared = shared || id != ""
				if id != "" && !slices.Contains(aliases, id) {
					e.Failf(where, "the one delivery id in the request, "+id+", in the aliases", "%q", aliases)
				}
			}
		}
	}
	if !shared {
		e.Untested("no request has one delivery id for several recipients")
	}
}

// groupOf returns n deliveries of a message of a kind with several recipients in a vendor request, and their batch.
func groupOf(e *suite.Env, n int) ([]item, message.Batch) {
	caps := e.Facts().Capabilities
	group := message.Batch{}
	for _, k := range caps.Kinds {
		if m := e.Minimal(k.Kind); m != nil && caps.Recipients(k.Kind) > 1 {
			group.Message = message.Content(m)
			break
		}
	}
	items := make([]item, n)
	for at := range items {
		items[at] = item{message.Delivery{DeliveryID: e.DeliveryID(), To: e.Recipient()}, group.Message}
		group.Deliveries = append(group.Deliveries, items[at].Delivery)
	}
	return items, group
}

// onlyReference returns the delivery id in a request with several recipients, or "" if it has none or more than one.
func onlyReference(x emulator.Exchange, items []item) string {
	if len(x.Recipients) < 2 {
		return ""
	}
	only := ""
	for _, pair := range wire.Pairs(suite.Sent{Exchanges: []emulator.Exchange{x}}) {
		if !slices.ContainsFunc(items, func(i item) bool { return i.DeliveryID == pair.Value }) || pair.Value == only {
			continue
		}
		if only != "" {
			return ""
		}
		only = pair.Value
	}
	return only
}
