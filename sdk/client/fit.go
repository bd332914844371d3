// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client

import (
	"errors"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// refuseUnfit rejects the deliveries that no call can carry, and returns the others.
func refuseUnfit(batches []message.Batch, answer func(outcome.Outcome)) []message.Batch {
	fit := make([]message.Batch, 0, len(batches))
	for _, b := range batches {
		refusal := unfit(b.Message)
		kept := message.Batch{Message: b.Message}
		for _, d := range b.Deliveries {
			r := refusal
			if r == nil && !utf8.ValidString(d.To.Address) {
				r = outcome.Reject(outcome.ReasonInvalidRecipient, "to", "The text is not valid UTF-8.").Rejected
			}
			if r == nil && size(message.Batch{Message: b.Message, Deliveries: []message.Delivery{d}}) > MaxMessageBytes {
				r = outcome.Reject(outcome.ReasonInvalidMessage, "",
					"The message is too large: with its recipient it has more than the %d bytes that a provider is given at once.", MaxMessageBytes).Rejected
			}
			if r == nil {
				kept.Deliveries = append(kept.Deliveries, d)
				continue
			}
			answer(outcome.Outcome{DeliveryID: d.DeliveryID, Rejected: r})
		}
		if len(kept.Deliveries) > 0 {
			fit = append(fit, kept)
		}
	}
	return fit
}

// unfit returns the rejection of a message that cannot be encoded, or nil.
func unfit(m *message.Message) *outcome.Rejected {
	if _, err := proto.Marshal(m); err == nil {
		return nil
	}
	// The writer of JSON knows the path of a text that is not UTF-8.
	path, detail := "", "The message has a text that is not valid UTF-8."
	var invalid *message.InvalidError
	if _, err := message.Marshal(m); errors.As(err, &invalid) && len(invalid.Problems) > 0 {
		path, detail = invalid.Problems[0].Path, invalid.Problems[0].Detail
	}
	return outcome.Reject(outcome.ReasonInvalidMessage, path, "%s", detail).Rejected
}

// size returns a bound of the size of a call with one batch.
func size(b message.Batch) int {
	const others = 8 << 10 // the id of the channel and a path
	return others + proto.Size(request("", []message.Batch{b}, ""))
}

// split distributes batches among calls that are not larger than limit. Each batch fits with one of its deliveries.
func split(batches []message.Batch, limit int) [][]message.Batch {
	var calls [][]message.Batch
	room := 0
	for _, b := range batches {
		for len(b.Deliveries) > 0 {
			n := size(b)
			if n <= room {
				last := len(calls) - 1
				calls[last] = append(calls[last], b)
				room -= n
				break
			}
			part := b
			for n > limit && len(part.Deliveries) > 1 {
				part.Deliveries = part.Deliveries[:len(part.Deliveries)/2]
				n = size(part)
			}
			calls = append(calls, []message.Batch{part})
			room = limit - n
			b.Deliveries = b.Deliveries[len(part.Deliveries):]
		}
	}
	return calls
}

func countDeliveries(batches []message.Batch) int {
	n := 0
	for _, b := range batches {
		n += len(b.Deliveries)
	}
	return n
}
