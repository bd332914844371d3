// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package route

import (
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Candidate is a channel that can carry the message, with the message as it must be sent there.
type Candidate struct {
	Channel addr.Channel
	Message *message.Message
	// Weight is the weight of the channel. It is 0 in a route with failover.
	Weight int
}

// Skip is a channel that was not used, with the reason.
type Skip struct {
	Channel addr.Channel
	// Reason is the reason of an outcome, or "" if the channel is unhealthy at the moment.
	Reason outcome.Reason
	// Path is the field that the channel cannot carry. It may be empty.
	Path   string
	Detail string
	// Until is when an unhealthy channel may be tried again; zero if that is not known.
	Until time.Time
}

// Decision is where a message goes. Its slices are reused by the next Choose with the same Decision.
type Decision struct {
	// Route is the name of the route that matched; empty if no route matched or the message names a channel.
	Route string
	// Candidates are the channels to try, in order.
	Candidates []Candidate
	Skipped    []Skip
	FallbackOn []outcome.Reason
	// Category is the message's category, which its template may declare, or "" if it is not known.
	Category string
	// Drawn is set if the candidates are in an order that was drawn by weight for this decision only.
	Drawn bool
	// NoRoute is the reason that the message goes nowhere whatever the state of the channels is, or empty. Reason and Path
	// are those of the rejection then.
	NoRoute string
	Reason  outcome.Reason
	Path    string
	// Unmatched is set if the message was not matched with the routes, such as one that names its channel.
	Unmatched bool
	// Undecided are the routes whose condition could not be decided, in order.
	Undecided []Undecided
	// RawTemplate is the name of the message's template if the configuration does not declare it, so that it goes to the
	// vendor as it is.
	RawTemplate string
}

// Shares returns the part of the messages for which each candidate is drawn first. The decision must be Drawn.
func (d *Decision) Shares() map[string]float64 {
	total := 0
	for _, c := range d.Candidates {
		total += c.Weight
	}
	shares := make(map[string]float64, len(d.Candidates))
	for _, c := range d.Candidates {
		shares[c.Channel.String()] = float64(c.Weight) / float64(total)
	}
	return shares
}

// refuse ends a decision without a route.
func (d *Decision) refuse(reason outcome.Reason, path, why string) {
	d.NoRoute, d.Reason, d.Path = why, reason, path
}
