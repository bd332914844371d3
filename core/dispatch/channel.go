// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"sync"
	"sync/atomic"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
)

// A channel is what the dispatcher knows of one channel: its breaker, its window, and what waits for it in the lane of its
// sender.
type channel struct {
	d       *Dispatcher
	addr    addr.Channel
	limit   *config.RateLimit // nil if the channel has no rate limit of its own
	breaker circuitbreaker.CircuitBreaker[any]
	// failures counts the failures that the breaker was told of; failuresRecovered is its value when the breaker last
	// closed.
	failures, failuresRecovered atomic.Uint64

	// lane is nil until the channel is open for the first time. Then it stays the same.
	lane atomic.Pointer[lane]

	// The mutex of the lane guards these.
	queue         []*delivery
	taking        int  // how many deliveries of the queue take has chosen
	inFlight      int  // deliveries, or calls if the vendor takes groups
	suspects      int  // deliveries of the queue that must be sent alone
	alone         bool // one of them is under way
	maxRecipients int

	window *window // the limit of inFlight
	most   int     // the limit that the configuration sets for the window, or 0
	caps   capability.Capabilities

	mu          sync.Mutex
	lastFailure string
}

func newChannel(d *Dispatcher, ch config.Channel) *channel {
	c := &channel{d: d, addr: ch.Addr, limit: ch.RateLimit, maxRecipients: 1, window: newWindow(), most: ch.MaxConcurrency}
	c.breaker = circuitbreaker.NewBuilder[any]().
		WithFailureThreshold(uint(d.options.BreakerFailures)).
		WithDelay(d.options.BreakerPause).
		OnStateChanged(func(circuitbreaker.StateChangedEvent) { d.view.changes.Add(1) }).
		Build()
	return c
}

// open takes the sender and the capabilities of the channel, which is open now. The first sender counts: a channel has the
// same one for as long as its configuration is the same.
func (c *channel) open(sender string, caps capability.Capabilities) {
	l := c.lane.Load()
	if l == nil {
		l = c.d.lane(c, sender)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c.maxRecipients, c.caps = max(1, caps.MaxRecipients), caps
	most := caps.MaxConcurrency
	switch {
	case most > 0:
	case c.maxRecipients > 1:
		most = capability.DefaultGroupConcurrency
	default:
		most = capability.DefaultMaxConcurrency
	}
	if c.most > 0 {
		most = min(most, c.most)
	}
	switch {
	case c.maxRecipients == 1:
		c.window.bound(most)
	case c.oneRequestPerCall():
		c.window.fix(most)
	default:
		// The latency of a request depends on how many recipients it has.
		c.window.fix(min(most, groupCalls))
	}
	l.wake.Broadcast()
}

// ready returns how many deliveries of the queue the channel has room for in one call. The mutex of the lane must be held.
func (c *channel) ready() int {
	room := c.window.current() - c.inFlight
	if room > 0 && c.maxRecipients > 1 {
		room = c.maxRecipients
	}
	most := callDeliveries
	if c.maxRecipients == 1 && c.d.recording() != nil {
		most = recordedDeliveries
	}
	n := max(0, min(len(c.queue), room, most))
	if n > 1 && c.oneRequestPerCall() {
		n = c.equalMessages(n)
	}
	return c.alongside(n)
}

// oneRequestPerCall reports whether each call must lead to one vendor request only. A call for a vendor that takes groups usually
// has messages of several contents, which need a request each, and the provider bounds those. A bound of the configuration counts
// them here.
func (c *channel) oneRequestPerCall() bool { return c.maxRecipients > 1 && c.most > 0 }

// equalMessages returns how many of the first n deliveries of the queue the vendor takes in one request. The mutex of the lane must
// be held.
func (c *channel) equalMessages(n int) int {
	first := c.queue[0]
	n = min(n, max(1, c.caps.Recipients(first.message.Kind())))
	for i, dl := range c.queue[1:n] {
		if dl.message != first.message && dl.contentKey() != first.contentKey() {
			return i + 1
		}
	}
	return n
}

// alongside returns how many of the first n deliveries of the queue may be handed over together now: a suspect only alone.
// The mutex of the lane must be held.
func (c *channel) alongside(n int) int {
	switch {
	case c.alone:
		return 0
	case c.suspects == 0 || n == 0:
		return n
	case c.queue[0].suspect && c.inFlight == 0:
		return 1
	}
	for i, dl := range c.queue[:n] {
		if dl.suspect {
			return i
		}
	}
	return n
}

// finish makes room for a further delivery, or call if the vendor takes groups.
func (c *channel) finish() {
	l := c.lane.Load()
	l.mu.Lock()
	if c.inFlight--; c.inFlight == 0 {
		c.alone = false
	}
	l.wake.Broadcast()
	l.mu.Unlock()
}
