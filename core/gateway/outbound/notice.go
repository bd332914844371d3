// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Notice is one thing that an application is told. It has a Status or an Inbound.
type Notice struct {
	Position store.Position
	// ID is the same whenever the notice is posted, and different from those of all others. It has printable ASCII characters only.
	ID string
	// Key names what the notice is about. Notices with one key are posted in the order of their positions.
	Key string
	// Number is the phone number id of the gateway's side.
	Number string
	// At is when it happened.
	At time.Time

	Status  *Status
	Inbound *Inbound
}

// Status is what became of a message.
type Status struct {
	// WAMID is the id of the message as the application knows it.
	WAMID     string
	To        message.Recipient
	Reference string
	// Status is sent, delivered, read, played or failed.
	Status outcome.Status
	// Failure is set if the status is failed.
	Failure store.Failure
}

// Inbound is a message that somebody wrote.
type Inbound struct {
	From message.Recipient
	// ProfileName is the name that the sender chose. It may be empty.
	ProfileName string
	// Message is the message as an object of the Cloud API's webhooks.
	Message json.RawMessage
}

// Log has the notices for all endpoints, in the order in which they were recorded.
type Log interface {
	// Notices returns up to n notices after a position. It may be called by several goroutines.
	Notices(ctx context.Context, after store.Position, n int) ([]Notice, error)
	// Cursor returns the position up to which an endpoint was told everything.
	Cursor(ctx context.Context, endpoint string) (store.Position, error)
	// Advance records that an endpoint was told everything up to a position, but what Retries has.
	Advance(ctx context.Context, endpoint string, upTo store.Position) error
}

// Retries keeps what an endpoint did not take at first.
type Retries interface {
	// Pending returns the retries of an endpoint that are not dead.
	Pending(ctx context.Context, endpoint string) ([]Retry, error)
	// Record stores retries by the id of their notice, and removes those that are Done.
	Record(ctx context.Context, endpoint string, changes []Retry) error
	// Disable records that an endpoint wants no more webhooks.
	Disable(ctx context.Context, endpoint, reason string) error
}

// Retry is a notice that an endpoint did not take yet.
type Retry struct {
	Notice Notice
	// Tries is how often it was posted.
	Tries int
	// First is when it was posted first, or zero if it waits for another notice with the same key.
	First time.Time
	// Due is when it is posted next.
	Due time.Time
	// Error says what happened last. It contains nothing that the endpoint answered.
	Error string
	// Done is true if the endpoint took it, and Dead if it is not posted any more.
	Done, Dead bool
}

// The kinds of events that an endpoint may want.
const (
	EventStatuses = "statuses"
	EventMessages = "messages"
)

// Endpoint is where an application takes webhooks.
type Endpoint struct {
	// Name is that of the configuration, or of the subscription.
	Name string
	URL  string
	// Secrets has one secret, or two while it is replaced. The first one makes X-Hub-Signature-256, which has room for one signature only;
	// webhook-signature has one of each.
	Secrets []string
	// Events are the kinds that the endpoint wants. If it is empty, it wants all.
	Events []string
	// Numbers are the phone number ids that it wants to hear of. If it is empty, it wants all.
	Numbers []string
	// Replays is how often dead webhooks of the endpoint were to be tried again. A Manager looks for them when it changes.
	Replays int64
}

// wants reports whether a notice is for the endpoint.
func (e *Endpoint) wants(n *Notice) bool {
	event := EventMessages
	if n.Status != nil {
		event = EventStatuses
	}
	return (len(e.Events) == 0 || slices.Contains(e.Events, event)) && (len(e.Numbers) == 0 || slices.Contains(e.Numbers, n.Number))
}
