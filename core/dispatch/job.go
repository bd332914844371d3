// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// jobs keeps finished jobs for the next messages: a broadcast has a great many, one after the other.
var jobs = sync.Pool{New: func() any { return new(job) }}

// job is one message on its way.
type job struct {
	d     *Dispatcher
	ctx   context.Context
	id    string
	done  func(Result)
	facts route.Facts
	// inline: the goroutine of the caller waits for the result and may do the work.
	inline bool

	route      string
	candidates []route.Candidate
	skipped    []route.Skip
	fallbackOn []outcome.Reason
	next       int // position in candidates of the attempt under way
	tries      int // attempts on that candidate
	attempts   []Attempt
	patience   time.Time // when it stops waiting for a channel to become fit; zero where it never had to

	attempted delivery // the attempt under way
}

// start decides on the channels and makes the first attempt.
func (j *job) start() {
	plan, _ := j.d.plans.Get().(*route.Decision)
	j.d.table.Choose(&j.facts, j.d.Snapshot(), plan)
	j.route, j.fallbackOn, j.next, j.tries = plan.Route, plan.FallbackOn, 0, 0
	j.candidates = append(j.candidates[:0], plan.Candidates...)
	j.skipped = slices.Clone(plan.Skipped)
	problem := plan.Problem
	j.d.plans.Put(plan)
	switch {
	case problem != "":
		j.finish(outcome.Reject(outcome.ReasonMisconfigured, "", "%s", problem))
	case len(j.candidates) == 0:
		j.noChannel()
	default:
		j.attempt()
	}
}

// noChannel ends a message that no channel can carry, or waits for one that will be fit soon.
func (j *job) noChannel() {
	soonest := time.Time{}
	for _, s := range j.skipped {
		if !s.Until.IsZero() && (soonest.IsZero() || s.Until.Before(soonest)) {
			soonest = s.Until
		}
	}
	if !soonest.IsZero() && j.wait(soonest) {
		return
	}
	if len(j.skipped) == 0 {
		j.finish(outcome.Reject(outcome.ReasonMisconfigured, "", "the route %q has no channel", j.route))
		return
	}
	closest := slices.MaxFunc(j.skipped, func(a, b route.Skip) int { return cmp.Compare(closeness(a), closeness(b)) })
	if closest.Reason == "" {
		o := outcome.Reject(outcome.ReasonVendorUnavailable, "", "no channel is fit: %s: %s", closest.Channel, closest.Detail)
		o.Rejected.Retry = outcome.RetrySafe
		j.finish(o)
		return
	}
	j.finish(outcome.Reject(closest.Reason, closest.Path, "%s: %s", closest.Channel, closest.Detail))
}

// closeness says how near a channel came to carrying the message. The reason of the nearest is the one to put right: that
// a channel does not carry such messages at all says the least.
func closeness(s route.Skip) int {
	switch {
	case s.Reason == "":
		return 3 // it would carry it, but not now
	case s.Reason != outcome.ReasonUnsupported:
		return 2
	case s.Path != "type" && s.Path != "interactive.type":
		return 1
	}
	return 0
}

// wait starts anew at that time, as long as the job has the patience for it; false where it has not. The job must not
// be touched after true.
func (j *job) wait(until time.Time) bool {
	if j.patience.IsZero() {
		j.patience = time.Now().Add(j.d.options.MaxWait)
	}
	if until.After(j.patience) || !time.Now().Before(j.patience) {
		return false
	}
	go func() {
		if !sleep(j.ctx, max(time.Until(until), 0)) {
			j.finish(notAttempted(j.ctx))
			return
		}
		j.facts.Now = time.Now()
		j.start()
	}()
	return true
}

func (j *job) attempt() {
	for !j.d.lanes[j.candidates[j.next].Channel].admits() {
		// It closed a moment ago, or is on trial with another message. That is no attempt.
		if j.fallsBack(outcome.ReasonVendorUnavailable) {
			j.next, j.tries = j.next+1, 0
			continue
		}
		j.notAdmitted()
		return
	}
	c := j.candidates[j.next]
	j.tries++
	l := j.d.lanes[c.Channel]
	j.attempted = delivery{job: j, message: c.Message}
	if j.inline && l.sendNow(&j.attempted) {
		return
	}
	l.submit(&j.attempted, len(j.attempts) > 0)
}

// fallsBack reports whether the reason leads to a further candidate, and there is one.
func (j *job) fallsBack(r outcome.Reason) bool {
	return slices.Contains(j.fallbackOn, r) && j.next+1 < len(j.candidates)
}

// notAdmitted waits for a channel that is closed or on trial, or ends the job where it has waited enough.
func (j *job) notAdmitted() {
	c := j.candidates[j.next]
	why, until := j.d.lanes[c.Channel].closed()
	if until.IsZero() {
		until = time.Now().Add(j.backoff())
	}
	if j.wait(until) {
		return
	}
	o := outcome.Reject(outcome.ReasonVendorUnavailable, "", "no channel is fit: %s: %s", c.Channel, cmp.Or(why, "on trial after failures"))
	o.Rejected.Retry = outcome.RetrySafe
	j.finish(o)
}

// outcome takes the outcome of an attempt and decides what is next. Only a rejection leads to another attempt.
func (j *job) outcome(o outcome.Outcome) {
	channel := j.candidates[j.next].Channel
	j.attempts = append(j.attempts, Attempt{Channel: channel, Outcome: o})
	r := o.Rejected
	if r == nil || j.ctx.Err() != nil {
		j.finish(o)
		return
	}
	if j.fallsBack(r.Reason) {
		j.next, j.tries = j.next+1, 0
		j.attempt()
		return
	}
	if r.Retry == outcome.RetryNever || len(j.attempts) >= j.d.options.MaxAttempts {
		j.finish(o)
		return
	}
	wait := max(j.backoff(), r.RetryAfter)
	if deadline, ok := j.ctx.Deadline(); wait > j.d.options.MaxWait || ok && time.Until(deadline) < wait {
		j.finish(o)
		return
	}
	go func() {
		if !sleep(j.ctx, wait) {
			j.finish(o)
			return
		}
		j.attempt()
	}()
}

// backoff grows with the tries on one channel; the jitter of half of it keeps messages that failed together apart.
func (j *job) backoff() time.Duration {
	full := min(j.d.options.MaxBackoff, j.d.options.FirstBackoff<<max(j.tries-1, 0))
	return full/2 + time.Duration(rand.Int64N(int64(full)/2+1))
}

// finish tells the result. The job must not be touched after it.
func (j *job) finish(o outcome.Outcome) {
	o.DeliveryID = j.id
	done, result := j.done, Result{ID: j.id, To: j.facts.To, Route: j.route, Outcome: o, Attempts: j.attempts, Skipped: j.skipped}
	clear(j.candidates)
	*j = job{candidates: j.candidates[:0]}
	jobs.Put(j)
	done(result)
}

func notAttempted(ctx context.Context) outcome.Outcome {
	o := outcome.Reject(outcome.ReasonVendorUnavailable, "", "not attempted: %v", context.Cause(ctx))
	o.Rejected.Retry = outcome.RetrySafe
	return o
}

func invalid(err error) outcome.Outcome {
	path := ""
	var problems *message.InvalidError
	if errors.As(err, &problems) && len(problems.Problems) > 0 {
		path = problems.Problems[0].Path
		return outcome.Reject(outcome.ReasonInvalidMessage, path, "%s", problems.Problems[0].Detail)
	}
	return outcome.Reject(outcome.ReasonInvalidMessage, path, "%v", err)
}

// sleep waits; false means that the context ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
