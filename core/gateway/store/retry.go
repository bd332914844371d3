// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"
)

// Retry is a notice that an endpoint did not take at first.
type Retry struct {
	// Notice is the notice. RecordRetries needs its position only.
	Notice Notice
	// Tries is how often it was posted.
	Tries int
	// First is when it was posted first, or zero if it was not. Due is when it is posted next.
	First, Due time.Time
	// Error says what happened last.
	Error string
	// Done is true if the retry is over because the endpoint took the notice. Dead is true if it is over although it did not.
	Done, Dead bool
}

// Retries keeps what endpoints did not take, and which endpoints want no more.
type Retries interface {
	// Retries returns the retries of an endpoint that are not over, in the order of their notices.
	Retries(ctx context.Context, endpoint string) ([]Retry, error)
	// DeadRetries returns up to n retries of an endpoint that are over although it did not take them, in the order of their notices.
	DeadRetries(ctx context.Context, endpoint string, after Position, n int) ([]Retry, error)
	// RecordRetries records retries by the position of their notice, in order: the last one of a notice counts. It removes those that
	// are Done.
	RecordRetries(ctx context.Context, endpoint string, changes []Retry) error
	// Replay lets the first n dead retries of an endpoint be tried again, now and as if they had never been tried. It returns their number.
	Replay(ctx context.Context, endpoint string, n int) (int, error)
	// Replays returns how often Replay was called with an effect, for each endpoint of which it was.
	Replays(ctx context.Context) (map[string]int64, error)
	// Disable records that an endpoint wants no more webhooks, and why. An empty reason enables it again.
	Disable(ctx context.Context, endpoint, reason string) error
	// Disabled returns the endpoints that want no more, with the reasons.
	Disabled(ctx context.Context) (map[string]string, error)
}
