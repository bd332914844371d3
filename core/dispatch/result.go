// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"time"

	"github.com/wahost/wahost/core/addr"
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
}

// Request is one message to one recipient.
type Request struct {
	// ID is the message id. If it is empty, the dispatcher chooses one as NewID does.
	ID      string
	Content *Content
	To      message.Recipient
}

// NewID returns a new message id: 32 hexadecimal digits that grow with time, of which 80 bits are random.
func NewID() string { return newID(time.Now()) }

func newID(now time.Time) string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], uint64(now.UnixMilli())<<16|rand.Uint64()>>48)
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	var text [32]byte
	hex.Encode(text[:], id[:])
	return string(text[:])
}

// Attempt is one try on one channel.
type Attempt struct {
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
}

// Channel returns the channel of the last attempt, or the zero Channel if there was no attempt.
func (r Result) Channel() addr.Channel {
	if len(r.Attempts) == 0 {
		return addr.Channel{}
	}
	return r.Attempts[len(r.Attempts)-1].Channel
}
