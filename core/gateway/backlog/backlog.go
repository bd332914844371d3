// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package backlog decides which message of a lane is sent next. Urgent classes come more often than others, the flows of a class
// take turns, and a message waits while an earlier one of its campaign to the same recipient is not done. The messages of no campaign count as
// one campaign there. The package knows no clock, and its types are not safe for concurrent use.
package backlog

import (
	"slices"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
)

// weights are how many messages of each class a lane takes in turn while all classes have messages.
var weights = [store.Classes]int{store.ClassAuthentication: 16, store.ClassTransactional: 4, store.ClassMarketing: 1}

// Lane holds the messages of one lane that are in memory. T is what the caller keeps for a message.
type Lane[T any] struct {
	classes [store.Classes]class[T]
	chains  map[chainKey]*chain[T]
	ready   int
}

// Entry is a message in a lane.
type Entry[T any] struct {
	Value T

	class store.Class
	flow  flowKey
	chain *chain[T]
}

// class is the messages of a class that may be taken.
type class[T any] struct {
	credit int
	// turns are the flows that have messages, in the order of their turns.
	turns []*flow[T]
	flows map[flowKey]*flow[T]
}

// flowKey names a flow of a class.
type flowKey struct{ apiKey, campaign string }

// flow is the messages of a flow that may be taken.
type flow[T any] struct {
	key   flowKey
	queue []*Entry[T]
}

type chainKey struct {
	class    store.Class
	campaign string
	to       message.Recipient
}

// chain is the messages of a class and a campaign to a recipient. The first of them may be taken or was taken, and the others wait for it.
type chain[T any] struct {
	key     chainKey
	waiting []*Entry[T]
}

// NewLane returns an empty lane.
func NewLane[T any]() *Lane[T] { return &Lane[T]{chains: map[chainKey]*chain[T]{}} }

// Add adds a message of a flow, after those of the flow and of the recipient that were added before.
func (l *Lane[T]) Add(f store.Flow, to message.Recipient, value T) *Entry[T] {
	e := &Entry[T]{Value: value, class: f.Class, flow: flowKey{f.APIKey, f.Campaign}}
	key := chainKey{f.Class, f.Campaign, to}
	c := l.chains[key]
	if c != nil {
		e.chain = c
		c.waiting = append(c.waiting, e)
		return e
	}
	c = &chain[T]{key: key}
	l.chains[key] = c
	e.chain = c
	l.push(e, false)
	return e
}

// AddTaken adds a message as if it had been taken already: it is to be sent again later, and later messages to the recipient wait.
// It returns nil if an earlier message to the recipient is not done; Add the message then.
func (l *Lane[T]) AddTaken(f store.Flow, to message.Recipient, value T) *Entry[T] {
	key := chainKey{f.Class, f.Campaign, to}
	if l.chains[key] != nil {
		return nil
	}
	c := &chain[T]{key: key}
	l.chains[key] = c
	return &Entry[T]{Value: value, class: f.Class, flow: flowKey{f.APIKey, f.Campaign}, chain: c}
}

// Take removes and returns the next message, or nil if none may be sent now. The recipient gets no other message of the class and the campaign
// until Done is called. The messages of a campaign that is held wait, and the others pass them. held is called with the names of campaigns, and
// may be nil.
func (l *Lane[T]) Take(held func(campaign string) bool) *Entry[T] {
	if l.ready == 0 {
		return nil
	}
	for range 2 { // the second time with new credit
		for i := range l.classes {
			if c := &l.classes[i]; c.credit > 0 {
				if e := c.take(held); e != nil {
					c.credit--
					l.ready--
					l.restore(i)
					return e
				}
			}
		}
		for i := range l.classes {
			l.classes[i].credit = weights[i]
		}
	}
	return nil
}

// restore fills the credit of the classes without messages that are more urgent than the one that was served, so that their next message does not
// wait for others.
func (l *Lane[T]) restore(served int) {
	for i := range served {
		if c := &l.classes[i]; len(c.turns) == 0 {
			c.credit = weights[i]
		}
	}
}

// take removes the first message of the flow whose turn it is. It returns nil if there is no such flow.
func (c *class[T]) take(held func(campaign string) bool) *Entry[T] {
	i := slices.IndexFunc(c.turns, func(f *flow[T]) bool { return f.key.campaign == "" || held == nil || !held(f.key.campaign) })
	if i < 0 {
		return nil
	}
	f := c.turns[i]
	e := f.queue[0]
	f.queue[0] = nil
	f.queue = f.queue[1:]
	c.turns = append(c.turns[:i], c.turns[i+1:]...)
	if len(f.queue) > 0 {
		c.turns = append(c.turns, f)
	} else {
		delete(c.flows, f.key)
	}
	return e
}

// Return makes a message that was taken the next one of its flow.
func (l *Lane[T]) Return(e *Entry[T]) { l.push(e, true) }

// Done ends a message that was taken: the next one to its recipient may be sent.
func (l *Lane[T]) Done(e *Entry[T]) {
	c := e.chain
	if len(c.waiting) == 0 {
		delete(l.chains, c.key)
		return
	}
	next := c.waiting[0]
	c.waiting[0] = nil
	c.waiting = c.waiting[1:]
	l.push(next, false)
}

// Ready returns how many messages may be taken now.
func (l *Lane[T]) Ready() int { return l.ready }

// Empty reports whether the lane holds nothing, not even a message that was taken.
func (l *Lane[T]) Empty() bool { return len(l.chains) == 0 }

// push makes a message the last of its flow, or the first.
func (l *Lane[T]) push(e *Entry[T], first bool) {
	c := &l.classes[e.class]
	f := c.flows[e.flow]
	if f == nil {
		f = &flow[T]{key: e.flow}
		if c.flows == nil {
			c.flows = map[flowKey]*flow[T]{}
		}
		c.flows[e.flow] = f
		c.turns = append(c.turns, f)
	}
	if first {
		f.queue = append([]*Entry[T]{e}, f.queue...)
	} else {
		f.queue = append(f.queue, e)
	}
	l.ready++
}
