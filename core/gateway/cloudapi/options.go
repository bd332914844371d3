// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"context"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/media"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// Numbers knows the sending numbers of the configuration.
type Numbers interface {
	// Number returns the number with a phone number id.
	Number(id string) (Number, bool)
	// Account returns the numbers of a WhatsApp Business account, or nil if the account is not known.
	Account(id string) []Number
}

// Number is a sending number as applications see it.
type Number struct {
	// ID is the phone number id, which applications put into the path.
	ID string
	// Display is the number as people write it, such as "+49 151 12345678". It may be empty.
	Display string
	// VerifiedName is the name that recipients see. It may be empty.
	VerifiedName string
	// Account is the id of the WhatsApp Business account. It may be empty.
	Account string
}

// Planner finds out what is to become of a message before it is stored.
type Planner interface {
	// Plan decides whether a message may be sent and has a way to its recipient now, by routes, templates, service window,
	// opt-outs and limits. It fills in Lane, Class, Category, Due and Expires. A rejection is the answer for the caller. An error
	// means that nothing can be decided now.
	Plan(ctx context.Context, n *store.NewMessage, m *message.Message) (*outcome.Rejected, error)
}

// Accepter stores messages: store.Store is one.
type Accepter interface {
	// Accept records new messages and returns one result for each. They are durable when it returns.
	Accept(ctx context.Context, messages []*store.NewMessage) ([]store.AcceptResult, error)
	// Repeated says what Accept would do with a message of an API key because of its idempotency key.
	Repeated(ctx context.Context, apiKey string, i *store.Idempotency) (store.AcceptResult, error)
}

// Taker gets messages that were stored, to send them. It must not block.
type Taker interface {
	Offer(n *store.NewMessage, m *message.Message)
}

// Signals sends read receipts and typing indicators.
type Signals interface {
	// Signal tells WhatsApp about an inbound message of a number. The outcome may reject the signal; outcome.ReasonUnsupported is
	// for channels that carry none.
	Signal(ctx context.Context, number string, s *message.Signal) (outcome.Outcome, error)
}

// Templates lists the templates of an account.
type Templates interface {
	Templates(ctx context.Context, account string) ([]provider.TemplateInfo, error)
}

// Subscriptions keeps where the events of accounts go, beside the webhooks of the configuration.
type Subscriptions interface {
	Subscriptions(ctx context.Context, account string) ([]Subscription, error)
	// Subscribe replaces what the key has subscribed for the account.
	Subscribe(ctx context.Context, s Subscription) error
	// Unsubscribe removes it. It is not an error if there is nothing to remove.
	Unsubscribe(ctx context.Context, account, keyID string) error
}

// Subscription says where the events of an account go for the holder of a key.
type Subscription struct {
	Account string
	// Key is the key whose app secret signs the webhooks.
	Key *keys.Key
	// URL and VerifyToken are those that the caller set. If URL is empty, events go where the configuration says.
	URL         string
	VerifyToken string
}

// Observer learns of each request. Its methods must not block.
type Observer interface {
	// Served is called after the answer was written.
	Served(a Access)
}

// Access describes a request without what its sender wrote.
type Access struct {
	// Endpoint names what was called, such as "messages". It is empty for a path that does not exist.
	Endpoint string
	// Key is the name of the key, or empty for a request without a valid one.
	Key string
	// Number is the phone number id of the configuration, or empty.
	Number string
	Status int
	// Code is the code of the error, or 0.
	Code int
	// Trace is the id of the request, which an error has as fbtrace_id.
	Trace string
	Took  time.Duration
}

// Options are the parts of a Server. Those that may be nil make the requests that need them answer that the object does not exist.
type Options struct {
	Keys keys.Source
	// Uses learns when keys are used. It may be nil.
	Uses     *keys.Uses
	Numbers  Numbers
	Planner  Planner
	Accepter Accepter
	// Taker gets each new message after it was stored. It may be nil.
	Taker Taker
	// Signals may be nil. Signals are refused then.
	Signals Signals
	// Templates may be nil.
	Templates Templates
	// Subscriptions may be nil.
	Subscriptions Subscriptions
	// Challenge asks a URL whether it expects webhooks. It is needed if there are Subscriptions. Its errors are shown to the caller.
	Challenge func(ctx context.Context, url, token string) error
	// Media keeps uploads. Without it, which may be nil, uploads are refused.
	Media media.Store
	// Links signs the links to media. It is needed if there are Media.
	Links *media.Links
	// PublicURL is the address of the gateway as callers and vendors see it, such as "https://wa.example.com". If it is empty, links are
	// to the host of the request, and vendors cannot fetch media.
	PublicURL string
	// Observer may be nil.
	Observer Observer
	// Log gets errors of the gateway's own. It may be nil.
	Log hclog.Logger
	// Now is the clock. Nil stands for time.Now.
	Now func() time.Time
}
