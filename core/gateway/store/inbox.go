// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import "context"

// Inbox finds the messages of users.
type Inbox interface {
	// FindInbound returns the message with a MessageID that a user sent to the number with a phone number id, or ErrNotFound.
	FindInbound(ctx context.Context, sender, messageID string) (*Inbound, error)
}

// Subscription says that the holder of an API key wants the events of a WhatsApp Business account.
type Subscription struct {
	// Account is the id of the account, and Key that of the API key.
	Account, Key string
	// URL is where the events go, and VerifyToken what proved that it expects them. If URL is empty, events go where the configuration says.
	URL, VerifyToken string
}

// Subscriptions keeps the subscriptions of API keys.
type Subscriptions interface {
	// Subscriptions returns all subscriptions, in the order of their accounts and keys.
	Subscriptions(ctx context.Context) ([]Subscription, error)
	// Subscribe adds a subscription, or replaces that of the same account and key.
	Subscribe(ctx context.Context, s Subscription) error
	// Unsubscribe removes a subscription. It is not an error if it does not exist.
	Unsubscribe(ctx context.Context, account, key string) error
}
