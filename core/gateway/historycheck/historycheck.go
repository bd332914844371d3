// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package historycheck decides whether a gateway has kept its promises, from what applications sent to it, what its vendor saw, and
// what is in its store at the end. Tests of crashes and faults use it.
package historycheck

import (
	"fmt"
	"slices"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// History is what happened to a gateway.
type History struct {
	Requests []Request
	Sights   []Sight
	Records  []Record
	// InDoubt is the largest number of messages that may be unknown: what was under way at all faults.
	InDoubt int
	// Pace is the rate that the sender may have, or nil if it may have any.
	Pace *Pace
}

// Request is one request of an application, which may have been repeated with the same key.
type Request struct {
	// Key is the idempotency key, and Body stands for what was sent with it.
	Key, Body string
	// Answers are the ids of all answers with a status of 2xx, and Conflicts the number of those with 409.
	Answers   []ids.ID
	Conflicts int
	// Recipient is the address of the message, and Order the place of the request among those that the application made one after the
	// other for the recipient.
	Recipient string
	Order     int
}

// Sight is a message that the vendor saw.
type Sight struct {
	// Attempt is the id of the attempt that the vendor got with it.
	Attempt   string
	Recipient string
	At        time.Time
	// Taken is set if the vendor accepted it, whatever it answered.
	Taken bool
}

// Record is a message of the store.
type Record struct {
	ID        ids.ID
	Recipient string
	State     store.State
	// Attempts are the outcomes of the attempts, by their numbers from 1.
	Attempts []string
	// Again is set if the message may reach the vendor a second time, because a person or a policy said so.
	Again bool
}

// Pace is a rate at which a sender may send.
type Pace struct {
	PerSecond float64
	Burst     int
}

// Violation is a broken promise.
type Violation struct {
	// Promise is that of the table in the design: I1, I2 and so on.
	Promise string
	Detail  string
}

// String returns the promise and the detail.
func (v Violation) String() string { return v.Promise + ": " + v.Detail }

// checker collects violations.
type checker struct {
	*History
	records map[ids.ID]*Record
	sights  map[ids.ID][]Sight
	found   []Violation
}

func (c *checker) violated(promise, format string, args ...any) {
	c.found = append(c.found, Violation{promise, fmt.Sprintf(format, args...)})
}

// Check returns all broken promises.
func Check(h *History) []Violation {
	c := &checker{History: h, records: map[ids.ID]*Record{}, sights: map[ids.ID][]Sight{}}
	for i := range h.Records {
		c.records[h.Records[i].ID] = &h.Records[i]
	}
	for _, s := range h.Sights {
		id, n, err := ids.ParseAttempt(s.Attempt)
		if err != nil || n == 0 {
			c.violated("I2", "the vendor saw %q, which is not the id of an attempt", s.Attempt)
			continue
		}
		c.sights[id] = append(c.sights[id], s)
	}
	c.nothingIsLost()
	c.nothingIsDoubled()
	c.recordsAreTrue()
	c.orderIsKept()
	c.paceIsKept()
	c.keysAreHonoured()
	return c.found
}

// nothingIsLost checks I1: what was accepted is in the store, and is accepted, unknown or dead.
func (c *checker) nothingIsLost() {
	for _, r := range c.Requests {
		for _, id := range r.Answers {
			record := c.records[id]
			switch {
			case record == nil:
				c.violated("I1", "%v was accepted and is not in the store", id)
			case record.Recipient != r.Recipient:
				c.violated("I1", "%v was accepted for %s and is one for %s", id, r.Recipient, record.Recipient)
			case !slices.Contains([]store.State{store.StateAccepted, store.StateUnknown, store.StateDead}, record.State):
				c.violated("I1", "%v was accepted and is still %v", id, record.State)
			}
		}
	}
}

// nothingIsDoubled checks I2: the vendor saw each attempt once, and took each message once.
func (c *checker) nothingIsDoubled() {
	attempts := map[string]int{}
	for id, sights := range c.sights {
		taken := 0
		for _, s := range sights {
			if attempts[s.Attempt]++; attempts[s.Attempt] == 2 {
				c.violated("I2", "the vendor saw the attempt %s twice", s.Attempt)
			}
			if s.Taken {
				taken++
			}
			if r := c.records[id]; r == nil {
				c.violated("I2", "the vendor saw %v, which is not in the store", id)
			} else if r.Recipient != s.Recipient {
				c.violated("I2", "the vendor saw %v for %s, and it is one for %s", id, s.Recipient, r.Recipient)
			}
		}
		if r := c.records[id]; taken > 1 && (r == nil || !r.Again) {
			c.violated("I2", "the vendor took %v %d times", id, taken)
		}
	}
}

// recordsAreTrue checks I3 and I4: what the store says agrees with what the vendor saw.
func (c *checker) recordsAreTrue() {
	unknown := 0
	for _, r := range c.Records {
		taken := slices.ContainsFunc(c.sights[r.ID], func(s Sight) bool { return s.Taken })
		switch {
		case r.State == store.StateUnknown:
			unknown++
		case r.State == store.StateAccepted && !taken:
			c.violated("I4", "%v is accepted, and the vendor did not take it", r.ID)
		case len(r.Attempts) == 0 && len(c.sights[r.ID]) > 0:
			c.violated("I4", "%v was never sent according to the store, and the vendor saw it", r.ID)
		case r.State == store.StateDead && slices.ContainsFunc(c.sights[r.ID], func(s Sight) bool { return s.Taken && !resentAfter(&r, s) }):
			c.violated("I4", "%v is dead, and the vendor took it", r.ID)
		}
		for _, s := range c.sights[r.ID] {
			if _, n, _ := ids.ParseAttempt(s.Attempt); n > len(r.Attempts) {
				c.violated("I4", "the vendor saw the attempt %s, and the store does not have it", s.Attempt)
			}
		}
	}
	if unknown > c.InDoubt {
		c.violated("I3", "%d messages are unknown, and at most %d were under way", unknown, c.InDoubt)
	}
}

// resentAfter reports whether a person let a message be sent again after an attempt whose outcome was unknown. Its last attempt may be
// rejected, or it may be canceled before there is one, although the vendor took that one.
func resentAfter(r *Record, s Sight) bool {
	_, n, _ := ids.ParseAttempt(s.Attempt)
	return r.Again && n <= len(r.Attempts) && r.Attempts[n-1] == store.OutcomeUnknown
}
