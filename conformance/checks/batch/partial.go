// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"fmt"
	"time"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// needsItems is a Check.Needs for checks that need a vendor that refuses some recipients of a request and accepts others.
func needsItems(f *suite.Facts) string {
	if why := needsGroups(f); why != "" {
		return why
	}
	for _, row := range f.Dialect.Errors {
		if !row.Item.IsZero() && len(grouped(f, row)) > 0 {
			return ""
		}
	}
	return "an error row with item for a kind with several recipients in a vendor request"
}

// grouped returns the kinds of message with several recipients in a vendor request that an error row is about.
func grouped(f *suite.Facts, row dialect.Error) []string {
	var kinds []string
	for _, kind := range f.KindsOf(dialect.Error{Kinds: row.Kinds, Answers: []dialect.ErrorAnswer{{}}}) {
		if f.Capabilities.Recipients(kind) > 1 {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// vendorPartial sends groups of which the vendor refuses the second and the fourth recipient.
func vendorPartial(ctx context.Context, e *suite.Env) {
	tried := 0
	for _, row := range e.Dialect().Errors {
		if row.Item.IsZero() {
			continue
		}
		for _, kind := range grouped(e.Facts(), row) {
			tried += mixed(ctx, e, kind, row)
		}
	}
	if tried == 0 {
		e.Blocked("no request has several recipients, and the dialect's reply to it says of each of them whether it is refused")
	}
}

// mixed sends one group and returns how many requests had accepted and refused recipients.
func mixed(ctx context.Context, e *suite.Env, kind string, row dialect.Error) int {
	group := message.Batch{Message: message.Content(e.Minimal(kind))}
	var items []item
	for n := range min(5, e.Facts().Capabilities.Recipients(kind)) {
		i := item{message.Delivery{DeliveryID: e.DeliveryID(), To: e.Recipient()}, group.Message}
		items, group.Deliveries = append(items, i), append(group.Deliveries, i.Delivery)
		if n%2 == 1 {
			fault(e, i, "error("+row.Name+")")
		}
	}
	outcomes := complete(e, items, e.SendBatches(ctx, []message.Batch{group}, suite.SendOptions{Timeout: 15 * time.Second}))
	requests := 0
	for n, i := range items {
		where := fmt.Sprintf("%s, %s, delivery %d", row.Name, kind, n+1)
		if n%2 == 0 {
			accepted(e, outcomes, i, where)
			continue
		}
		o, ok := outcomes[i.DeliveryID]
		if ok && (o.Rejected == nil || o.Rejected.Reason != row.Reason) {
			e.Failf(where, "rejected: "+string(row.Reason), "%s", describe(o))
		}
		if ok && o.Rejected != nil && row.Scope != "" && row.Scope != outcome.ScopeMessage && o.Rejected.Scope != row.Scope {
			e.Failf(where, "scope "+string(row.Scope), "%q", o.Rejected.Scope)
		}
		for _, x := range e.Exchanges(i.To) {
			if len(x.Refused) > 0 && len(x.Refused) < len(x.Recipients) {
				requests++
			}
		}
	}
	return requests
}
