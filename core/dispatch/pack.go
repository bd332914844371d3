// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import "github.com/wahost/wahost/sdk/message"

// A pack is the front of the queue of a channel whose vendor takes groups: the deliveries that travel in the next call, and the vendor
// requests that they need. A request takes equal messages to several recipients. The mutex of the lane guards it.
type pack struct {
	deliveries, requests int

	end     position        // in the queue
	counts  map[string]*int // the recipients of each content
	message *message.Message
	count   *int // that of message
	// perRequest is how many recipients the vendor takes in one request with message.
	perRequest int
}

func (p *pack) reset() {
	clear(p.counts)
	p.deliveries, p.requests, p.end, p.message, p.count = 0, 0, position{}, nil, nil
}

// fill makes the pack of c as large as the queue, a call and this many requests allow. The mutex of the lane must be held.
func (c *channel) fill(deliveries, requests int) {
	p := &c.pack
	if p.requests > requests || p.deliveries > deliveries {
		p.reset()
	}
	for p.deliveries < min(deliveries, c.queue.size) {
		dl, left := c.queue.at(&p.end)
		if dl.message != p.message {
			p.message, p.count, p.perRequest = dl.message, p.of(dl.contentKey()), c.perRequest(dl)
		}
		room := p.perRequest - *p.count%p.perRequest
		if room == p.perRequest {
			if p.requests == requests {
				return
			}
			p.requests++
		}
		n := min(room, left, deliveries-p.deliveries)
		*p.count += n
		p.deliveries += n
		p.end.within += n
	}
}

// of returns the number of deliveries with a content.
func (p *pack) of(key string) *int {
	if p.counts == nil {
		p.counts = map[string]*int{}
	}
	n := p.counts[key]
	if n == nil {
		n = new(int)
		p.counts[key] = n
	}
	return n
}

// perRequest returns how many recipients the vendor takes in one request with the message of a delivery. The mutex of the lane must be
// held.
func (c *channel) perRequest(dl *delivery) int { return max(1, c.caps.Recipients(dl.message.Kind())) }

// packed returns how many deliveries the next call takes. While several calls are under way, messages wait for others that the vendor
// takes in the same request. Those whose contents differ wait only for the window. The mutex of the lane must be held.
func (c *channel) packed() int {
	most := min(c.maxRecipients, callDeliveries)
	room := c.window.current() - c.inFlight
	if room <= 0 || c.queue.size == 0 {
		return 0
	}
	c.fill(most, room)
	p := &c.pack
	if c.calls >= groupCalls {
		full := p.deliveries == most || c.perRequest(c.queue.deliveries[0]) == 1
		differ := p.deliveries > 1 && 2*p.requests > p.deliveries
		if !full && !differ {
			return 0
		}
	}
	return p.deliveries
}
