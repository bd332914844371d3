// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"time"

	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

// Inbound is a message from a WhatsApp user.
type Inbound struct {
	// ID is chosen by the caller, with ids.New.
	ID ids.ID
	// Scope is the provider configuration that the message came from. Key identifies the message within it: a message that is told
	// twice has the same key.
	Scope, Key string
	// Channel is the address of the channel. It is empty if the vendor does not say.
	Channel string
	// Sender is the phone number id that applications know the receiving number by. It is empty if the number is not one of theirs.
	Sender string
	// Recipient is the receiving number as the vendor names it. It may be empty.
	Recipient string
	// From is the user.
	From message.Recipient
	// ProfileName is the name that the user chose. It may be empty.
	ProfileName string
	// At is when the user sent the message.
	At time.Time
	// Message is the message object of a Cloud API webhook, as JSON.
	Message []byte
	// MessageID is the id in Message, by which applications name it. It may be empty.
	MessageID string
	// Wish is what the user wants from now on, if the message says so.
	Wish Wish
}

// Wish is what a user wants of the business.
type Wish int

// The wishes.
const (
	NoWish Wish = iota
	// WishOptOut means that the user wants no more of the messages that the configuration names.
	WishOptOut
	// WishOptIn takes an opt-out back.
	WishOptIn
)

// Contact is what the store knows of a WhatsApp user and a sending number.
type Contact struct {
	// LastInbound is when the user wrote last, or zero if that never happened or is not known. Within 24 hours the number may send
	// other messages than templates.
	LastInbound time.Time
	// OptedOut is set if the user opted out and did not opt in again later. Users opt out by a wish, and by an outcome or a status that failed
	// with outcome.ReasonOptedOut.
	OptedOut bool
}
