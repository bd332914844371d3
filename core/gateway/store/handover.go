// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"time"

	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// Epoch is one life of a gateway process on a store. What a process decides is recorded only while its epoch is the current one of
// its node.
type Epoch struct {
	// Node is the number of the gateway among those that share the store. It is 1 for a store of a single gateway.
	Node int
	// Number grows with each life of the node.
	Number int64
}

// Handover is the record of one call to a provider: which attempts may have reached the vendor.
type Handover struct {
	// Seq is a number that the epoch has not used before.
	Seq int64
	// Channel is the address of the channel.
	Channel string
	// Attempts are the attempts of the call, in the order in which the provider gets them.
	Attempts []Attempt
	// Began is when the call began.
	Began time.Time
}

// Attempt names an attempt to send a message.
type Attempt struct {
	ID ids.ID
	// N is the number of the attempt, from 1.
	N int
}

// Settlement is the outcome of one attempt, and what follows for the message.
type Settlement struct {
	// Attempt is the attempt. Its N is 0 if something is decided about a message without an attempt, for example that it has expired.
	Attempt Attempt
	// Handover is the Seq of the handover that has the attempt, or 0 if the call was not made.
	Handover int64
	// Ends is set if the handover has no other attempt without an outcome. Keep is set as well if one of its attempts is unknown:
	// then the handover stays for the correlation of later events.
	Ends, Keep bool

	// State is what the message is now. Due is when a ready message is tried again.
	State State
	Due   time.Time
	// Tries is Ready.Tries from now on.
	Tries int
	// Route and Channel say where the message went. Route is empty if the message named its channel.
	Route, Channel string
	// At is when the outcome was known, and Began is when the call began. Began is zero if the call was not made.
	At, Began time.Time
	// Outcome is one of the constants below.
	Outcome string
	// Failure is the rejection, or the cause of an unknown outcome as its Detail.
	Failure Failure
	// Scope and Correlations are the ids by which the vendor may tell about the attempt later.
	Scope        string
	Correlations []Correlation
	// Ignored are the fields of the message that the provider did not pass on.
	Ignored []string
}

// The outcomes of an attempt.
const (
	OutcomeAccepted = "accepted"
	OutcomeRejected = "rejected"
	OutcomeUnknown  = "unknown"
)

// Correlation is an id by which a vendor may tell about an attempt.
type Correlation struct {
	Key string
	// Recipient is the address of the recipient if messages to several recipients share the id, and empty otherwise.
	Recipient string
}

// AttemptRecord is an attempt as the store has it.
type AttemptRecord struct {
	N            int
	Channel      string
	Began, Ended time.Time
	Outcome      string
	Failure      Failure
	Ignored      []string
}

// Life is all that the store knows of a message.
type Life struct {
	NewMessage

	State State
	// Status is the best that is known from vendors. It is empty until a vendor accepted the message.
	Status  outcome.Status
	Route   string
	Channel string
	// Attempts is the number of the last attempt, or 0.
	Attempts int
	Tries    int
	Failure  Failure
	// Accepted is when the application handed the message over. Sent, Delivered, Read and Failed are when the vendor says that it
	// happened; each is zero if that is not known.
	Accepted, Sent, Delivered, Read, Failed time.Time
	// Erased is set if what was known of the recipient was erased: To, Reference and the words of vendors are empty, and Body is {}.
	Erased bool
	// Successor is the message that replaces this one, or zero.
	Successor ids.ID
	// InHandover is set if a handover has an attempt without an outcome.
	InHandover bool
	// UnderWay is that attempt. It is nil if InHandover is not set.
	UnderWay *AttemptRecord
	// History has the attempts in order.
	History []AttemptRecord
}
