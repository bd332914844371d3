// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Exchange is one request and what became of it. It is complete before the answer leaves.
type Exchange struct {
	// Seq counts from 1, in the order in which requests were read to their end.
	Seq  int
	Time time.Time
	// Route is the name of the dialect's route; empty where none matched.
	Route  string
	Method string
	// Path is the path and query as they were requested.
	Path   string
	Header http.Header
	Body   []byte
	// Recipients are in E.164 with "+", as far as they look like phone numbers.
	Recipients []string
	// Type is the kind of message, in the vendor's word; empty where it could not be told.
	Type string
	// Violations say what is wrong with the request, in words; empty for a good one.
	Violations []string
	// Delivered reports whether the vendor took the message, whatever was answered then.
	Delivered bool
	// Status and ResponseBody are the answer; zero where no answer was given.
	Status       int
	ResponseBody []byte
	// Proto is "HTTP/1.1" or "HTTP/2.0".
	Proto string
	// Elsewhere reports that the request came to the host and port that a redirect led to.
	Elsewhere bool
	// Fault is the fault that was played, in words; may be empty.
	Fault string
}

// Counts are totals since the start or the last Reset.
type Counts struct {
	Requests int
	// Delivered counts recipients, not requests.
	Delivered int
	// Violations counts requests with at least one.
	Violations int
}

type capture struct {
	state *captureState
}

type captureState struct {
	discard bool

	mu         sync.Mutex
	seq        int
	exchanges  []Exchange
	deliveries map[string]int
	counts     Counts
	changed    chan struct{}
}

func newCapture(discard bool) capture {
	return capture{&captureState{discard: discard, deliveries: map[string]int{}, changed: make(chan struct{})}}
}

func (c capture) record(x *Exchange) {
	s := c.state
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	x.Seq = s.seq
	s.counts.Requests++
	if len(x.Violations) > 0 {
		s.counts.Violations++
	}
	if x.Delivered {
		s.counts.Delivered += max(len(x.Recipients), 1)
	}
	if !s.discard {
		s.exchanges = append(s.exchanges, *x)
		for _, to := range x.Recipients {
			if x.Delivered {
				s.deliveries[to]++
			}
		}
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

func (c capture) clear() {
	s := c.state
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exchanges, s.deliveries, s.counts = nil, map[string]int{}, Counts{}
}

// Exchanges returns what was captured, in order; nothing with Options.Discard.
func (c capture) Exchanges() []Exchange {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return slices.Clone(c.state.exchanges)
}

// Counts returns the totals.
func (c capture) Counts() Counts {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return c.state.counts
}

// Deliveries says how often the vendor took a message for a recipient, a number in E.164 with "+". It is always
// 0 with Options.Discard.
func (c capture) Deliveries(recipient string) int {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return c.state.deliveries[recipient]
}

// Wait returns as soon as n requests were captured in all, or with the context's error.
func (c capture) Wait(ctx context.Context, n int) error {
	for {
		c.state.mu.Lock()
		enough, changed := c.state.counts.Requests >= n, c.state.changed
		c.state.mu.Unlock()
		if enough {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
