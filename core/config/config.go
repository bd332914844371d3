// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Config is a whole configuration without mistakes. It never changes and is safe for concurrent use.
type Config struct {
	// Required are the providers that required_providers names, by their name in this configuration.
	Required map[string]Requirement
	// Providers are all configurations, the implied ones too, ordered by ID.
	Providers []Provider
	// Channels are in the order of the files.
	Channels []Channel
	// Templates are in the order of the files.
	Templates []template.Template
	// Routes are in the order in which they are tried.
	Routes []Route

	templates *template.Set
	bodies    map[string]*decodedBody // by provider ID or channel reference
	bindings  []bindingRange
}

// Requirement is one entry of required_providers.
type Requirement struct {
	Name string
	// Source says where the provider comes from, as written.
	Source string
	// Version is the constraint as written, such as "~> 1.2"; empty for any version.
	Version string
	// Certificate is the file of the provider's certificate, relative to the folder; empty for the usual place.
	Certificate string
	Range       Range

	at hcl.Range
}

// Provider is one configured provider.
type Provider struct {
	Name string
	// Alias is empty for the default configuration.
	Alias string
	// ID is "innopaas", or "innopaas.eu" with an alias.
	ID    string
	Value Value
	// DeclRange is where the block is, or for an implied configuration the entry in required_providers.
	DeclRange Range
}

// Channel is one configured channel.
type Channel struct {
	Addr addr.Channel
	// ProviderID is the Provider.ID of the configuration that the channel uses.
	ProviderID string
	Value      Value
	// RateLimit is nil where the channel has none.
	RateLimit *RateLimit
	DeclRange Range
}

// RateLimit bounds what a channel sends.
type RateLimit struct {
	// PerSecond is the number of messages per second in the long run; above 0.
	PerSecond float64
	// Burst is how many may go at once; at least 1. PerSecond, rounded up, where not given.
	Burst int
}

// Strategy says how a route picks among its channels.
type Strategy string

// The strategies.
const (
	// StrategyFailover tries the channels in their order.
	StrategyFailover Strategy = "failover"
	// StrategyWeighted spreads messages by weight.
	StrategyWeighted Strategy = "weighted"
)

// Route says which channels carry which messages.
type Route struct {
	Name  string
	Match Match
	// When is nil where the route has no condition. Country is the recipient's, in ISO 3166 letters, or "". An
	// error means that the condition could not be decided: the route does not match, and the error says why
	// without anything from the message.
	When func(m *message.Message, country string) (bool, error)
	// Channels are tried in this order. At least one, each once.
	Channels []addr.Channel
	Strategy Strategy
	// Weights are those of Channels, one for each, not all 0; nil with StrategyFailover.
	Weights []int
	// Sticky: a recipient keeps the channel that its first message got. Only with StrategyWeighted.
	Sticky bool
	// FallbackOn are the reasons of rejection after which the next channel is tried: DefaultFallbackOn where the
	// route does not say; empty for none.
	FallbackOn []outcome.Reason
	DeclRange  Range

	broken        bool // has errors of its own
	hclRange      hcl.Range
	channelRanges []hcl.Range
}

// DefaultFallbackOn are the reasons for which a route that has no fallback_on tries its next channel: those that say
// nothing about the message and pass by themselves.
var DefaultFallbackOn = []outcome.Reason{outcome.ReasonVendorUnavailable, outcome.ReasonRateLimited}

// Match holds what a route asks of a message. A nil set asks nothing; else the message's property must be in it.
type Match struct {
	// Categories are marketing, utility, authentication and service.
	Categories Set
	// Countries are ISO 3166 letters, in upper case.
	Countries Set
	// Kinds are the kinds of message.
	Kinds Set
	// Recipients are phone numbers in E.164 with "+".
	Recipients Set
	// Templates are names of logical templates.
	Templates Set
}

// Set is a set of words.
type Set map[string]struct{}

// Has reports whether the word is in the set.
func (s Set) Has(word string) bool {
	_, ok := s[word]
	return ok
}

// Sorted lists the words in order.
func (s Set) Sorted() []string { return slices.Sorted(maps.Keys(s)) }

// covers reports whether every word that other allows is allowed here.
func (s Set) covers(other Set) bool {
	if s == nil {
		return true
	}
	if other == nil {
		return false
	}
	for word := range other {
		if !s.Has(word) {
			return false
		}
	}
	return true
}

// Value is the content of a block, which may hold secrets: nothing that formats or encodes it shows any of them.
type Value struct {
	reveal func() cty.Value
}

// NewValue hides a value. Its marks are taken away.
func NewValue(v cty.Value) Value {
	if v == cty.NilVal {
		return Value{}
	}
	plain, _ := v.UnmarkDeep()
	return Value{reveal: func() cty.Value { return plain }}
}

// Reveal gives the value, without marks, for the provider and nobody else. Arguments that are not set are null. It is
// cty.NilVal where the configuration was loaded without the providers' schemas.
func (v Value) Reveal() cty.Value {
	if v.reveal == nil {
		return cty.NilVal
	}
	return v.reveal()
}

// String says nothing about the value.
func (v Value) String() string { return "(configuration)" }

// Format writes the same for every verb.
func (v Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(v.String())) }

// Range is where something was written.
type Range struct {
	File string
	// Line counts from 1.
	Line int
}

// String gives "main.wahost.hcl:12".
func (r Range) String() string { return fmt.Sprintf("%s:%d", r.File, r.Line) }

func newRange(r hcl.Range) Range { return Range{File: r.Filename, Line: r.Start.Line} }

// Channel gives the channel of that address.
func (c *Config) Channel(a addr.Channel) (Channel, bool) {
	i := slices.IndexFunc(c.Channels, func(ch Channel) bool { return ch.Addr == a })
	if i < 0 {
		return Channel{}, false
	}
	return c.Channels[i], true
}

// ResolveTemplate gives the message as the vendor behind the channel needs it: see template.Set.Resolve.
func (c *Config) ResolveTemplate(m *message.Message, channel addr.Channel) (*message.Message, error) {
	return c.templates.Resolve(m, channel)
}

// TemplateSet gives the logical templates for look-up and resolution.
func (c *Config) TemplateSet() *template.Set { return c.templates }
