// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Providers is what a dispatcher needs of the running providers. *supervise.Pool implements it.
type Providers interface {
	Sender
	Source
}

// Sender carries batches to a channel.
type Sender interface {
	// Send makes one call to the channel's provider and calls answer with each outcome as soon as it is known. The
	// error is a *NotAttemptedError if it is certain that nothing of the call was given to the vendor, and an *EndedError if that
	// is certain of a part.
	//
	// Send may have to wait for the provider. Right before it hands the batches over it calls handedOver, which may be nil. If
	// that returns an error, nothing is handed over and the error is a *NotAttemptedError.
	Send(ctx context.Context, ch addr.Channel, batches []message.Batch, handedOver func() error, answer func(outcome.Outcome)) error
}

// Source tells the current state of the channels.
type Source interface {
	// Snapshot returns the state of the channels. It is called for each message, so it must be cheap, and it must
	// return the same pointer until the state changes.
	Snapshot() *catalog.Snapshot
}

// EndedError is what a Sender returns if the provider ended during a call, and recorded before which deliveries it had begun.
type EndedError struct {
	// Cause says how the provider ended.
	Cause error
	// Begun are the ids of the deliveries that may have reached the vendor. The others surely have not.
	Begun map[string]bool
}

// Error returns the text of the cause.
func (e *EndedError) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *EndedError) Unwrap() error { return e.Cause }

// NotAttemptedError is what a Sender returns if nothing of a call was given to the vendor.
type NotAttemptedError struct {
	// Cause is the reason.
	Cause error
}

// Error returns the text of the cause, after "not attempted".
func (e *NotAttemptedError) Error() string { return "not attempted: " + e.Cause.Error() }

// Unwrap returns the cause.
func (e *NotAttemptedError) Unwrap() error { return e.Cause }
