// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/core/addr"
)

// The addresses and the store of a gateway whose block does not name others.
const (
	DefaultGatewayListen      = "127.0.0.1:8080"
	DefaultGatewayAdminListen = "127.0.0.1:8081"
	DefaultGatewayStore       = "sqlite:wahost.db"
	// DefaultKeepMessages is 90 days.
	DefaultKeepMessages = 90 * 24 * time.Hour
	// MinKeepMessages is longer than webhooks are tried.
	MinKeepMessages = 96 * time.Hour
)

// Gateway is what `wahost serve` serves.
type Gateway struct {
	// Listen is the address of the front door, and AdminListen that of health checks.
	Listen, AdminListen string
	// PublicURL is the address of the front door as callers and vendors see it. It is empty if the configuration does not name it.
	PublicURL string
	// Store is the URL of the store, such as "sqlite:wahost.db". It may have a password.
	Store string
	// StoreFolder is the folder of the files that are kept beside a PostgreSQL store. It is empty for the folder of the configuration.
	StoreFolder string
	// KeepMessages is how long messages that are done are kept. It is 0 in a Gateway that was not read from files, which keeps them for ever.
	KeepMessages time.Duration
	// Watch makes the gateway read its configuration again when a file of it changes.
	Watch bool
	// MaxQueueTime is how long a message may wait for its turn, or 0 if only its own expiry bounds it.
	MaxQueueTime time.Duration
	// Senders are the sending numbers as applications see them, in the order of the files.
	Senders []GatewaySender
	// Keys are the API keys, in the order of the files.
	Keys []GatewayKey
	// Webhooks are where applications are told what became of their messages, in the order of the files.
	Webhooks  []GatewayWebhook
	Console   GatewayConsole
	DeclRange Range
}

// GatewaySender is a sending number as applications see it.
type GatewaySender struct {
	// ID is the phone number id in the paths of requests.
	ID string
	// Display is the number as people write it, VerifiedName the name that recipients see, and Account the id of the WhatsApp Business
	// account. Each may be empty.
	Display, VerifiedName, Account string
	// Channels are the channels whose inbound messages are for the number. A channel is that of one sender at most.
	Channels []addr.Channel
	// RejectOutsideWindow refuses free-form messages to users who did not write within 24 hours.
	RejectOutsideWindow bool
	// WindowTemplate is sent in place of such messages. It is nil if there is no such template.
	WindowTemplate *WindowTemplate
	QuietHours     []QuietHours
	Limits         []MessageLimit
	// OptOut is nil if opt-outs are not kept.
	OptOut *OptOut
}

// WindowTemplate is a logical template without parameters, in one of its languages.
type WindowTemplate struct{ Name, Language, Category string }

// QuietHours is a part of each day in which messages wait.
type QuietHours struct {
	// From and To are times of a day, such as "21:00".
	From, To string
	// Categories are those of the messages that wait. No value stands for all but authentication.
	Categories []string
}

// MessageLimit bounds the messages that have something in common.
type MessageLimit struct {
	// Per is recipient, prefix or country.
	Per string
	// Messages is a number and a time, such as "10/h".
	Messages string
	// Categories are those of the messages that count. No value stands for all.
	Categories []string
}

// MaxQueue returns how long a message may wait for its turn, or 0 if only its expiry bounds it. g may be nil.
func (g *Gateway) MaxQueue() time.Duration {
	if g == nil {
		return 0
	}
	return g.MaxQueueTime
}

// OptOut is what users write who want no more messages of some categories.
type OptOut struct {
	// Words opt out, and Back opts in again.
	Words, Back []string
	// Categories are those that an opt-out is about. No value stands for marketing.
	Categories []string
}

// SQLitePrefix begins the URLs of stores in SQLite files.
const SQLitePrefix = "sqlite:"

// IsPostgres reports whether the URL of a store is that of a PostgreSQL database.
func IsPostgres(store string) bool {
	return strings.HasPrefix(store, "postgres://") || strings.HasPrefix(store, "postgresql://")
}

// SenderOf returns the phone number id of the sender that a channel's inbound messages are for, or "". If the configuration has one sender
// only and gives it no channels, all channels are its.
func (g *Gateway) SenderOf(channel addr.Channel) string {
	for _, s := range g.Senders {
		if slices.Contains(s.Channels, channel) || len(g.Senders) == 1 && len(s.Channels) == 0 {
			return s.ID
		}
	}
	return ""
}

// GatewayKey is an API key.
type GatewayKey struct {
	Name string
	// ID is the id in the text of the key, and Hashes are one or two hashes of the key.
	ID     string
	Hashes []string
	// Scopes are what the key may do, and Senders the phone number ids that it may use. No Senders stand for all.
	Scopes, Senders []string
	// Rate is the number of requests per second, or 0 for any number.
	Rate float64
	// AppSecret makes the proofs of requests. It is empty if they are not checked. RequireProof demands one with each request.
	AppSecret    string
	RequireProof bool
	// IdempotentReference makes the reference of a message its idempotency key.
	IdempotentReference bool
	DeclRange           Range
}

// GatewayWebhook is where an application is told what became of its messages.
type GatewayWebhook struct {
	Name, URL string
	// Secrets sign webhooks: one, or the new and the old one while it is replaced.
	Secrets []string
	// Events are the kinds of events, and Senders the phone number ids, that the application is told about. No values stand for all.
	Events, Senders []string
	// Networks are networks that are not public and that the URL may lead to.
	Networks  []netip.Prefix
	DeclRange Range
}
