// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"cmp"
	"time"

	"github.com/wahost/wahost/core/route"
)

// Options tune a dispatcher. A zero field has the value in DefaultOptions.
type Options struct {
	// MaxAttempts limits the vendor requests for one message, over all channels.
	MaxAttempts int
	// FirstBackoff is the pause before the second attempt on one channel. It doubles with each further attempt, with
	// jitter, up to MaxBackoff.
	FirstBackoff, MaxBackoff time.Duration
	// MaxWait is the longest time that one message waits for a vendor that asked to retry later, or for an unhealthy
	// channel. If more is needed, the message ends with the rejection.
	MaxWait time.Duration
	// SendTimeout limits one call to a provider.
	SendTimeout time.Duration
	// BreakerFailures is the number of failures in a row after which a channel is not used for BreakerPause.
	BreakerFailures int
	BreakerPause    time.Duration
	// StartEmpty lets a rate limit begin without a burst, because another process may have used it a moment ago.
	StartEmpty bool
	// VendorOptions checks and completes the options of messages for vendors. If it is nil, options are taken as they are.
	VendorOptions route.Options
	// Observer learns what is worth logging. It may be nil.
	Observer Observer
}

// DefaultOptions are the options for production.
var DefaultOptions = Options{
	MaxAttempts: 4, FirstBackoff: 250 * time.Millisecond, MaxBackoff: 10 * time.Second, MaxWait: 30 * time.Second,
	SendTimeout: time.Minute, BreakerFailures: 5, BreakerPause: 10 * time.Second,
}

func (o Options) complete() Options {
	d := DefaultOptions
	return Options{
		MaxAttempts:     cmp.Or(o.MaxAttempts, d.MaxAttempts),
		FirstBackoff:    cmp.Or(o.FirstBackoff, d.FirstBackoff),
		MaxBackoff:      cmp.Or(o.MaxBackoff, d.MaxBackoff),
		MaxWait:         cmp.Or(o.MaxWait, d.MaxWait),
		SendTimeout:     cmp.Or(o.SendTimeout, d.SendTimeout),
		BreakerFailures: cmp.Or(o.BreakerFailures, d.BreakerFailures),
		BreakerPause:    cmp.Or(o.BreakerPause, d.BreakerPause),
		StartEmpty:      o.StartEmpty,
		VendorOptions:   o.VendorOptions,
		Observer:        o.Observer,
	}
}
