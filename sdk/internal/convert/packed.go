// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"fmt"
	"strings"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
)

// packFrom is the number of deliveries from which they are packed.
const packFrom = 2

// Pack returns deliveries in their short form, or nil if they have none: they are few, their recipients are of several kinds, or a
// text has a line feed.
func Pack(deliveries []message.Delivery) *providerpb.PackedDeliveries {
	if len(deliveries) < packFrom {
		return nil
	}
	kind := deliveries[0].To.Kind
	addresses, ids := 0, 0
	for _, d := range deliveries {
		if d.To.Kind != kind {
			return nil
		}
		addresses += len(d.To.Address) + 1
		ids += len(d.DeliveryID) + 1
	}
	var to, id strings.Builder
	to.Grow(addresses)
	id.Grow(ids)
	for _, d := range deliveries {
		to.WriteString(d.To.Address)
		to.WriteByte('\n')
		id.WriteString(d.DeliveryID)
		id.WriteByte('\n')
	}
	p := &providerpb.PackedDeliveries{Kind: RecipientKindToProto(kind), Addresses: to.String(), DeliveryIds: id.String()}
	if n := len(deliveries); strings.Count(p.Addresses, "\n") != n || strings.Count(p.DeliveryIds, "\n") != n {
		return nil
	}
	return p
}

// CountDeliveries returns the number of deliveries of a request. The error says which packed ones are not well-formed.
func CountDeliveries(req *providerpb.SendMessagesRequest) (int, error) {
	n := 0
	for i, b := range req.GetBatches() {
		n += len(b.GetDeliveries())
		if p := b.GetPacked(); p != nil {
			addresses, ids := strings.Count(p.GetAddresses(), "\n"), strings.Count(p.GetDeliveryIds(), "\n")
			if addresses != ids {
				return 0, fmt.Errorf("batches[%d].packed has %d addresses and %d delivery ids", i, addresses, ids)
			}
			n += addresses
		}
	}
	return n, nil
}

// BatchLen returns the number of deliveries of a batch.
func BatchLen(b *providerpb.Batch) int {
	return len(b.GetDeliveries()) + strings.Count(b.GetPacked().GetAddresses(), "\n")
}

// AppendDeliveries appends the deliveries of a batch, in the order of their places.
func AppendDeliveries(all []message.Delivery, b *providerpb.Batch) []message.Delivery {
	for _, d := range b.GetDeliveries() {
		all = append(all, message.Delivery{DeliveryID: d.GetDeliveryId(), To: RecipientFromProto(d.GetTo())})
	}
	p := b.GetPacked()
	kind := RecipientFromProto(&providerpb.Recipient{Kind: p.GetKind()}).Kind
	for addresses, ids := p.GetAddresses(), p.GetDeliveryIds(); addresses != ""; {
		d := message.Delivery{To: message.Recipient{Kind: kind}}
		d.To.Address, addresses, _ = strings.Cut(addresses, "\n")
		d.DeliveryID, ids, _ = strings.Cut(ids, "\n")
		all = append(all, d)
	}
	return all
}
