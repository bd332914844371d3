// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"fmt"
	"time"

	"github.com/wahost/wahost/sdk/outcome"
)

// closed returns the reason that nothing should be sent through the lane for now, and until when. The reason is empty
// if the lane is open.
func (l *lane) closed() (reason string, until time.Time) {
	if l.breaker.IsOpen() {
		l.mu.Lock()
		defer l.mu.Unlock()
		return fmt.Sprintf("closed after %d failures in a row, the last: %s", l.d.options.BreakerFailures, l.lastFailure),
			time.Now().Add(l.breaker.RemainingDelay())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.pausedUntil) {
		return l.pauseReason, l.pausedUntil
	}
	return "", time.Time{}
}

// admits asks the breaker whether a message may be sent. While a channel is on trial after failures, a few messages at
// a time are admitted; for each of them record or recordCancelled must be called, or the trial would never end.
func (l *lane) admits() bool {
	return l.recovered() || l.breaker.IsClosed() || l.breaker.TryAcquirePermit()
}

// recovered reports whether the breaker has closed since the last failure, so that it need not be asked. It is true as
// well if there was no failure.
func (l *lane) recovered() bool { return l.failures.Load() == l.failuresRecovered.Load() }

func (l *lane) succeeded() {
	if l.recovered() {
		return
	}
	known := l.failures.Load()
	l.breaker.RecordSuccess()
	if l.breaker.IsClosed() {
		l.failuresRecovered.Store(known)
	}
}

func (l *lane) failed(reason string) {
	l.mu.Lock()
	l.lastFailure = reason
	l.mu.Unlock()
	l.failures.Add(1)
	l.breaker.RecordFailure()
}

// record takes the outcome of an attempt for the breaker and for pauses. Only outcomes that concern the channel count
// as failures: a bad message or recipient does not.
func (l *lane) record(o outcome.Outcome) {
	switch {
	case o.Unknown != nil:
		l.failed(o.Unknown.Cause)
	case o.Rejected == nil:
		l.succeeded()
	default:
		switch r := o.Rejected; r.Reason {
		case outcome.ReasonVendorUnavailable, outcome.ReasonUnauthenticated, outcome.ReasonForbidden, outcome.ReasonMisconfigured, outcome.ReasonQuotaExceeded:
			l.failed(string(r.Reason) + ": " + r.Detail)
		case outcome.ReasonRateLimited:
			l.rateLimited(r)
		default:
			l.succeeded()
		}
	}
}

// recordCancelled undoes what admits recorded for a message that was not attempted after all. A trial counts as a failure,
// because it showed nothing about the channel.
func (l *lane) recordCancelled() {
	if !l.recovered() && l.breaker.IsHalfOpen() {
		l.breaker.RecordFailure()
	}
}

// rateLimited takes a rejection for sending too fast. It is neither a failure nor a success of the channel, but it ends
// a trial, since the vendor answers again. The lane pauses for as long as the vendor asked, if the limit concerns more
// than one recipient.
func (l *lane) rateLimited(r *outcome.Rejected) {
	if !l.recovered() && l.breaker.IsHalfOpen() {
		l.succeeded()
	}
	if r.RetryAfter > 0 && (r.Scope == outcome.ScopeSender || r.Scope == outcome.ScopeAccount) {
		l.pauseUntil(time.Now().Add(r.RetryAfter), "the vendor asked for a pause: "+string(r.Reason))
	}
}

// pauseUntil stops the lane until then. A pause never shortens an earlier one.
func (l *lane) pauseUntil(until time.Time, reason string) {
	l.mu.Lock()
	if until.After(l.pausedUntil) {
		l.pausedUntil, l.pauseReason = until, reason
	}
	l.mu.Unlock()
	l.d.view.changes.Add(1)
}
