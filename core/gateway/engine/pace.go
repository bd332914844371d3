// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import "time"

// pace spreads the messages of a campaign over time. Places are reserved for messages that the dispatcher gets, and a message counts when its
// call begins, so that what is held up in between does not leave all at once. The zero pace bounds nothing.
type pace struct {
	perMinute int
	// interval is the time from one message to the next in the long run, or 0 if nothing is bounded. burst is how many messages may leave at
	// once: it is above 1 only if the interval is too short to wake up for each message.
	interval time.Duration
	burst    int
	// full is when the whole burst may be used again.
	full time.Time
	// reserved is how many messages have a place and do not count yet.
	reserved int
}

// setPace changes a pace. It begins without a burst and with a whole interval, as if a message had just left: that may be so, before a restart.
func (p *pace) setPace(perMinute int, now time.Time) {
	p.perMinute, p.interval, p.burst = perMinute, 0, 0
	if perMinute <= 0 {
		return
	}
	p.interval = time.Minute / time.Duration(perMinute)
	p.burst = max(1, int(roomTime/max(1, p.interval)))
	p.full = now.Add(time.Duration(p.burst) * p.interval)
}

// wait returns how long the next message waits. It is 0 if it may leave now, and below 0 if it waits for one that has a place.
func (p *pace) wait(now time.Time) time.Duration {
	if p.interval == 0 {
		return 0
	}
	if p.reserved >= p.burst {
		return -1
	}
	return max(0, p.full.Add(time.Duration(p.reserved-p.burst+1)*p.interval).Sub(now))
}

// spend counts a message that leaves.
func (p *pace) spend(now time.Time) {
	if p.interval == 0 {
		return
	}
	if p.full.Before(now) {
		p.full = now
	}
	p.full = p.full.Add(p.interval)
}
