// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import "github.com/wahost/wahost/sdk/message"

// messageBatches makes the batches of a call to a provider. Deliveries of the same message share a batch; if grouped is
// set, so do deliveries of equal messages.
func messageBatches(provider string, open []*delivery, grouped bool) []message.Batch {
	batches := make([]message.Batch, 0, 1)
	byMessage := map[*message.Message]int{}
	byKey := map[string]int{}
	for begin := 0; begin < len(open); {
		first := open[begin]
		end := begin + 1
		for end < len(open) && open[end].message == first.message {
			end++
		}
		if len(open) == 1 && first.series != nil {
			first.content = 0
			return []message.Batch{{Message: message.ForProvider(first.message, provider), Deliveries: first.series.deliveries}}
		}
		at, ok := byMessage[first.message]
		if !ok && grouped {
			at, ok = byKey[first.contentKey()]
		}
		if !ok {
			at = len(batches)
			batches = append(batches, message.Batch{Message: message.ForProvider(first.message, provider), Deliveries: make([]message.Delivery, 0, end-begin)})
			byMessage[first.message] = at
			if grouped {
				byKey[first.contentKey()] = at
			}
		}
		for _, dl := range open[begin:end] {
			dl.content = at
			batches[at].Deliveries = dl.appendTo(batches[at].Deliveries)
		}
		begin = end
	}
	return batches
}

// appendTo appends what a provider gets of the delivery.
func (dl *delivery) appendTo(all []message.Delivery) []message.Delivery {
	if dl.series != nil {
		return append(all, dl.series.deliveries...)
	}
	return append(all, message.Delivery{DeliveryID: dl.id, To: dl.job.facts.To})
}

func (dl *delivery) contentKey() string {
	if dl.key == "" {
		dl.key = message.ContentKey(dl.message)
	}
	return dl.key
}
