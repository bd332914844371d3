// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"container/heap"
	"time"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/backlog"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
)

// entry is a message that is in memory, from when it is offered or loaded until its end is in the store. The mutex of the engine guards
// it.
type entry struct {
	*store.Ready
	// message is nil if it was not read yet.
	message *message.Message
	// content is what the next attempt sends. original is the message, if content is a template in its place, and nil otherwise.
	content, original *dispatch.Content
	// kind is that of the message, once content is set.
	kind  string
	lane  *lane
	flow  *flow
	place *backlog.Entry[*entry]

	// submitted is set from when the dispatcher gets the message until a call with it begins.
	submitted bool
	// reserved is the campaign in whose pace it has a place, or nil.
	reserved *campaign
	handover *handover // the call that it is in, or nil
	began    time.Time
	// next is what follows the last attempt, if that is decided.
	next *decision
	// gone is set if the store has decided about the message meanwhile.
	gone bool
	// again is set if a call was not made because of another message of the call.
	again bool
	// move is the lane that the message belongs to by the routes, if another node has it.
	move string
}

// handover is a call to a provider.
type handover struct {
	seq     int64
	left    int  // attempts without an outcome
	unknown bool // an outcome was unknown
}

// lane is the messages of one sending identity.
type lane struct {
	name    string
	backlog *backlog.Lane[*entry]
	// waiting is how many messages the dispatcher has that are in no call yet. room is their limit: what comes later and is more
	// urgent waits for them.
	waiting, room int
	queue         queue
	// dispatched is how many messages the dispatcher has, and unrecorded how many outcomes and decisions are not in the store yet.
	dispatched, unrecorded int
	// rate is that of the lane's rate limit in messages per second, or 0.
	rate float64
}

func (e *Engine) lane(name string) *lane {
	l := e.lanes[name]
	if l == nil {
		l = &lane{name: name, backlog: backlog.NewLane[*entry](), room: defaultRoom}
		e.lanes[name] = l
		e.snapshot = nil
	}
	return l
}

// timers are the messages that are to be sent again later, the next one first.
type timers []timer

type timer struct {
	at time.Time
	of *entry
}

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (t timers) Len() int           { return len(t) }
func (t timers) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t timers) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }

// Push implements heap.Interface.
func (t *timers) Push(x any) { *t = append(*t, x.(timer)) } //nolint:forcetypeassert // only add calls it

// Pop implements heap.Interface.
func (t *timers) Pop() any {
	last := (*t)[len(*t)-1]
	(*t)[len(*t)-1] = timer{}
	*t = (*t)[:len(*t)-1]
	return last
}

func (t *timers) add(at time.Time, of *entry) { heap.Push(t, timer{at, of}) }

func (t *timers) remove(i int) { heap.Remove(t, i) }

// due removes and returns the first message whose time has come, or nil.
func (t *timers) due(now time.Time) *entry {
	if len(*t) == 0 || (*t)[0].at.After(now) {
		return nil
	}
	return heap.Pop(t).(timer).of //nolint:forcetypeassert // only timers are in it
}
