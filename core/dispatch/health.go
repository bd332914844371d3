// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"fmt"
	"time"

	"github.com/wahost/wahost/sdk/outcome"
)

// closed says why nothing should go through the lane for now, and until when.
func (l *lane) closed() (string, time.Time) {
	if l.breaker.IsOpen() {
		l.mu.Lock()
		defer l.mu.Unlock()
		return fmt.Sprintf("closed after %d failures in a row, the last: %s", l.d.options.BreakerFailures, l.lastFailure),
			time.Now().Add(l.breaker.RemainingDelay())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.notBefore) {
		return l.silence, l.notBefore
	}
	return "", time.Time{}
}

// admits asks the breaker. While the channel is on trial, only one message at a time is let through.
func (l *lane) admits() bool {
	return l.healthy() || l.breaker.IsClosed() || l.breaker.TryAcquirePermit()
}

// healthy reports that successes alone came since the breaker closed: nothing that it would have to be asked about.
func (l *lane) healthy() bool { return l.failures.Load() == l.forgiven.Load() }

func (l *lane) succeeded() {
	if l.healthy() {
		return
	}
	known := l.failures.Load()
	l.breaker.RecordSuccess()
	if l.breaker.IsClosed() {
		l.forgiven.Store(known)
	}
}

func (l *lane) failed(why string) {
	l.mu.Lock()
	l.lastFailure = why
	l.mu.Unlock()
	l.failures.Add(1)
	l.breaker.RecordFailure()
}

// record feeds the breaker and keeps the silence that a vendor asked for. Only what says something of the channel
// counts: a bad message or recipient does not.
func (l *lane) record(o outcome.Outcome) {
	failure := ""
	switch {
	case o.Unknown != nil:
		failure = o.Unknown.Cause
	case o.Rejected != nil:
		switch o.Rejected.Reason {
		case outcome.ReasonVendorUnavailable, outcome.ReasonUnauthenticated, outcome.ReasonForbidden, outcome.ReasonMisconfigured, outcome.ReasonQuotaExceeded:
			failure = string(o.Rejected.Reason) + ": " + o.Rejected.Detail
		case outcome.ReasonRateLimited:
			l.hush(o.Rejected)
			return
		}
	}
	if failure == "" {
		l.succeeded()
		return
	}
	l.failed(failure)
}

// hush keeps the lane silent for as long as the vendor asked, where its limit is about more than one recipient.
func (l *lane) hush(r *outcome.Rejected) {
	if r.RetryAfter <= 0 || r.Scope != outcome.ScopeSender && r.Scope != outcome.ScopeAccount {
		return
	}
	l.mu.Lock()
	if until := time.Now().Add(r.RetryAfter); until.After(l.notBefore) {
		l.notBefore, l.silence = until, "the vendor asked for silence: "+string(r.Reason)
	}
	l.mu.Unlock()
	go l.d.overlay()
}
