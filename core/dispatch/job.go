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
	"github.com/wahost/wahost/sdk/provider"
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
	fallbackOn []provider.Reason
	next       int // position in candidates of the attempt under way
	tries      int // attempts on that candidate
	attempts   []Attempt
	waits      int // times that it waited for any channel to become fit

	attempted delivery // the attempt under way
}

// start decides on the channels and makes the first attempt.
func (j *job) start() {
	plan, _ := j.d.plans.Get().(*route.Decision)
	j.d.table.Choose(&j.facts, j.d.Snapshot(), plan)
	j.route, j.fallbackOn = plan.Route, plan.FallbackOn
	j.candidates = append(j.candidates[:0], plan.Candidates...)
	j.skipped = slices.Clone(plan.Skipped)
	problem := plan.Problem
	j.d.plans.Put(plan)
	switch {
	case problem != "":
		j.finish(provider.Reject(provider.ReasonMisconfigured, "", "%s", problem))
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
	if wait := time.Until(soonest); !soonest.IsZero() && wait <= j.d.options.MaxWait && j.waits < j.d.options.MaxAttempts {
		j.waits++
		go func() {
			if !sleep(j.ctx, max(wait, 0)) {
				j.finish(notAttempted(j.ctx))
				return
			}
			j.facts.Now = time.Now()
			j.start()
		}()
		return
	}
	if len(j.skipped) == 0 {
		j.finish(provider.Reject(provider.ReasonMisconfigured, "", "the route %q has no channel", j.route))
		return
	}
	// Where all channels refuse for one reason, that is the reason; else the first that can say one.
	first := j.skipped[0]
	for _, s := range j.skipped {
		if s.Reason == "" {
			first = s
			break
		}
	}
	if first.Reason == "" {
		o := provider.Reject(provider.ReasonVendorUnavailable, "", "no channel is fit: %s: %s", first.Channel, first.Detail)
		o.Rejected.Retry = provider.RetrySafe
		j.finish(o)
		return
	}
	j.finish(provider.Reject(first.Reason, first.Path, "%s: %s", first.Channel, first.Detail))
}

func (j *job) attempt() {
	c := j.candidates[j.next]
	j.tries++
	l := j.d.lanes[c.Channel]
	if !l.admits() {
		why, _ := l.closed()
		o := provider.Reject(provider.ReasonVendorUnavailable, "", "the channel is %s", cmp.Or(why, "on trial after failures"))
		o.Rejected.Retry = provider.RetrySafe
		j.outcome(o)
		return
	}
	j.attempted = delivery{job: j, message: c.Message}
	if j.inline && l.sendNow(&j.attempted) {
		return
	}
	l.submit(&j.attempted, len(j.attempts) > 0)
}

// outcome takes the outcome of an attempt and decides what is next. Only a rejection leads to another attempt.
func (j *job) outcome(o provider.Outcome) {
	channel := j.candidates[j.next].Channel
	j.attempts = append(j.attempts, Attempt{Channel: channel, Outcome: o})
	r := o.Rejected
	if r == nil || j.ctx.Err() != nil {
		j.finish(o)
		return
	}
	if slices.Contains(j.fallbackOn, r.Reason) && j.next+1 < len(j.candidates) {
		j.next, j.tries = j.next+1, 0
		j.attempt()
		return
	}
	if r.Retry == provider.RetryNever || len(j.attempts) >= j.d.options.MaxAttempts {
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
	full := min(j.d.options.MaxBackoff, j.d.options.FirstBackoff<<(j.tries-1))
	return full/2 + time.Duration(rand.Int64N(int64(full)/2+1))
}

// finish tells the result. The job must not be touched after it.
func (j *job) finish(o provider.Outcome) {
	o.DeliveryID = j.id
	done, result := j.done, Result{ID: j.id, To: j.facts.To, Route: j.route, Outcome: o, Attempts: j.attempts, Skipped: j.skipped}
	clear(j.candidates)
	*j = job{candidates: j.candidates[:0]}
	jobs.Put(j)
	done(result)
}

func notAttempted(ctx context.Context) provider.Outcome {
	o := provider.Reject(provider.ReasonVendorUnavailable, "", "not attempted: %v", context.Cause(ctx))
	o.Rejected.Retry = provider.RetrySafe
	return o
}

func invalid(err error) provider.Outcome {
	path := ""
	var problems *message.InvalidError
	if errors.As(err, &problems) && len(problems.Problems) > 0 {
		path = problems.Problems[0].Path
		return provider.Reject(provider.ReasonInvalidMessage, path, "%s", problems.Problems[0].Detail)
	}
	return provider.Reject(provider.ReasonInvalidMessage, path, "%v", err)
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
