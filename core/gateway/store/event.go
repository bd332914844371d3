// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"time"

	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Event is what a vendor tells about a message. It is a fact, so any gateway of a store may record it.
type Event struct {
	// Scope is the provider configuration that the event came from. Ids of vendors are unique within one.
	Scope string
	// Key identifies the event within the scope: an event that is told twice has the same key.
	Key string
	// At is when the event happened. The store uses the time when it gets the event if At is zero.
	At time.Time
	// Attempt is the id of the attempt that the vendor repeated, as ids.ID.Attempt makes it. It may be empty.
	Attempt string
	// VendorID is the vendor's id of the message. It may be empty.
	VendorID string
	// Recipient is the address that the event is about. It may be empty.
	Recipient string
	// Status is what became of the message.
	Status outcome.Status
	// Failure says why the status is outcome.StatusFailed. It is empty for other statuses.
	Failure Failure
	// Raw is what the vendor sent. It is kept for a failed status and for an event whose message is not known.
	Raw []byte
}

// Failure says why a message failed.
type Failure struct {
	// Reason is an outcome.Reason or a reason of the gateway, such as ReasonExpired.
	Reason string
	// VendorCode and VendorMessage are the vendor's own.
	VendorCode    string
	VendorMessage string
	// Detail says more, for people. It may be empty.
	Detail string
}

// EventResult is what Events did with an event.
type EventResult struct {
	Effect Effect
	// ID is the message that the event is about, unless Effect is Orphan.
	ID ids.ID
}

// Effect says what Events did with an event.
type Effect int

// The effects.
const (
	// Applied means that the event is recorded with its message.
	Applied Effect = iota
	// Duplicate means that the event was recorded before.
	Duplicate
	// Orphan means that no message has the ids of the event yet. The store applies it when one gets them.
	Orphan
)

// Position is a place in the list of notices. A position is greater than those of the notices before it that have the same
// writer. The zero Position is before all notices.
type Position struct {
	// Writer is the connection that wrote the notice. Each writer counts for itself, so that a notice that is committed late is
	// never before one that was read.
	Writer int
	Seq    int64
}

// Notice is something that applications are to be told: one webhook. It is about a message that an application sent, or about one that
// a user sent.
type Notice struct {
	Position Position
	// Inbound is the message of a user, or nil. If it is set, the fields below are not.
	Inbound *Inbound

	// ID is the message.
	ID ids.ID
	// Sender, To and Reference are those of NewMessage.
	Sender    string
	To        message.Recipient
	Reference string
	Category  string
	// Status is sent, delivered, read, played or failed.
	Status outcome.Status
	// At is when it happened.
	At time.Time
	// Failure is set if the status is failed.
	Failure Failure
}
