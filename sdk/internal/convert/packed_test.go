// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
)

func TestPack(t *testing.T) {
	t.Parallel()
	to := func(id string, kind message.RecipientKind, address string) message.Delivery {
		return message.Delivery{DeliveryID: id, To: message.Recipient{Kind: kind, Address: address}}
	}
	phone := to("1", message.RecipientPhone, "+15550100001")
	for name, test := range map[string]struct {
		deliveries []message.Delivery
		packed     bool
	}{
		"none":                 {nil, false},
		"one":                  {[]message.Delivery{phone}, false},
		"several":              {[]message.Delivery{phone, to("2", message.RecipientPhone, "+15550100002"), to("3", message.RecipientPhone, "+1")}, true},
		"empty texts":          {[]message.Delivery{to("", message.RecipientUser, ""), to("", message.RecipientUser, ""), to("a", message.RecipientUser, "")}, true},
		"several kinds":        {[]message.Delivery{phone, to("2", message.RecipientUser, "u")}, false},
		"a line feed":          {[]message.Delivery{phone, to("2", message.RecipientPhone, "+1\n2")}, false},
		"a line feed in an id": {[]message.Delivery{phone, to("2\n", message.RecipientPhone, "+1")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			packed := Pack(test.deliveries)
			require.Equal(t, test.packed, packed != nil)
			if packed == nil {
				return
			}
			batch := &providerpb.Batch{Packed: packed, Deliveries: []*providerpb.Delivery{{DeliveryId: "first", To: RecipientToProto(phone.To)}}}
			n, err := CountDeliveries(&providerpb.SendMessagesRequest{Batches: []*providerpb.Batch{batch, {}}})
			require.NoError(t, err)
			require.Equal(t, len(test.deliveries)+1, n)
			require.Equal(t, n, BatchLen(batch))
			require.Equal(t, append([]message.Delivery{to("first", phone.To.Kind, phone.To.Address)}, test.deliveries...), AppendDeliveries(nil, batch))
		})
	}
}

func TestPackedDeliveriesThatDoNotFit(t *testing.T) {
	t.Parallel()
	_, err := CountDeliveries(&providerpb.SendMessagesRequest{Batches: []*providerpb.Batch{{}, {Packed: &providerpb.PackedDeliveries{Addresses: "a\nb\n", DeliveryIds: "1\n"}}}})
	require.EqualError(t, err, "batches[1].packed has 2 addresses and 1 delivery ids")
}
