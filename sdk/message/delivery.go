// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

// Delivery is one recipient's copy of a message.
type Delivery struct {
	// DeliveryID is the host's id of this delivery: at most 32 characters of [0-9a-z-].
	DeliveryID string
	To         Recipient
}

// Batch is one message for one or more recipients. The recipient fields of the message are empty.
type Batch struct {
	Message    *Message
	Deliveries []Delivery
}
