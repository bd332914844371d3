// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/outcome"
)

// jobs keeps finished jobs for the next messages, since a broadcast has a great many.
var jobs = sync.Pool{New: func() any { return new(job) }}

// job is one message from Submit to its result. One goroutine at a time works on it. It is inside the gate of its
// dispatcher until the result was delivered.
type job struct {
	d   *Dispatcher
	ctx context.Context // of the caller
	id  string
	// firstID is the id of the first attempt. It is "" if the caller chose the id of the message.
	firstID string
	made    int // attempts that were made before Submit
	done    func(Result)
	facts   route.Facts
	// ignored are the fields of the message that no attempt carries.
	ignored []string
	// suspect is set when a provider crashed while it had the message and surely had not begun it. It is sent alone from then on.
	suspect bool
	// inline is set if the caller waits for the result, so that its goroutine may make the first call.
	inline bool

	route      string
	candidates []route.Candidate
	skipped    []route.Skip
	fallbackOn []outcome.Reason
	next       int // the position in candidates of the current attempt
	tries      int // the number of attempts on that candidate
	attempts   []Attempt
	patience   time.Time // when it stops waiting for a healthy channel; zero if it never had to wait

	undecided   []route.Undecided
	rawTemplate string

	attempted delivery // the current attempt
}

// choose decides on the channels. The decision belongs to j.d.plans.
func (j *job) choose() *route.Decision {
	plan, _ := j.d.plans.Get().(*route.Decision)
	j.d.table.Choose(&j.facts, j.d.Snapshot(), plan)
	return plan
}

// start makes the first attempt after a decision, which it puts back.
func (j *job) start(plan *route.Decision) {
	j.take(plan)
	j.tell(plan)
	refusal, refused := Rejection(plan)
	j.d.plans.Put(plan)
	if !refused {
		j.attempt()
		return
	}
	if soonest := healthyAt(j.skipped); !soonest.IsZero() && j.wait(soonest) {
		return
	}
	j.finish(refusal)
}

// take takes the channels of a decision, of which the first is to be tried.
func (j *job) take(plan *route.Decision) {
	j.route, j.fallbackOn, j.next, j.tries, j.rawTemplate = plan.Route, plan.FallbackOn, 0, 0, plan.RawTemplate
	j.candidates = append(j.candidates[:0], plan.Candidates...)
	j.skipped = slices.Clone(plan.Skipped)
}

// tell keeps and counts conditions that could not be decided the first time.
func (j *job) tell(plan *route.Decision) {
	if len(plan.Undecided) == 0 || j.undecided != nil {
		return
	}
	j.undecided = slices.Clone(plan.Undecided)
	for _, u := range j.d.undecided.add(j.undecided) {
		if j.d.options.Observer != nil {
			j.d.options.Observer.Undecided(j.id, u)
		}
	}
}

// wait starts the job again at that time, if its patience lasts until then; otherwise it returns false. The job must not
// be touched after true.
func (j *job) wait(until time.Time) bool {
	if j.patience.IsZero() {
		j.patience = time.Now().Add(j.d.options.MaxWait)
	}
	if until.After(j.patience) || !time.Now().Before(j.patience) {
		return false
	}
	j.after(time.Until(until), func() {
		j.facts.Now = time.Now()
		j.start(j.choose())
	})
	return true
}

// after calls next when the time has passed, from another goroutine. If the caller's context ends first or the
// dispatcher is closed, the job is abandoned instead. The job must not be touched by the goroutine that calls after.
func (j *job) after(d time.Duration, next func()) {
	go func() {
		if err := sleep(j.ctx, j.d.ctx, d); err != nil {
			j.abandon(err)
			return
		}
		next()
	}()
}

func (j *job) attempt() {
	ch := j.d.channels[j.candidates[j.next].Channel]
	for ; !ch.admits(); ch = j.d.channels[j.candidates[j.next].Channel] {
		// The channel was closed a moment ago, or is on trial with other messages. That is not an attempt.
		if j.fallBack(outcome.ReasonVendorUnavailable) {
			continue
		}
		j.notAdmitted()
		return
	}
	c := j.candidates[j.next]
	j.tries++
	l := ch.lane.Load() // not nil, since a channel is a candidate only when it is open
	tried := len(j.attempts) > 0
	id := j.firstID
	if tried || id == "" {
		id = AttemptID(j.id, j.made+len(j.attempts)+1)
	}
	j.attempted = delivery{job: j, channel: ch, id: id, message: c.Message, suspect: j.suspect}
	// A further attempt is often made while the call of an earlier one is answered, which must not be held up.
	if j.inline && !tried && l.sendNow(&j.attempted) {
		return
	}
	l.submit(&j.attempted, tried)
}

// fallBack goes to the next candidate if the reason leads there, and returns true if it did. It passes over the channels that
// share a sender with the current one while the sender is paused, because they would meet the same limit.
func (j *job) fallBack(r outcome.Reason) bool {
	if !slices.Contains(j.fallbackOn, r) {
		return false
	}
	current := j.d.channels[j.candidates[j.next].Channel].lane.Load()
	reason, _ := current.paused()
	for next := j.next + 1; next < len(j.candidates); next++ {
		if reason == "" || j.d.channels[j.candidates[next].Channel].lane.Load() != current {
			j.next, j.tries = next, 0
			return true
		}
	}
	return false
}

// notAdmitted waits for a channel that is closed or on trial, or ends the job if it has waited long enough.
func (j *job) notAdmitted() {
	c := j.candidates[j.next]
	reason, until := j.d.channels[c.Channel].closed()
	if until.IsZero() {
		until = time.Now().Add(j.backoff())
	}
	if j.wait(until) {
		return
	}
	j.finish(unavailable("no channel is healthy: %s: %s", c.Channel, cmp.Or(reason, "on trial after failures")))
}

// decide takes the outcome of an attempt and decides what to do next. Only a rejection leads to another attempt.
func (j *job) decide(o outcome.Outcome) {
	at := Attempt{ID: j.attempted.id, Route: j.route, Channel: j.candidates[j.next].Channel, Outcome: o}
	j.attempts = append(j.attempts, at)
	next, wait := j.follow(o)
	if r := j.d.recording(); r != nil {
		r.Settle(at, next)
	}
	switch next {
	case Fallback:
		j.attempt()
	case Retry:
		j.after(wait, j.attempt)
	default:
		j.finish(o)
	}
}

// follow returns what is to follow an attempt with that outcome, and how long to wait for a retry. It goes to the next candidate if
// that is to be tried.
func (j *job) follow(o outcome.Outcome) (Next, time.Duration) {
	r := o.Rejected
	switch {
	case r == nil || j.ctx.Err() != nil || j.d.ctx.Err() != nil:
		return Done, 0
	case j.fallBack(r.Reason):
		return Fallback, 0
	case r.Retry == outcome.RetryNever || len(j.attempts) >= j.d.options.MaxAttempts:
		return Done, 0
	}
	wait := max(j.backoff(), r.RetryAfter)
	if deadline, ok := j.ctx.Deadline(); wait > j.d.options.MaxWait || ok && time.Until(deadline) < wait {
		return Done, 0
	}
	return Retry, wait
}

// backoff returns the pause before the next attempt. It grows with the tries on one channel; half of it is random, so
// that messages that failed together are not all retried together.
func (j *job) backoff() time.Duration {
	full := min(j.d.options.MaxBackoff, j.d.options.FirstBackoff<<max(j.tries-1, 0))
	return full/2 + time.Duration(rand.Int64N(int64(full)/2+1))
}
