// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package catalog describes the state of the channels at one moment: what each channel can carry and whether it is
// healthy. A Snapshot never changes; a change of state makes a new one.
package catalog

import (
	"maps"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/capability"
)

// Channel is the state of one channel.
type Channel struct {
	// Checker checks messages against the channel's capabilities. It is nil if the channel was never opened.
	Checker *capability.Checker
	// Refused are the kinds of message that the channel must not carry although its provider declares them, with the reasons. It
	// is nil for most channels.
	Refused map[string]string
	// Sender is the sending identity. Channels with the same sender share its rate limit and its order. It is empty if it is
	// not known.
	Sender string
	// Unhealthy is the reason the channel must not be used, or empty if it is healthy.
	Unhealthy string
	// Until is when an unhealthy channel may be tried again. Zero means not before a new snapshot says so.
	Until time.Time
}

// Fit reports whether the channel may be used at that time, and if not, the reason.
func (c Channel) Fit(now time.Time) (string, bool) {
	if c.Unhealthy == "" || !c.Until.IsZero() && !now.Before(c.Until) {
		return "", true
	}
	return c.Unhealthy, false
}

// Snapshot is the state of all channels at one moment. The nil Snapshot has no channels.
type Snapshot struct {
	channels map[addr.Channel]Channel
}

// NewSnapshot returns a snapshot with a copy of the channels.
func NewSnapshot(channels map[addr.Channel]Channel) *Snapshot {
	return &Snapshot{channels: maps.Clone(channels)}
}

// Channel returns the state of one channel, and whether the snapshot has it.
func (s *Snapshot) Channel(a addr.Channel) (Channel, bool) {
	if s == nil {
		return Channel{}, false
	}
	c, ok := s.channels[a]
	return c, ok
}

// With returns a snapshot in which some channels are replaced. It returns s itself if there are no changes.
func (s *Snapshot) With(changes map[addr.Channel]Channel) *Snapshot {
	if len(changes) == 0 {
		return s
	}
	next := &Snapshot{channels: make(map[addr.Channel]Channel, len(changes))}
	if s != nil {
		maps.Copy(next.channels, s.channels)
	}
	maps.Copy(next.channels, changes)
	return next
}
