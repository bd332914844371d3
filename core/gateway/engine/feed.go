// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"math"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
)

const (
	// defaultRoom is the room of a lane whose channels are not known. It is enough to keep a fast vendor busy.
	defaultRoom = 256
	// roomTime is how much of a rate limit the dispatcher may have waiting.
	roomTime = 50 * time.Millisecond
	// roomCalls is how many full requests wait if a vendor takes groups.
	roomCalls = 2
	// idleTime is how long a feed sleeps at most.
	idleTime = time.Minute
)

// LaneOf returns the name of the lane of a channel: its sender, or the channel itself if the sender is not known.
func LaneOf(snapshot *catalog.Snapshot, ch addr.Channel) string {
	if c, ok := snapshot.Channel(ch); ok && c.Sender != "" {
		return c.Sender
	}
	return ch.String()
}

// runFeeds passes messages to the dispatcher.
func (e *Engine) runFeeds() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-e.feed:
		case <-timer.C:
		}
		now := time.Now()
		next := e.returnDue(now)
		for batch := e.take(now); len(batch) > 0; batch = e.take(time.Now()) {
			for _, en := range batch {
				if e.prepare(en) && e.review(en) {
					e.submit(en)
				}
			}
		}
		timer.Reset(min(next, e.untilPaced()))
	}
}

// returnDue makes the messages whose time has come the next ones of their flows, and returns how long it takes until the next one.
func (e *Engine) returnDue(now time.Time) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	for en := e.later.due(now); en != nil; en = e.later.due(now) {
		en.lane.backlog.Return(en.place)
	}
	next := idleTime
	if len(e.later) > 0 {
		next = min(next, e.later[0].at.Sub(now))
	}
	if pause := e.pause.Sub(now); pause > 0 {
		next = min(next, pause)
	}
	return next
}

// early reports whether the next message of a lane would wait in the dispatcher for its rate limit, where a more urgent one that comes meanwhile
// could not pass it. e.mu must be held.
func (e *Engine) early(l *lane, now time.Time) bool {
	if l.rate <= 0 || l.backlog.Ready() == 0 {
		return false
	}
	wait := e.Dispatcher.Delay(l.name) - roomTime
	if wait > 0 {
		e.wakeAt(now.Add(wait))
	}
	return wait > 0
}

// wakeAt makes the feed look again at a time. e.mu must be held.
func (e *Engine) wakeAt(at time.Time) {
	if e.paced.IsZero() || at.Before(e.paced) {
		e.paced = at
	}
}

// untilPaced returns how long it takes until a message may go to the dispatcher that waits for its pace or rate.
func (e *Engine) untilPaced() time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.paced.IsZero() {
		return idleTime
	}
	return max(0, time.Until(e.paced))
}

// take takes from each lane what the dispatcher has room for.
func (e *Engine) take(now time.Time) (batch []*entry) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped || now.Before(e.pause) {
		return nil
	}
	e.measure()
	e.paced = time.Time{}
	waits := e.waits(now)
	for _, l := range e.lanes {
		for l.waiting < l.room && !e.isPaused(l) && e.serves(l.name) && !e.early(l, now) {
			place := l.backlog.Take(waits)
			if place == nil {
				break
			}
			en := place.Value
			if expired(en, now) {
				e.decide(en, decision{state: store.StateDead, failure: store.Failure{Reason: store.ReasonExpired}}, now)
				continue
			}
			if e.isSuppressed(en.To) {
				e.decide(en, decision{state: store.StateDead, failure: store.Failure{Reason: store.ReasonSuppressed}}, now)
				continue
			}
			if e.isCanceled(en.Flow) {
				e.decide(en, decision{state: store.StateDead, tries: en.Tries, failure: store.Failure{Reason: store.ReasonCampaignCanceled}}, now)
				continue
			}
			en.submitted, en.next = true, nil
			e.reserve(en)
			l.waiting++
			l.dispatched++
			batch = append(batch, en)
		}
	}
	return batch
}

func expired(en *entry, now time.Time) bool { return !en.Expires.IsZero() && !now.Before(en.Expires) }

// measure finds out how much room the lanes have, if the state of the channels has changed. e.mu must be held.
func (e *Engine) measure() {
	snapshot := e.Dispatcher.Snapshot()
	if snapshot == e.snapshot {
		return
	}
	e.snapshot = snapshot
	// A lane has the room of its channel with the largest requests, as far as the lowest rate allows.
	rooms, limits, rates := map[string]int{}, map[string]int{}, map[string]float64{}
	for ch, c := range e.channels {
		name := LaneOf(snapshot, ch)
		rooms[name] = max(rooms[name], defaultRoom)
		if known, ok := snapshot.Channel(ch); ok && known.Checker != nil {
			rooms[name] = max(rooms[name], roomCalls*known.Checker.Capabilities().MaxRecipients)
		}
		if c.RateLimit == nil {
			continue
		}
		limit := int(math.Ceil(c.RateLimit.PerSecond * roomTime.Seconds()))
		if other, ok := limits[name]; !ok || limit < other {
			limits[name], rates[name] = limit, c.RateLimit.PerSecond
		}
	}
	for name, limit := range limits {
		rooms[name] = min(rooms[name], limit)
	}
	for name, l := range e.lanes {
		l.room, l.rate = defaultRoom, rates[name]
		if room, ok := rooms[name]; ok {
			l.room = room
		}
	}
}

// prepare makes a message ready to be sent, and reports whether that was possible.
func (e *Engine) prepare(en *entry) bool {
	if en.content != nil {
		return true
	}
	m := en.message
	if m == nil {
		var err error
		if m, err = message.Parse(en.Body); err != nil {
			e.unreadable(en, err)
			return false
		}
	}
	en.kind = m.GetType()
	en.content, en.message, en.Body = e.Dispatcher.Prepare(withoutTime(m)), nil, nil
	return true
}

// submit passes a message to the dispatcher.
func (e *Engine) submit(en *entry) {
	req := dispatch.Request{ID: en.ID.String(), Content: en.content, To: en.To, Attempts: en.Attempts}
	e.Dispatcher.Submit(context.Background(), req, func(r dispatch.Result) { e.ended(en, r) })
}

// unreadable ends a message whose record cannot be read, which is damage of the store.
func (e *Engine) unreadable(en *entry, err error) {
	e.Log.Error("a message of the store cannot be read", "id", en.ID.String(), "error", err)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.notSubmitted(en)
	e.decide(en, decision{state: store.StateDead, failure: store.Failure{Reason: "misconfigured", Detail: "the record of the message cannot be read"}}, time.Now())
}

// withoutTime returns the message without the time at which it is to be sent, which has come.
func withoutTime(m *message.Message) *message.Message {
	if m.GetWahost().GetSendAt() != nil {
		m.Wahost.SendAt = nil
	}
	return m
}

// leaveRoom makes room in the lane of a message that the dispatcher has no longer waiting. e.mu must be held.
func (e *Engine) leaveRoom(en *entry) {
	if en.submitted {
		en.submitted = false
		if en.reserved != nil {
			en.reserved.reserved--
			en.reserved = nil
		}
		en.lane.waiting--
		wake(e.feed)
	}
}

// notSubmitted takes back what take has counted of a message that the dispatcher does not get. e.mu must be held.
func (e *Engine) notSubmitted(en *entry) {
	e.leaveRoom(en)
	en.lane.dispatched--
}
