// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"

	"github.com/wahost/wahost/core/gateway/store"
)

// StatusLog has the statuses and the messages of users that a store records, for all endpoints.
type StatusLog struct{ Store Statuses }

// Statuses is the part of store.Store that a StatusLog needs.
type Statuses interface {
	Notices(ctx context.Context, after store.Position, n int) ([]store.Notice, error)
	Cursor(ctx context.Context, endpoint string) (store.Position, error)
	Advance(ctx context.Context, endpoint string, upTo store.Position) error
}

// Notices returns up to n notices after a position.
func (l StatusLog) Notices(ctx context.Context, after store.Position, n int) ([]Notice, error) {
	recorded, err := l.Store.Notices(ctx, after, n)
	if err != nil {
		return nil, err
	}
	notices := make([]Notice, 0, len(recorded))
	for i := range recorded {
		notices = append(notices, FromStore(&recorded[i]))
	}
	return notices, nil
}

// Cursor returns the position up to which an endpoint was told everything.
func (l StatusLog) Cursor(ctx context.Context, endpoint string) (store.Position, error) {
	return l.Store.Cursor(ctx, endpoint)
}

// Advance records the position up to which an endpoint was told everything.
func (l StatusLog) Advance(ctx context.Context, endpoint string, upTo store.Position) error {
	return l.Store.Advance(ctx, endpoint, upTo)
}

// FromStore returns a notice of a store. A message has each status once, so both make the id; a message of a user is told once.
func FromStore(n *store.Notice) Notice {
	if m := n.Inbound; m != nil {
		return Notice{
			Position: n.Position, ID: m.ID.String() + "-inbound", Key: m.ID.String(), Number: m.Sender, At: m.At,
			Inbound: &Inbound{From: m.From, ProfileName: m.ProfileName, Message: m.Message},
		}
	}
	return Notice{
		Position: n.Position, ID: n.ID.String() + "-" + string(n.Status), Key: n.ID.String(), Number: n.Sender, At: n.At,
		Status: &Status{WAMID: n.ID.Wamid(), To: n.To, Reference: n.Reference, Status: n.Status, Failure: n.Failure},
	}
}
