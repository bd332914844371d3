// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import "time"

// take removes from the queues what may be handed over now, and claims a token of the rate limit for each delivery. It goes
// from the oldest delivery to the newest, and passes over those of a channel that has too much under way. The batches are
// in a buffer that the next take overwrites.
func (l *lane) take() []batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	allowed := l.allowance(time.Now())
	for _, c := range l.channels {
		c.mayTake, c.queue.chosen = c.ready(), position{}
	}
	if len(l.channels) == 1 {
		c := l.channels[0]
		c.taking = min(c.mayTake, allowed)
	} else {
		for ; allowed > 0; allowed-- {
			c := l.oldest()
			if c == nil {
				break
			}
			c.taking++
			c.queue.chosen.within++
		}
	}
	l.taken = l.taken[:0]
	for _, c := range l.channels {
		if c.taking > 0 {
			l.taken = append(l.taken, l.cut(c, c.taking))
			c.taking = 0
		}
	}
	return l.taken
}

// oldest returns the channel with the oldest delivery that may be handed over and was not chosen yet, or nil. l.mu must be held.
func (l *lane) oldest() *channel {
	var found *channel
	for _, c := range l.channels {
		if c.taking < c.mayTake && (found == nil || c.queue.sequence() < found.queue.sequence()) {
			found = c
		}
	}
	return found
}

// cut removes n recipients from the queue of a channel. l.mu must be held.
func (l *lane) cut(c *channel, n int) batch {
	full := c.queue.size >= queueLimit
	b := batch{channel: c, size: n, requests: n, grouped: c.grouped(), claimed: l.claim(n)}
	if b.grouped {
		c.fill(n, n)
		b.requests = c.pack.requests
		c.pack.reset()
		c.calls++
	}
	c.inFlight += b.requests
	if n == 1 && c.queue.deliveries[0].suspect {
		c.suspects--
		c.alone = true
	}
	b.deliveries = c.queue.remove(n)
	l.waiting -= n
	l.calls.Add(1)
	if full {
		l.wake.Broadcast()
	}
	return b
}

// anyRoom reports whether a delivery waits for a channel that has room for it. l.mu must be held.
func (l *lane) anyRoom() bool {
	for _, c := range l.channels {
		if c.ready() > 0 {
			return true
		}
	}
	return false
}
