// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/outcome"
)

const (
	// firstRetry is the pause before a message is tried again. It doubles each time, with jitter, up to maxRetry.
	firstRetry = time.Second
	maxRetry   = time.Minute
	// unsentPause is the pause before a message is tried again that was not attempted.
	unsentPause = time.Second
	// unknownLife is how long an authentication message is unknown before it is dead. Its recipient has asked for another code by then.
	// Others stay unknown until a vendor or a person says what became of them.
	unknownLife = 2 * time.Minute
	giveUpPause = 10 * time.Second
)

// decision is what becomes of a message.
type decision struct {
	state   store.State
	due     time.Time // of a ready message
	tries   int
	failure store.Failure
}

// follow decides what becomes of a message after the last outcome of the dispatcher. Whatever is worth trying is tried until the
// message expires. What may have reached a vendor is not sent again.
func follow(r *store.Ready, o outcome.Outcome, now time.Time) decision {
	d := decision{tries: r.Tries, failure: failureOf(o)}
	switch {
	case o.Accepted != nil:
		d.state = store.StateAccepted
		return d
	case o.Rejected == nil:
		d.state = store.StateUnknown
		return d
	case o.Rejected.Retry == outcome.RetryNever:
		d.state = store.StateDead
		return d
	}
	d.tries++
	d.due = now.Add(max(o.Rejected.RetryAfter, backoff(d.tries)))
	if !r.Expires.IsZero() && !d.due.Before(r.Expires) {
		d.state = store.StateDead
	}
	return d
}

// backoff returns the pause before a message is tried again. Half of it is random, so that messages that failed together are not all
// tried together.
func backoff(tries int) time.Duration {
	full := min(maxRetry, firstRetry<<min(max(tries-1, 0), 10))
	return full/2 + time.Duration(rand.Int64N(int64(full)/2+1)) //nolint:gosec // the jitter is not a secret
}

// failureOf returns why an outcome is not an acceptance.
func failureOf(o outcome.Outcome) store.Failure {
	switch {
	case o.Rejected != nil:
		r := o.Rejected
		detail := r.Detail
		if r.Path != "" {
			detail = r.Path + ": " + detail
		}
		return store.Failure{Reason: string(r.Reason), VendorCode: r.VendorCode, VendorMessage: r.VendorMessage, Detail: detail}
	case o.Unknown != nil:
		return store.Failure{Detail: o.Unknown.Cause}
	}
	return store.Failure{}
}

// proceed does what was decided about a message that the dispatcher is done with. e.mu must be held.
func (e *Engine) proceed(en *entry, d decision, now time.Time) {
	if d.state == store.StateReady {
		e.later.add(d.due, en)
		if d.due.Before(now.Add(idleTime)) {
			wake(e.feed)
		}
		return
	}
	en.lane.backlog.Done(en.place)
	wake(e.feed)
}

// decide records a decision about a message that the dispatcher does not have. e.mu must be held.
func (e *Engine) decide(en *entry, d decision, now time.Time) {
	e.records.add(record{of: en, last: d.state != store.StateReady, Settlement: store.Settlement{
		Attempt: store.Attempt{ID: en.ID}, State: d.state, Due: d.due, Tries: d.tries, At: now, Failure: d.failure,
	}})
	e.proceed(en, d, now)
}

// decideUnsent decides about a message that the dispatcher gave back without an attempt. e.mu must be held.
func (e *Engine) decideUnsent(en *entry, o outcome.Outcome, now time.Time) {
	if o.Rejected != nil && o.Rejected.Retry == outcome.RetryNever {
		e.decide(en, decision{state: store.StateDead, tries: en.Tries, failure: failureOf(o)}, now)
		return
	}
	// It is tried again soon. The store has it as ready already.
	e.proceed(en, decision{state: store.StateReady, due: now.Add(unsentPause)}, now)
}

// giveUp ends the authentication messages that have been unknown for too long.
func (e *Engine) giveUp(now time.Time) {
	n, err := e.Store.GiveUp(e.ctx, e.epoch, store.ClassAuthentication, now.Add(-unknownLife))
	switch {
	case errors.Is(err, store.ErrFenced):
		e.fail(err)
	case err != nil && !errors.Is(err, store.ErrClosed):
		e.Log.Error("unknown messages cannot be ended", "error", err)
	case n > 0:
		e.Log.Warn("authentication messages whose outcome stayed unknown are dead now", "messages", n)
	}
}
