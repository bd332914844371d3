// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// A series is first attempts to send one content to recipients that were submitted one after the other, and that go the same way. It
// is handled as one delivery until its recipients are answered, because a broadcast has a great many of them. A recipient whom the
// vendor accepts gets the result from the series. Any other becomes a job of its own, which decides what follows.
type series struct {
	delivery
	ctx        context.Context // of the callers
	way        *way
	deliveries []message.Delivery
	done       []func(Result) // nil for a recipient that was answered or has a job
	attempts   []Attempt      // room for those of the results
	ids        string         // of first attempts, for further recipients
}

// attemptsRoom and idsRoom are how many attempts and ids are made together.
const attemptsRoom, idsRoom = 64, 32

// join adds a message to the series at the end of the queue of its channel, or begins one. It returns false, and does nothing, if
// the message must have a job from the beginning. Then it returns the decision about the message if it has made one.
func (d *Dispatcher) join(ctx context.Context, req *Request, done func(Result)) (joined bool, plan *route.Decision) {
	if req.Attempts > 0 {
		return false, nil
	}
	w, plan := d.wayOf(req.Content, req.To)
	if w == nil || w.most == 1 || !w.channel.recovered() || !w.channel.lane.Load().join(ctx, w, req, done) {
		return false, plan
	}
	if plan != nil {
		d.plans.Put(plan)
	}
	return true, nil
}

// join is Dispatcher.join for a lane.
func (l *lane) join(ctx context.Context, w *way, req *Request, done func(Result)) bool {
	c := w.channel
	l.mu.Lock()
	if !l.awaitPlace(c) {
		l.mu.Unlock()
		return false
	}
	s := c.queue.last()
	if !s.continues(ctx, w, l.sequence) {
		s = newSeries(ctx, w, l.sequence+1)
		c.queue.push(&s.delivery)
	}
	s.add(req, done)
	w.room = len(s.deliveries)
	c.queue.size++
	l.queued(c)
	l.mu.Unlock()
	return true
}

// newSeries returns an empty series that begins at a place in the lane.
func newSeries(ctx context.Context, w *way, sequence uint64) *series {
	s := &series{
		delivery: delivery{channel: w.channel, message: w.decision.Candidates[0].Message, key: w.key, sequence: sequence}, ctx: ctx, way: w,
		deliveries: make([]message.Delivery, 0, w.room), done: make([]func(Result), 0, w.room),
	}
	s.series = s
	return s
}

// add adds a recipient. The mutex of the lane must be held.
func (s *series) add(req *Request, done func(Result)) {
	var id string
	switch {
	case req.ID != "":
		id = AttemptID(req.ID, 1)
	case s.ids == "":
		s.ids = ids.Firsts(time.Now(), min(max(1, cap(s.deliveries)-len(s.deliveries)), idsRoom))
		fallthrough
	default:
		id, s.ids = s.ids[:ids.FirstLength], s.ids[ids.FirstLength:]
	}
	s.deliveries, s.done = append(s.deliveries, message.Delivery{DeliveryID: id, To: req.To}), append(s.done, done)
}

// continues reports whether a message may join the series, or nil, when sequence is the last place in the lane. A series is at most as
// long as a request. Contexts that end together are the same to a message that waits. Places without a gap mean that no message for
// another channel of the lane came in between.
func (s *series) continues(ctx context.Context, w *way, sequence uint64) bool {
	return s != nil && s.way == w && len(s.deliveries) < w.most && s.ctx.Done() == ctx.Done() && s.sequence+uint64(len(s.deliveries)) == sequence+1
}

// split removes the first n recipients and returns them as a series of their own. The mutex of the lane must be held.
func (s *series) split(n int) *delivery {
	front := &series{delivery: s.delivery, ctx: s.ctx, way: s.way, deliveries: s.deliveries[:n:n], done: s.done[:n:n]}
	front.series = front
	s.deliveries, s.done = s.deliveries[n:], s.done[n:]
	s.sequence += uint64(n) //nolint:gosec // not negative
	return &front.delivery
}

// accept delivers the result of a recipient whom the vendor accepted.
func (s *series) accept(i int, o outcome.Outcome) {
	d, decision, done, dl := s.channel.d, s.way.decision, s.done[i], &s.deliveries[i]
	s.done[i] = nil
	if len(s.attempts) == 0 {
		s.attempts = make([]Attempt, min(attemptsRoom, len(s.done)))
	}
	attempts := s.attempts[:1:1]
	s.attempts = s.attempts[1:]
	attempts[0] = Attempt{ID: dl.DeliveryID, Route: decision.Route, Channel: s.channel.addr, Outcome: o}
	if r := d.recording(); r != nil {
		r.Settle(attempts[0], Done)
	}
	o.DeliveryID = MessageID(dl.DeliveryID)
	o.IgnoredFields = also(o.IgnoredFields, s.way.content.ignored)
	done(Result{ID: o.DeliveryID, To: dl.To, Route: decision.Route, Outcome: o, Attempts: attempts, RawTemplate: decision.RawTemplate})
	d.jobs.leave()
}

// job makes a recipient a job of its own, which is making its first attempt, and returns the attempt.
func (s *series) job(i int) *delivery {
	dl, decision := &s.deliveries[i], s.way.decision
	j, _ := jobs.Get().(*job)
	j.d, j.ctx, j.id, j.firstID, j.done = s.channel.d, s.ctx, MessageID(dl.DeliveryID), dl.DeliveryID, s.done[i]
	j.ignored, j.facts = s.way.content.ignored, s.way.content.routed.For(dl.To, time.Now(), rand.Uint64())
	j.take(decision)
	j.tries = 1
	j.attempted = delivery{job: j, channel: s.channel, id: dl.DeliveryID, message: s.message, key: s.key, content: s.content}
	s.done[i] = nil
	return &j.attempted
}

// apart returns a delivery, or the deliveries of a series that were not answered, each with a job of its own.
func (dl *delivery) apart() []*delivery {
	if dl.series == nil {
		return []*delivery{dl}
	}
	var all []*delivery
	for i, done := range dl.series.done {
		if done != nil {
			all = append(all, dl.series.job(i))
		}
	}
	return all
}
