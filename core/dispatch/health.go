// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"fmt"
	"time"

	"github.com/wahost/wahost/sdk/outcome"
)

// closed returns the reason that nothing should be sent through the channel for now, and until when. The reason is empty
// if the channel is open.
func (c *channel) closed() (reason string, until time.Time) {
	if c.breaker.IsOpen() {
		c.mu.Lock()
		defer c.mu.Unlock()
		return fmt.Sprintf("closed after %d failures in a row, the last: %s", c.d.options.BreakerFailures, c.lastFailure),
			time.Now().Add(c.breaker.RemainingDelay())
	}
	if l := c.lane.Load(); l != nil {
		return l.paused()
	}
	return "", time.Time{}
}

// admits asks the breaker whether a message may be sent. While a channel is on trial after failures, a few messages at
// a time are admitted; for each of them record or recordCancelled must be called, or the trial would never end.
func (c *channel) admits() bool {
	return c.recovered() || c.breaker.IsClosed() || c.breaker.TryAcquirePermit()
}

// recovered reports whether the breaker has closed since the last failure, so that it need not be asked. It is true as
// well if there was no failure.
func (c *channel) recovered() bool { return c.failures.Load() == c.failuresRecovered.Load() }

func (c *channel) succeeded() {
	if c.recovered() {
		return
	}
	known := c.failures.Load()
	c.breaker.RecordSuccess()
	if c.breaker.IsClosed() {
		c.failuresRecovered.Store(known)
	}
}

func (c *channel) failed(reason string) {
	c.mu.Lock()
	c.lastFailure = reason
	c.mu.Unlock()
	c.failures.Add(1)
	c.breaker.RecordFailure()
}

// record takes the outcome of an attempt for the breaker and for pauses. Only outcomes that concern the channel count
// as failures: a bad message or recipient does not.
func (c *channel) record(o outcome.Outcome) {
	switch {
	case o.Unknown != nil:
		c.failed(o.Unknown.Cause)
	case o.Rejected == nil:
		c.succeeded()
	default:
		switch r := o.Rejected; r.Reason {
		case outcome.ReasonVendorUnavailable, outcome.ReasonUnauthenticated, outcome.ReasonForbidden, outcome.ReasonMisconfigured, outcome.ReasonQuotaExceeded:
			c.failed(string(r.Reason) + ": " + r.Detail)
		case outcome.ReasonRateLimited:
			c.rateLimited(r)
		default:
			c.succeeded()
		}
	}
}

// recordCancelled undoes what admits recorded for a message that was not attempted after all. A trial counts as a failure,
// because it showed nothing about the channel.
func (c *channel) recordCancelled() {
	if !c.recovered() && c.breaker.IsHalfOpen() {
		c.breaker.RecordFailure()
	}
}

// rateLimited takes a rejection for sending too fast. It is neither a failure nor a success of the channel, but it ends
// a trial, since the vendor answers again. The lane of the sender pauses for as long as the vendor asked, if the limit concerns
// more than one recipient.
func (c *channel) rateLimited(r *outcome.Rejected) {
	if !c.recovered() && c.breaker.IsHalfOpen() {
		c.succeeded()
	}
	if r.RetryAfter > 0 && (r.Scope == outcome.ScopeSender || r.Scope == outcome.ScopeAccount) {
		c.lane.Load().pauseUntil(time.Now().Add(r.RetryAfter), "the vendor asked for a pause: "+string(r.Reason))
	}
}
