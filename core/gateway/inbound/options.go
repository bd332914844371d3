// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package inbound

import (
	"context"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/provider"
)

// Providers understand the requests of vendors. *host.Host is one.
type Providers interface {
	// HandleWebhooks passes requests to a provider configuration and returns one response for each. It changes nothing.
	HandleWebhooks(ctx context.Context, providerID string, requests []provider.WebhookRequest) ([]provider.WebhookResponse, error)
}

// Recorder keeps what vendors tell. store.Store is one.
type Recorder interface {
	// Events records what became of messages and returns one result for each event.
	Events(ctx context.Context, events []store.Event) ([]store.EventResult, error)
	// Receive records messages from WhatsApp users and returns for each whether it is new.
	Receive(ctx context.Context, messages []store.Inbound) (fresh []bool, err error)
}

// Observer learns of each request. Its methods must not block.
type Observer interface {
	// Webhook is called after the answer was written.
	Webhook(Access)
}

// Access describes a request without what the vendor wrote.
type Access struct {
	// Provider is the id of a provider configuration, or empty for a path that does not exist.
	Provider string
	// Status is the HTTP status of the answer.
	Status int
	// Authenticated is true if the provider says that the request is the vendor's.
	Authenticated bool
	// Statuses and Messages count the events that were recorded, and Repeated those that had been recorded before.
	Statuses, Messages, Repeated int
	Took                         time.Duration
}

// Options are the parts of a Server.
type Options struct {
	Config    *config.Config
	Providers Providers
	Recorder  Recorder
	// Number returns the phone number id that applications know a channel by, or "".
	Number func(channel string) string
	// Wish returns what the writer of a text to a number wants. It may be nil.
	Wish func(number, text string) store.Wish
	// Recorded is called after something new was recorded, so that applications are told. It may be nil, and must not block.
	Recorded func()
	// Secret has at least 32 bytes. The tokens in the URLs come from it.
	Secret []byte
	// PublicURL is the address of the gateway as vendors see it, such as "https://wa.example.com". If it is empty, it is taken from each
	// request, which suits only vendors that sign no URL.
	PublicURL string
	// Observer may be nil.
	Observer Observer
	// Log may be nil.
	Log hclog.Logger
	// Now is the clock. Nil stands for time.Now.
	Now func() time.Time
}
