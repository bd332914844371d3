// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/outcome"
)

// Strategy is how a route chooses among its channels.
type Strategy string

// The strategies.
const (
	// StrategyFailover tries the channels in order.
	StrategyFailover Strategy = "failover"
	// StrategyWeighted distributes messages by weight.
	StrategyWeighted Strategy = "weighted"
)

// Undecidable is what a route does with a message for which its condition cannot be decided.
type Undecidable string

// The policies for such a message.
const (
	// UndecidableSkip passes the message on to the next route, as if the condition was false. It is the default.
	UndecidableSkip Undecidable = "skip"
	// UndecidableError rejects the message.
	UndecidableError Undecidable = "error"
)

// Route says which channels carry which messages.
type Route struct {
	Name  string
	Match Match
	// When is the condition, or nil if the route has none.
	When Condition
	// Condition is the source of the condition, or "". Two conditions that differ may have the same source, since it may name variables.
	Condition string
	// OnUndecidable is set if When is.
	OnUndecidable Undecidable
	// Channels are tried in this order. There is at least one, and none is there twice.
	Channels []addr.Channel
	Strategy Strategy
	// Weights holds one weight for each of Channels, not all 0. It is nil with StrategyFailover.
	Weights []int
	// Sticky is whether a recipient keeps the channel of its first message. It is set only with StrategyWeighted.
	Sticky bool
	// FallbackOn holds the reject reasons after which the next channel is tried. It is DefaultFallbackOn if the route
	// has no fallback_on, and empty to try no other channel.
	FallbackOn []outcome.Reason
	// DeclRange is the range of the block's header.
	DeclRange Range
}

// DefaultFallbackOn is the FallbackOn of a route without fallback_on: the reasons that do not depend on the message and
// pass by themselves.
var DefaultFallbackOn = []outcome.Reason{outcome.ReasonVendorUnavailable, outcome.ReasonRateLimited}
