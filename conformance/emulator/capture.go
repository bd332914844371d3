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

// Exchange is a request with its answer. It is complete before the answer is sent.
type Exchange struct {
	// Seq is the number of the request, counted from 1 in the order in which requests were completely read.
	Seq  int
	Time time.Time
	// Route is the name of the dialect's route, or empty if no route matches.
	Route  string
	Method string
	// Path is the path and query as requested.
	Path   string
	Header http.Header
	Body   []byte
	// Recipients are the recipients of the request. Those that look like phone numbers are in E.164 with "+".
	Recipients []string
	// Type is the vendor's name for the kind of message, or empty if the kind is unknown.
	Type string
	// Signal reports whether the request is a signal to a route that takes messages as well. A signal may have no recipient.
	Signal bool
	// Violations describe what is wrong with the request. A correct request has none.
	Violations []string
	// Delivered reports whether the vendor accepted the message, whatever the answer was. Refused are the recipients that it
	// refused all the same.
	Delivered bool
	Refused   []string
	// Status and ResponseBody are the answer. They are zero if the request was not answered.
	Status       int
	ResponseBody []byte
	// Proto is "HTTP/1.1" or "HTTP/2.0".
	Proto string
	// Elsewhere reports whether the request arrived at the other host and port that a redirect pointed to.
	Elsewhere bool
	// Token reports whether the request was one for an access token.
	Token bool
	// Fault is the fault that was played, as Fault.String returns it; may be empty.
	Fault string
}

// DeliveredTo reports whether the vendor accepted the message for a recipient.
func (x Exchange) DeliveredTo(recipient string) bool {
	return x.Delivered && !slices.Contains(x.Refused, recipient)
}

// Counts are totals since the start or the last Reset.
type Counts struct {
	Requests int
	// Tokens counts the requests for access tokens, which are among Requests.
	Tokens int
	// Delivered counts recipients, not requests.
	Delivered int
	// Violations counts requests with at least one violation.
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
	if x.Token {
		s.counts.Tokens++
	}
	if x.Delivered && !x.Token {
		s.counts.Delivered += max(len(x.Recipients), 1) - len(x.Refused)
	}
	if !s.discard {
		s.exchanges = append(s.exchanges, *x)
		for _, to := range x.Recipients {
			if x.DeliveredTo(to) {
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

// Exchanges returns the captured exchanges in order. With Options.Discard nothing is captured.
func (c capture) Exchanges() []Exchange {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return slices.Clone(c.state.exchanges)
}

// Counts returns the totals since the start or the last Reset.
func (c capture) Counts() Counts {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return c.state.counts
}

// Deliveries returns how often the vendor accepted a message for a recipient, a number in E.164 with "+". With
// Options.Discard it always returns 0.
func (c capture) Deliveries(recipient string) int {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return c.state.deliveries[recipient]
}

// Wait waits until n requests have been captured in total. It returns the context's error if the context ends first.
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
