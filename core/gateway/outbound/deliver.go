// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"
)

// load reads what was left from before. It returns false if the context ends.
func (r *Runner) load(ctx context.Context) bool {
	for {
		err := r.tryLoad(ctx)
		if err == nil {
			return true
		}
		r.trouble(err)
		reached, stop := r.clock.At(r.clock.Now().Add(storeRetry))
		select {
		case <-reached:
			stop()
		case <-ctx.Done():
			stop()
			return false
		}
	}
}

func (r *Runner) tryLoad(ctx context.Context) error {
	cursor, err := r.log.Cursor(ctx, r.endpoint.Name)
	if err != nil {
		return err
	}
	pending, err := r.retries.Pending(ctx, r.endpoint.Name)
	if err != nil {
		return err
	}
	slices.SortStableFunc(pending, func(a, b Retry) int { return cmp.Compare(a.Notice.Position.Seq, b.Notice.Position.Seq) })
	now := r.clock.Now()
	for _, p := range pending {
		r.queues.push(&entry{since: now, notice: p.Notice, tries: p.Tries, first: p.First, due: p.Due, durable: true, done: true})
		r.deferred++
	}
	r.read = cursor
	return nil
}

// room returns how many notices may be read.
func (r *Runner) room() int {
	if r.deferred >= MaxDeferred || r.clock.Now().Before(r.resumeAt) {
		return 0
	}
	return maxWindow - len(r.window)
}

// limit returns how many requests may be made at a time: one if it is not known whether the endpoint works again.
func (r *Runner) limit() int {
	if r.failures >= tripAfter {
		return 1
	}
	return maxInFlight
}

// fill reads new notices.
func (r *Runner) fill(ctx context.Context) {
	now := r.clock.Now()
	for n := r.room(); n > 0 && !now.Before(r.pollAt); n = r.room() {
		r.readAt = now
		notices, err := r.log.Notices(ctx, r.read, n)
		if err != nil {
			r.trouble(err)
		}
		if len(notices) < n {
			r.pollAt = now.Add(pollTime)
		}
		for i := range notices {
			r.take(notices[i], now)
		}
	}
}

// take puts a notice of the log into its queue.
func (r *Runner) take(n Notice, now time.Time) {
	e := &entry{notice: n, since: now}
	r.read = n.Position
	r.window = append(r.window, e)
	if !r.endpoint.wants(&n) || r.queues.byID[n.ID] != nil {
		e.done = true // it was deferred before a crash that came before the cursor moved, if it is known
		return
	}
	if q := r.queues.push(e); q.head().durable && q.head() != e && q.head().tries > 0 {
		r.postpone(e, q.head().due)
	}
}

// handle notes what became of a request.
func (r *Runner) handle(result result) {
	e, q := result.entry, r.queues.byKey[result.entry.notice.Key]
	r.inFlight--
	q.sending = false
	if result.gone {
		r.finish(q, Retry{Notice: e.notice, Done: true})
		return
	}
	if r.observer != nil {
		r.observer.Posted(r.endpoint.Name, &e.notice, result.status, result.took, result.err)
	}
	now := r.clock.Now()
	if e.tries++; e.first.IsZero() {
		e.first = now
	}
	if result.err == nil {
		r.failures, r.resumeAt = 0, time.Time{}
		r.finish(q, Retry{Notice: e.notice, Done: true})
		return
	}
	r.failures++
	if p := pause(r.failures); p > 0 {
		r.resumeAt = now.Add(p)
	}
	if result.status == http.StatusGone {
		r.disabled = true
	}
	due := now.Add(max(retryDelay(e.tries, r.jitter()), result.after))
	if due.Sub(e.first) > giveUp && !r.disabled {
		r.finish(q, Retry{Notice: e.notice, Tries: e.tries, First: e.first, Error: result.err.Error(), Dead: true})
		return
	}
	r.postpone(e, due)
	r.changes[len(r.changes)-1].Error = result.err.Error()
	for _, follower := range q.entries[1:] {
		r.postpone(follower, due)
	}
	r.queues.fix(q)
}

// finish removes the first entry of a queue, which is not posted any more.
func (r *Runner) finish(q *queue, change Retry) {
	e := q.head()
	if e.durable {
		r.deferred--
	}
	if e.durable || change.Dead {
		r.changes = append(r.changes, change)
	}
	e.done = true
	r.queues.pop(q)
}

// postpone makes an entry a retry.
func (r *Runner) postpone(e *entry, due time.Time) {
	if !e.durable {
		r.deferred++
	}
	e.due, e.durable, e.done = due, true, true
	r.changes = append(r.changes, Retry{Notice: e.notice, Tries: e.tries, First: e.first, Due: due})
}

// passed returns how many entries the cursor can pass.
func (r *Runner) passed() int {
	n := slices.IndexFunc(r.window, func(e *entry) bool { return !e.done })
	if n < 0 {
		return len(r.window)
	}
	return n
}

// flush records the changes, and then moves the cursor, so that what the cursor has passed is never lost. The cursor waits a little for
// more, unless all is to be recorded. Recording is not broken off when the gateway stops.
func (r *Runner) flush(ctx context.Context, all bool) error {
	now := r.clock.Now()
	passed := r.passed()
	if passed > 0 && r.advanceAt.IsZero() {
		r.advanceAt = now.Add(advanceTime)
	}
	advance := all || passed >= advanceAfter || passed > 0 && !now.Before(r.advanceAt)
	if now.Before(r.flushAt) || !advance && len(r.changes) == 0 {
		return nil
	}
	err := r.record(context.WithoutCancel(ctx))
	if err != nil {
		r.flushAt = now.Add(storeRetry)
		r.trouble(err)
	}
	return err
}

func (r *Runner) record(ctx context.Context) error {
	if len(r.changes) > 0 {
		if err := r.retries.Record(ctx, r.endpoint.Name, r.changes); err != nil {
			return err
		}
		r.changes = nil
	}
	if n := r.passed(); n > 0 {
		if err := r.log.Advance(ctx, r.endpoint.Name, r.window[n-1].notice.Position); err != nil {
			return err
		}
		r.window = slices.Delete(r.window, 0, n)
	}
	r.advanceAt = time.Time{}
	if r.disabled {
		return r.retries.Disable(ctx, r.endpoint.Name, ErrDisabled.Error())
	}
	return nil
}

func (r *Runner) trouble(err error) {
	if r.observer != nil {
		r.observer.Trouble(r.endpoint.Name, err)
	}
}
