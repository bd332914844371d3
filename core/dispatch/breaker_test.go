// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// failing gives a dispatcher whose channel failed three times in a row, and what makes the vendor well again.
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
	require.Eventually(t, func() bool {
		c, _ := d.Snapshot().Channel(first)
		return c.Unhealthy != ""
	}, 5*time.Second, time.Millisecond)
	r := d.Send(t.Context(), request(d, 9, "p.first"))
	require.Equal(t, outcome.ReasonVendorUnavailable, r.Outcome.Rejected.Reason)
	require.Contains(t, r.Outcome.Rejected.Detail, "no answer")
	require.Len(t, sender.recorded(), 3, "a closed channel is not asked")
}

func TestTheBreakerTriesAChannelAgain(t *testing.T) {
	t.Parallel()
	d, _, healthy := failing(t, 20*time.Millisecond)
	healthy.Store(true)
	require.Eventually(t, func() bool { return d.Send(t.Context(), request(d, 10, "p.first")).Outcome.Accepted != nil }, 5*time.Second, 5*time.Millisecond)
	require.Eventually(t, func() bool {
		c, _ := d.Snapshot().Channel(first)
		return c.Unhealthy == ""
	}, 5*time.Second, time.Millisecond)
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
