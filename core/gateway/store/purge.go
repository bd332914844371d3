// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"
)

// Purger removes what is old.
type Purger interface {
	// Purge removes the messages that were accepted before a time and that nothing is left to decide about, the messages of users that were
	// recorded before it, the campaigns that were created before it and have no messages, and what belongs to all of them. Ready messages stay. An idempotency key stays until it expires, whenever its message
	// was accepted, and what is known of a user who opted out stays. It takes many short transactions, and may be stopped by the end
	// of the context and called again. It returns the number of messages that it removed.
	Purge(ctx context.Context, before time.Time) (removed int, err error)
}
