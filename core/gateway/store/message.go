// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"time"

	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

// Class is the priority of a message. Lower values are sent first.
type Class int

// The classes.
const (
	ClassAuthentication Class = iota
	// ClassTransactional holds utility and service messages.
	ClassTransactional
	ClassMarketing

	// Classes is the number of classes.
	Classes = iota
)

// ClassOf returns the class of a category of a message. A message whose category is not known is transactional.
func ClassOf(category string) Class {
	switch category {
	case message.CategoryAuthentication:
		return ClassAuthentication
	case message.CategoryMarketing:
		return ClassMarketing
	}
	return ClassTransactional
}

// NewMessage is a message that an application hands over.
type NewMessage struct {
	// ID is chosen by the caller, with ids.New.
	ID ids.ID
	// Sender is the phone number id that the application addressed. It names a sender of the configuration, not a channel.
	Sender string
	// To is the recipient.
	To message.Recipient
	// Body is the message as message.Marshal returns it. It may hold the recipient; To decides.
	Body []byte
	// Lane is the sending identity that the message would leave from now, which may change until it is sent. Messages of one lane
	// to one recipient are sent in the order of their ids within a class and a campaign.
	Lane  string
	Class Class
	// Category is that of the message or of its template. It may be empty.
	Category string
	// APIKey is the name of the key that the application used. Keys share a lane fairly.
	APIKey string
	// Campaign is the name of the campaign that the message belongs to. The store has it. It is empty for a message of no campaign.
	Campaign string
	// Reference is biz_opaque_callback_data, which webhooks to the application repeat. It may be empty.
	Reference string
	// Due is when to send the message. Zero stands for now.
	Due time.Time
	// Expires is when the message is no longer worth sending. Zero stands for never.
	Expires time.Time
	// Origin is the dead message that this one replaces, or zero.
	Origin ids.ID
	// Idempotency makes a repetition of the same request return the first message. It may be nil.
	Idempotency *Idempotency
}

// Idempotency identifies a request of an application.
type Idempotency struct {
	// Key is the key as the application chose it. It counts for the API key of the message.
	Key string
	// BodyHash is a hash of the request. A request with the same key and another hash is a conflict.
	BodyHash [32]byte
	// Expires is when the key may be used for another message.
	Expires time.Time
}

// AcceptResult is what Accept did with a message.
type AcceptResult struct {
	Verdict Verdict
	// ID is the id of the message that the store has: that of the first request if Verdict is Same or Conflict.
	ID ids.ID
	// Arrives is set if the node that has the lane of a new message gets it from Cluster.Arrivals, in its place among others, and is not to be
	// offered the message.
	Arrives bool
}

// Verdict says what Accept did with a message.
type Verdict int

// The verdicts.
const (
	// New means that the message is in the store now.
	New Verdict = iota
	// Same means that the same request was accepted before.
	Same
	// Conflict means that a different request was accepted with the same idempotency key. The message is not in the store.
	Conflict
)

// Ready is a message that is to be sent at Due.
type Ready struct {
	Flow

	ID ids.ID
	// Sender and Category are those of NewMessage.
	Sender   string
	Category string
	To       message.Recipient
	Body     []byte
	Due      time.Time
	Expires  time.Time
	Accepted time.Time
	// Attempts is the number of the last attempt that was made, or 0.
	Attempts int
	// Tries counts how often the message became ready again because of an outcome. While it is not 0, later messages to the
	// recipient wait.
	Tries int
}
