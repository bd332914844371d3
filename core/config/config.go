// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"slices"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/template"
)

// Config is a whole configuration without errors. It never changes and is safe for concurrent use.
type Config struct {
	// Required holds the entries of required_providers, by the provider's name in this configuration.
	Required map[string]Requirement
	// Providers holds all provider configurations, including the implied ones, sorted by ID.
	Providers []Provider
	// Channels holds the channels in the order of the files.
	Channels []Channel
	// Templates holds the logical templates in the order of the files.
	Templates []template.Template
	// StrictTemplates is whether a message may name only the templates of the configuration. Otherwise any other name is
	// taken for the vendor's own.
	StrictTemplates bool
	// Routes holds the routes in the order in which they are tried.
	Routes []Route
	// MaxSendAhead is how far away the time may be at which a message is to be sent.
	MaxSendAhead time.Duration
	// Gateway is what `wahost serve` serves, or nil if the configuration has no gateway block.
	Gateway *Gateway
}

// Provider is one configured provider.
type Provider struct {
	Name string
	// Alias is empty for the default configuration.
	Alias string
	// ID is "innopaas", or "innopaas.eu" with an alias.
	ID    string
	Value Value
	// Unusable is the reason why the provider cannot be used with this configuration, or empty if it can. Value may be empty
	// then.
	Unusable string
	// DeclRange is the range of the block's header. For an implied configuration it is the entry in required_providers.
	DeclRange Range
}

// Channel is one configured channel.
type Channel struct {
	Addr addr.Channel
	// ProviderID is the Provider.ID of the configuration that the channel uses.
	ProviderID string
	Value      Value
	// Unusable is the reason why the channel cannot be used, or empty if it can. Value may be empty then.
	Unusable string
	// Sender is the sending identity that the configuration gives the channel. If it is empty, the provider tells it.
	Sender string
	// RateLimit is nil if the channel has no limit. Channels with the same sender share it.
	RateLimit *RateLimit
	// MaxConcurrency is the largest number of vendor requests of the channel at a time, or 0 if only the provider bounds it.
	MaxConcurrency int
	// DeclRange is the range of the block's header.
	DeclRange Range
}

// RateLimit is how much a sender sends.
type RateLimit struct {
	// PerSecond is the number of messages per second in the long run. It is above 0.
	PerSecond float64
	// Burst is the number of messages that may be sent at once. It is at least 1, and PerSecond rounded up by default.
	Burst int
	// DeclRange is the range of the block's header.
	DeclRange Range
}

// Channel returns the channel with the address a.
func (c *Config) Channel(a addr.Channel) (Channel, bool) {
	i := slices.IndexFunc(c.Channels, func(ch Channel) bool { return ch.Addr == a })
	if i < 0 {
		return Channel{}, false
	}
	return c.Channels[i], true
}

// TemplateSet returns the logical templates for look-up and resolution. Each call builds a new set, so callers keep it.
func (c *Config) TemplateSet() *template.Set {
	set := template.NewSet(c.Templates)
	set.Strict = c.StrictTemplates
	return set
}
