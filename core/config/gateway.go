// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

// The addresses and the store of a gateway whose block does not name others.
const (
	DefaultGatewayListen      = "127.0.0.1:8080"
	DefaultGatewayAdminListen = "127.0.0.1:8081"
	DefaultGatewayStore       = "sqlite:wahost.db"
)

// Gateway is what `wahost serve` serves.
type Gateway struct {
	// Listen is the address of the front door, and AdminListen that of health checks.
	Listen, AdminListen string
	// PublicURL is the address of the front door as callers and vendors see it. It is empty if the configuration does not name it.
	PublicURL string
	// Store is the URL of the store, such as "sqlite:wahost.db".
	Store string
	// Senders are the sending numbers as applications see them, in the order of the files.
	Senders []GatewaySender
	// Keys are the API keys, in the order of the files.
	Keys      []GatewayKey
	DeclRange Range
}

// GatewaySender is a sending number as applications see it.
type GatewaySender struct {
	// ID is the phone number id in the paths of requests.
	ID string
	// Display is the number as people write it, VerifiedName the name that recipients see, and Account the id of the WhatsApp Business
	// account. Each may be empty.
	Display, VerifiedName, Account string
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
	// IdempotentReference makes the reference of a message its idempotency key.
	IdempotentReference bool
	DeclRange           Range
}
