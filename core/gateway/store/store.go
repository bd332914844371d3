// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"time"

	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

// ErrFenced is the error of a method that got an epoch which is not the current one of its node: another process has taken over.
// Nothing was changed.
var ErrFenced = errors.New("another gateway process has taken over")

// ErrNotFound is the error of a look-up of a message that the store does not have.
var ErrNotFound = errors.New("the store has no such message")

// Store keeps messages. Its methods are safe for concurrent use. What a method recorded is durable when the method returns: it
// survives a crash of the process and a power cut. A store may keep what it is given for a while, so nobody changes that later.
type Store interface {
	// Join begins a new epoch of a node and returns it. Methods that get an earlier epoch of the node fail from then on.
	Join(ctx context.Context, node int) (Epoch, error)
	// Takeover judges the handovers of all earlier epochs of the node: their attempts without an outcome become unknown. It
	// returns the number of these messages.
	Takeover(ctx context.Context, e Epoch) (inDoubt int, err error)

	// Accept records new messages and returns one result for each. Accept is not stopped by the end of the context, because the
	// caller has to know what was recorded.
	Accept(ctx context.Context, messages []*NewMessage) ([]AcceptResult, error)
	// Repeated returns what Accept would do with a message of an API key because of its idempotency key, and the id of the first message.
	// The verdict is New if no message was accepted with it.
	Repeated(ctx context.Context, apiKey string, i *Idempotency) (AcceptResult, error)
	// Begin records a handover, unless one of its messages is no longer ready or the attempt was made before: then it returns these
	// messages and records nothing.
	Begin(ctx context.Context, e Epoch, h *Handover) (gone []ids.ID, err error)
	// Settle records outcomes. It applies events that came before the outcome.
	Settle(ctx context.Context, e Epoch, settlements []Settlement) error
	// GiveUp makes the unknown messages of a class dead whose outcome has been unknown since before a time, with ReasonUnknown. It
	// returns their number.
	GiveUp(ctx context.Context, e Epoch, class Class, before time.Time) (int, error)
	// Events records what vendors tell and returns one result for each event.
	Events(ctx context.Context, events []Event) ([]EventResult, error)

	// Receive records messages from WhatsApp users, and returns for each whether it was not recorded before.
	Receive(ctx context.Context, messages []Inbound) (fresh []bool, err error)
	// Contact returns what is known of a user and the sending number with a phone number id.
	Contact(ctx context.Context, sender string, user message.Recipient) (Contact, error)

	// Flows returns the flows that have ready messages.
	Flows(ctx context.Context) ([]Flow, error)
	// Load returns ready messages of a flow in the order of their due time and id. They may be in a handover.
	Load(ctx context.Context, q LoadQuery) ([]*Ready, error)
	// Get returns all that is known of a message, or ErrNotFound.
	Get(ctx context.Context, id ids.ID) (*Life, error)
	// Counts returns the number of messages in each state but StateAccepted.
	Counts(ctx context.Context) (map[State]int, error)

	Inbox
	Campaigns
	Subscriptions
	Retries
	Admin
	Purger
	Eraser

	// Notices returns up to n notices after a position, in the order in which they were recorded.
	Notices(ctx context.Context, after Position, n int) ([]Notice, error)
	// Cursor returns the position up to which an endpoint was told everything. The endpoint is a name of the configuration.
	Cursor(ctx context.Context, endpoint string) (Position, error)
	// Advance records that an endpoint was told everything up to a position.
	Advance(ctx context.Context, endpoint string, upTo Position) error

	// Ping returns an error if the store cannot record anything now.
	Ping(ctx context.Context) error
	// Close waits for what is being recorded and closes the store.
	Close() error
}

// Flow is a part of a lane: the messages of a class that came with one API key and belong to one campaign, or to none. The flows of a class
// take turns.
type Flow struct {
	Lane   string
	Class  Class
	APIKey string
	// Campaign is the name of the campaign, or empty.
	Campaign string
}

// LoadQuery selects ready messages.
type LoadQuery struct {
	// Flow is their flow.
	Flow Flow
	// DueBefore is the end of the time at which they are to be sent.
	DueBefore time.Time
	// Retrying selects those whose Ready.Tries is above 0, whenever they are due, of all flows, and no others.
	Retrying bool
	// After is the key of the last message that was loaded before.
	After Key
	// Limit is the largest number of messages. It is above 0.
	Limit int
}

// Key is the place of a ready message among those of its flow. The zero Key is before all.
type Key struct {
	Due time.Time
	ID  ids.ID
}

// Key returns the place of the message.
func (r *Ready) Key() Key { return Key{r.Due, r.ID} }
