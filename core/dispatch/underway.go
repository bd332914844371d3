// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"time"

	"github.com/wahost/wahost/sdk/outcome"
)

// An underWay is the vendor requests of one call, as the window of the channel counts them: from the moment when the provider gets
// them. What waits before for a provider that starts, or for a recorder, does not count.
type underWay struct {
	channel  *channel
	requests int
	began    time.Time // zero until the provider gets the call
}

// newUnderWay returns the requests of a call with so many deliveries. If the vendor takes groups, the call is one request.
func newUnderWay(c *channel, deliveries int, grouped bool) *underWay {
	if grouped {
		deliveries = 1
	}
	return &underWay{channel: c, requests: deliveries}
}

// begin is called right before the provider gets the call.
func (u *underWay) begin() {
	u.began = time.Now()
	u.channel.window.sent(u.requests, u.began)
}

// answered counts one outcome.
func (u *underWay) answered(o outcome.Outcome) { u.end(windowSignOf(o)) }

// end counts the end of one request. It does nothing if all have ended, as with the second outcome of a group, or if the provider
// did not get the call.
func (u *underWay) end(sign windowSign) {
	if u.requests == 0 || u.began.IsZero() {
		return
	}
	u.requests--
	c := u.channel
	if change := c.window.answered(u.began, time.Now(), sign); change != nil && c.d.options.Observer != nil {
		c.d.options.Observer.Window(c.addr, *change)
	}
}

// land counts the end of the requests that have no outcome.
func (u *underWay) land() {
	for !u.began.IsZero() && u.requests > 0 {
		u.end(signNone)
	}
}

// windowSignOf returns what an outcome says about the number of requests under way. A refusal other than those of a vendor that
// has too much to do says nothing: it may be the provider's own, which takes no time.
func windowSignOf(o outcome.Outcome) windowSign {
	switch {
	case o.Accepted != nil:
		return signAnswered
	case o.Unknown != nil:
		return signLost
	case o.Rejected == nil:
		return signNone
	}
	switch o.Rejected.Reason {
	case outcome.ReasonVendorUnavailable:
		return signRefused
	case outcome.ReasonRateLimited:
		if o.Rejected.Scope != outcome.ScopeRecipient {
			return signRefused
		}
	}
	return signNone
}
