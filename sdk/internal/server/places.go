// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/outcome"
)

// answerBytes is the size from which further outcomes travel in another answer, so that each fits into a response.
const answerBytes = 1 << 20

// encode appends the encoded outcomes of an answer to b, and returns those that are left for further answers. Neighbours that differ
// only in their delivery become one outcome, which names the deliveries by their places in the call.
func (c *streamCall) encode(b []byte, settled []outcome.Outcome) (encoded []byte, rest []outcome.Outcome) {
	for len(settled) > 0 && len(b) < answerBytes {
		n := 1
		for n < len(settled) && convert.Alike(&settled[n-1], &settled[n]) {
			n++
		}
		if n == 1 {
			b = convert.AppendOutcome(b, settled[0])
		} else {
			pb := convert.OutcomeToProto(settled[0])
			pb.DeliveryId = ""
			c.name(pb, settled[:n])
			b = convert.AppendOutcomeProto(b, pb)
		}
		settled = settled[n:]
	}
	return b, settled
}

// name names the deliveries of equal outcomes. They are mostly neighbours, because a vendor request takes neighbours.
func (c *streamCall) name(pb *providerpb.Outcome, settled []outcome.Outcome) {
	for len(settled) > 0 {
		first := c.place(settled[0].DeliveryID)
		if first < 0 {
			pb.OtherDeliveryIds = append(pb.OtherDeliveryIds, settled[0].DeliveryID)
			settled = settled[1:]
			continue
		}
		n := 1
		for n < len(settled) && first+n < len(c.deliveries) && c.deliveries[first+n].DeliveryID == settled[n].DeliveryID {
			n++
		}
		pb.Deliveries = append(pb.Deliveries, &providerpb.DeliveryRange{First: uint32(first), Count: uint32(n)}) //nolint:gosec // a request has less than 16 MiB
		c.next.Store(int64(first + n))
		settled = settled[n:]
	}
}

// place returns the place of a delivery of the call, or -1.
func (c *streamCall) place(id string) int {
	next := int(c.next.Load())
	for i := range c.deliveries {
		if at := (next + i) % len(c.deliveries); c.deliveries[at].DeliveryID == id {
			return at
		}
	}
	return -1
}
