// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Content is a message that is ready to be sent to any number of recipients. Dispatcher.Prepare makes it.
type Content struct {
	routed  *route.Content
	invalid error // the reason nobody can get it, or nil
	// ignored are the fields that no attempt carries.
	ignored []string
	ways    atomic.Pointer[[]*way] // those that were found last
}

// Message returns the message, which must not be changed, or nil if nobody can get it.
func (c *Content) Message() *message.Message {
	if c.invalid != nil {
		return nil
	}
	return c.routed.Message()
}

// Request is one message to one recipient.
type Request struct {
	// ID is the message id: at most 26 characters of [0-9a-z], never used before. If it is empty, the dispatcher chooses one as
	// NewID does.
	ID      string
	Content *Content
	To      message.Recipient
	// Attempts is how many attempts were made with this id before. The ids of further ones count on.
	Attempts int
}

// NewID returns a new message id: 26 lower-case letters and digits that grow with time, of which 80 bits are random.
func NewID() string { return newID(time.Now()) }

func newID(now time.Time) string {
	id, _ := newIDs(now)
	return id
}

// newIDs returns a new message id and AttemptID of its first attempt, which share one allocation.
func newIDs(now time.Time) (id, attempt string) {
	attempt = ids.At(now).Attempt(1)
	return attempt[:ids.Length], attempt
}

// AttemptID returns the id of the n-th attempt to send a message, from 1. Providers and vendors see this id, so that a late
// answer about one attempt is not taken for another. With an id of NewID it has at most 32 characters.
func AttemptID(messageID string, n int) string {
	return messageID + "-" + strconv.FormatInt(int64(n), 32)
}

// MessageID returns the id of the message that an id of AttemptID belongs to. It returns the id itself if it has no number of
// an attempt.
func MessageID(attemptID string) string {
	if at := strings.LastIndexByte(attemptID, '-'); at > 0 {
		return attemptID[:at]
	}
	return attemptID
}

// Attempt is one try on one channel.
type Attempt struct {
	// ID is the id of the attempt, which the provider got.
	ID string
	// Route is Result.Route.
	Route   string
	Channel addr.Channel
	Outcome outcome.Outcome
}

// Result is what became of a message.
type Result struct {
	ID string
	To message.Recipient
	// Route is empty if no route matched or the message named its channel.
	Route string
	// Outcome is the outcome of the last attempt, or the host's own rejection if there was no attempt.
	Outcome outcome.Outcome
	// Attempts are all tries, in order.
	Attempts []Attempt
	// Skipped are the channels that could not be used, with the reasons.
	Skipped []route.Skip
	// Undecided are the routes whose condition could not be decided.
	Undecided []route.Undecided
	// RawTemplate is the name of the message's template if the configuration does not declare it, so that it went to the
	// vendor as it is.
	RawTemplate string
}

// Channel returns the channel of the last attempt, or the zero Channel if there was no attempt.
func (r Result) Channel() addr.Channel {
	if len(r.Attempts) == 0 {
		return addr.Channel{}
	}
	return r.Attempts[len(r.Attempts)-1].Channel
}
