// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package catalog holds what is known of the open channels at one moment: what each can carry and whether it is fit
// to carry anything. A snapshot never changes; a new fact makes a new one.
package catalog

import (
	"maps"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/capability"
)

// Channel is one open channel.
type Channel struct {
	// Checker tells what the channel can carry; nil where it was never opened.
	Checker *capability.Checker
	// Unhealthy says why nothing should go there; empty where something should.
	Unhealthy string
	// Until is when an unhealthy channel is worth another try; zero for when a new snapshot says so.
	Until time.Time
}

// Fit reports whether the channel may be used at that time, and if not, why.
func (c Channel) Fit(now time.Time) (string, bool) {
	if c.Unhealthy == "" || !c.Until.IsZero() && !now.Before(c.Until) {
		return "", true
	}
	return c.Unhealthy, false
}

// Snapshot is the state of all channels at one moment. The nil Snapshot is empty.
type Snapshot struct {
	channels map[addr.Channel]Channel
}

// NewSnapshot copies the channels into a snapshot.
func NewSnapshot(channels map[addr.Channel]Channel) *Snapshot {
	return &Snapshot{channels: maps.Clone(channels)}
}

// Channel gives one channel; false for one that is not configured.
func (s *Snapshot) Channel(a addr.Channel) (Channel, bool) {
	if s == nil {
		return Channel{}, false
	}
	c, ok := s.channels[a]
	return c, ok
}

// With gives a snapshot in which one channel is different.
func (s *Snapshot) With(a addr.Channel, c Channel) *Snapshot {
	next := &Snapshot{channels: map[addr.Channel]Channel{a: c}}
	if s != nil {
		next.channels = maps.Clone(s.channels)
		next.channels[a] = c
	}
	return next
}
