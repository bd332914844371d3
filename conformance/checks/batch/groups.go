// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// needsGroups is a Check.Needs for checks that need a kind of message with several recipients in a vendor request.
func needsGroups(f *suite.Facts) string {
	for _, k := range f.Capabilities.Kinds {
		if f.Capabilities.Recipients(k.Kind) > 1 {
			return ""
		}
	}
	return "several recipients in a vendor request"
}

// sharedRequest sends each declared kind to a few recipients, and a kind with a number of its own to one more than the number.
func sharedRequest(ctx context.Context, e *suite.Env) {
	caps := e.Facts().Capabilities
	for _, k := range caps.Kinds {
		minimal := e.Minimal(k.Kind)
		if minimal == nil {
			continue // a kind that the suite cannot make
		}
		limit := caps.Recipients(k.Kind)
		n := 3
		if k.MaxRecipients > 0 {
			n = max(n, limit+1)
		}
		group := message.Batch{Message: message.Content(minimal)}
		var items []item
		for range n {
			i := item{message.Delivery{DeliveryID: e.DeliveryID(), To: e.Recipient()}, group.Message}
			items, group.Deliveries = append(items, i), append(group.Deliveries, i.Delivery)
		}
		outcomes := complete(e, items, e.SendBatches(ctx, []message.Batch{group}, suite.SendOptions{Timeout: 15 * time.Second}))
		requests := map[int]bool{} // by Exchange.Seq
		for i, it := range items {
			accepted(e, outcomes, it, fmt.Sprintf("%s, delivery %d", k.Kind, i+1))
			for _, x := range e.Exchanges(it.To) {
				requests[x.Seq] = true
				if len(x.Recipients) > limit {
					e.Failf(k.Kind, fmt.Sprintf("at most %d recipients in a vendor request", limit), "%d", len(x.Recipients))
				}
			}
		}
		if limit > 1 && len(requests) >= n {
			e.Failf(k.Kind, fmt.Sprintf("fewer vendor requests than recipients, as up to %d recipients are declared", limit),
				"%d requests for %d recipients", len(requests), n)
		}
	}
}

// attemptIDs sends a message twice with the ids that the host gives to two attempts, which differ only in their ends.
func attemptIDs(ctx context.Context, e *suite.Env) {
	m, to := e.Minimal(e.Facts().AnyKind()), e.Recipient()
	base := strings.ReplaceAll(e.DeliveryID(), "-", "")
	base = strings.Repeat("0", max(0, 26-len(base))) + base // 26 characters, as ids of the host have
	var carries [2]bool
	for n := range carries {
		id := fmt.Sprintf("%s-%d", base, n+1)
		s := e.Send(ctx, m, suite.SendOptions{To: to, DeliveryID: id})
		where := fmt.Sprintf("attempt %d", n+1)
		if !s.Accepted() || len(s.Exchanges) != 1 {
			e.Fatalf(where, "accepted, with one vendor request", "%s, %d vendor requests", s, len(s.Exchanges))
		}
		request := wire.Whole(s.Exchanges[0])
		carries[n] = strings.Contains(request, id)
		if !carries[n] && strings.Contains(request, base) {
			e.Failf(where, "the delivery id, "+id, "only a part of it")
		}
	}
	if carries[0] != carries[1] {
		e.Failf("delivery id", "in both requests or in neither", "in one of them")
	}
	if !carries[0] {
		e.Untested("the vendor's request has no place for the delivery id")
	}
}
