// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"cmp"
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
	queue         queue
	mayTake       int  // how many deliveries of the queue take may choose
	taking        int  // how many it has chosen
	inFlight      int  // requests; each delivery needs one unless the vendor takes groups
	calls         int  // calls under way, if the vendor takes groups
	pack          pack // what the next call takes, if the vendor takes groups
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
	most := cmp.Or(caps.MaxConcurrency, capability.DefaultMaxConcurrency)
	if c.most > 0 {
		most = min(most, c.most)
	}
	c.window.bound(most)
	c.pack.reset()
	l.wake.Broadcast()
}

// grouped reports whether the vendor takes several recipients in one request. The mutex of the lane must be held.
func (c *channel) grouped() bool { return c.maxRecipients > 1 }

// ready returns how many deliveries of the queue may be handed over now in one call. The mutex of the lane must be held.
func (c *channel) ready() int {
	if c.grouped() {
		return c.alongside(c.packed())
	}
	most := callDeliveries
	if c.d.recording() != nil {
		most = recordedDeliveries
	}
	return c.alongside(max(0, min(c.queue.size, c.window.current()-c.inFlight, most)))
}

// alongside returns how many of the first n deliveries of the queue may be handed over together now: a suspect only alone.
// The mutex of the lane must be held.
func (c *channel) alongside(n int) int {
	switch {
	case c.alone:
		return 0
	case c.suspects == 0 || n == 0:
		return n
	case c.queue.deliveries[0].suspect && c.inFlight == 0 && c.calls == 0:
		return 1
	}
	before := 0
	for _, dl := range c.queue.deliveries {
		if before >= n || dl.suspect {
			break
		}
		before += dl.recipients()
	}
	return min(before, n)
}

// finish makes room for further requests, and for further calls if the vendor takes groups.
func (c *channel) finish(requests, calls int) {
	l := c.lane.Load()
	l.mu.Lock()
	c.inFlight -= requests
	c.calls -= calls
	if c.inFlight == 0 && c.calls == 0 {
		c.alone = false
	}
	l.wake.Broadcast()
	l.mu.Unlock()
}
