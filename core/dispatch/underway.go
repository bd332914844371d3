// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// An underWay is the vendor requests of one call, as the window of the channel counts them: from the moment when the provider gets
// them. What waits before for a provider that starts, or for a recorder, does not count.
type underWay struct {
	channel *channel
	left    int       // requests that have not ended
	began   time.Time // zero until the provider gets the call
	// contents are those of a call to a vendor that takes groups. For others each delivery is a request, and they are nil.
	contents []content
}

// content is what a call has of one message.
type content struct {
	unanswered int // deliveries
	perRequest int
}

// newUnderWay returns the requests of a call.
func newUnderWay(c *channel, open []*delivery, batches []message.Batch, grouped bool) *underWay {
	if !grouped {
		return &underWay{channel: c, left: len(open)}
	}
	u := &underWay{channel: c, contents: make([]content, len(batches))}
	l := c.lane.Load()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, dl := range open {
		if u.contents[dl.content].perRequest == 0 {
			u.contents[dl.content] = content{len(batches[dl.content].Deliveries), c.perRequest(dl)}
		}
	}
	for _, content := range u.contents {
		u.left += (content.unanswered + content.perRequest - 1) / content.perRequest
	}
	return u
}

// begin is called right before the provider gets the call.
func (u *underWay) begin() {
	u.began = time.Now()
	u.channel.window.sent(u.left, u.began)
}

// answered counts one outcome, and reports whether a request has ended with it. The outcomes of a group say nothing about which of them
// were in the same request, and are counted in the order in which they come.
func (u *underWay) answered(dl *delivery, o outcome.Outcome) (ended bool) {
	if u.contents != nil {
		content := &u.contents[dl.content]
		if content.unanswered--; content.unanswered%content.perRequest != 0 {
			return false
		}
	}
	u.end(windowSignOf(o))
	return true
}

// end counts the end of one request.
func (u *underWay) end(sign windowSign) {
	u.left--
	if u.began.IsZero() {
		return
	}
	c := u.channel
	if change := c.window.answered(u.began, time.Now(), sign); change != nil && c.d.options.Observer != nil {
		c.d.options.Observer.Window(c.addr, *change)
	}
}

// land counts the end of the requests that have no outcome, and returns their number.
func (u *underWay) land() (left int) {
	for left = u.left; u.left > 0; {
		u.end(signNone)
	}
	return left
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
