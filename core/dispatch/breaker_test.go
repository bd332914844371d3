// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// failing returns a dispatcher whose channel failed three times in a row. Setting the last value makes the vendor accept again.
func failing(t *testing.T, pause time.Duration) (*Dispatcher, *fakeSender, *atomic.Bool) {
	t.Helper()
	healthy := &atomic.Bool{}
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome {
		if healthy.Load() {
			return outcome.Accept("v")
		}
		return outcome.NewUnknown("no answer")
	})}
	d := start(t, setup{options: Options{BreakerFailures: 3, BreakerPause: pause, MaxWait: time.Millisecond, FirstBackoff: time.Millisecond}}, sender)
	for i := range 3 {
		d.Send(t.Context(), request(d, i, "p.first"))
	}
	return d, sender, healthy
}

func TestTheBreakerClosesAChannel(t *testing.T) {
	t.Parallel()
	d, sender, _ := failing(t, time.Hour)
	c, _ := d.Snapshot().Channel(first)
	require.NotEmpty(t, c.Unhealthy)
	r := d.Send(t.Context(), request(d, 9, "p.first"))
	require.Equal(t, outcome.ReasonVendorUnavailable, r.Outcome.Rejected.Reason)
	require.Contains(t, r.Outcome.Rejected.Detail, "no answer")
	require.Len(t, sender.recorded(), 3, "a closed channel is not asked")
}

func TestTheBreakerTriesAChannelAgain(t *testing.T) {
	t.Parallel()
	d, _, healthy := failing(t, 20*time.Millisecond)
	healthy.Store(true)
	require.Eventually(t, func() bool { return d.Send(t.Context(), request(d, 10, "p.first")).Outcome.Accepted != nil }, 30*time.Second, 5*time.Millisecond)
	c, _ := d.Snapshot().Channel(first)
	require.Empty(t, c.Unhealthy)
}

// While one message tries whether a channel works again, the others wait: they were not attempted, so nothing is lost.
func TestOthersWaitForTheTrial(t *testing.T) {
	t.Parallel()
	var healthy atomic.Bool
	trial, release := make(chan struct{}), make(chan struct{})
	var tried sync.Once
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome {
		if !healthy.Load() {
			return outcome.NewUnknown("no answer")
		}
		tried.Do(func() {
			close(trial)
			<-release
		})
		return outcome.Accept("v")
	})}
	d := start(t, setup{options: Options{BreakerFailures: 3, BreakerPause: 20 * time.Millisecond, MaxWait: time.Minute, FirstBackoff: time.Millisecond}}, sender)
	for i := range 3 {
		d.Send(t.Context(), request(d, i, "p.first"))
	}
	healthy.Store(true)
	const n = 50
	results := make(chan Result, n)
	for i := range n {
		d.Submit(t.Context(), request(d, 100+i, "p.first"), func(r Result) { results <- r })
	}
	<-trial
	require.Empty(t, results, "nobody is turned away while one message tries")
	close(release)
	for range n {
		r := <-results
		require.NotNil(t, r.Outcome.Accepted, "%v", r.Outcome.Rejected)
		require.Len(t, r.Attempts, 1, "waiting is no attempt")
	}
}

// A trial must end whatever comes of it, or the channel would be on trial for ever.
func TestEveryTrialEnds(t *testing.T) {
	t.Parallel()
	const failures = 3
	for name, trial := range map[string]struct {
		outcome outcome.Outcome
		cancel  bool // the caller leaves before the attempt
	}{
		"rate limited":           {outcome: rejected(outcome.ReasonRateLimited, outcome.RetryNever, 0)},
		"a bad message":          {outcome: rejected(outcome.ReasonInvalidMessage, outcome.RetryNever, 0)},
		"the caller has left":    {cancel: true},
		"the vendor still fails": {outcome: outcome.NewUnknown("no answer")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := atomic.Pointer[outcome.Outcome]{}
			bad, good := outcome.NewUnknown("no answer"), outcome.Accept("v")
			answer.Store(&bad)
			sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return *answer.Load() })}
			d := start(t, setup{options: Options{BreakerFailures: failures, BreakerPause: time.Millisecond, FirstBackoff: time.Millisecond, MaxBackoff: time.Millisecond}}, sender)
			for i := range failures {
				d.Send(t.Context(), request(d, i, "p.first"))
			}
			answer.Store(&trial.outcome)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if trial.cancel {
				cancel()
			}
			for i := range 2 * failures {
				d.Send(ctx, request(d, 10+i, "p.first"))
			}
			answer.Store(&good)
			require.NotNil(t, d.Send(t.Context(), request(d, 99, "p.first")).Outcome.Accepted)
		})
	}
}

// The callers of a broadcast that is interrupted say nothing of the channel.
func TestCancelledCallersAreNotFailures(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := start(t, setup{options: Options{BreakerFailures: 3, BreakerPause: time.Hour}}, sender)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for i := range 10 {
		r := d.Send(ctx, request(d, i, "p.first"))
		require.Contains(t, r.Outcome.Rejected.Detail, "not attempted")
		require.Empty(t, r.Attempts)
	}
	require.NotNil(t, d.Send(t.Context(), request(d, 99, "p.first")).Outcome.Accepted)
}
