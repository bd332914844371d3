// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Close ends what waits for whatever reason, and the result is the truth: the outcome of the last attempt, or that there
// was none.
func TestCloseEndsWhatWaits(t *testing.T) {
	t.Parallel()
	patient := Options{FirstBackoff: time.Hour, MaxBackoff: time.Hour, MaxWait: 3 * time.Hour}
	down := rejected(outcome.ReasonVendorUnavailable, outcome.RetrySafe, 0)
	down.Rejected.VendorCode = "E1"
	limited := rejected(outcome.ReasonRateLimited, outcome.RetryLater, time.Hour)
	limited.Rejected.VendorCode = "E1"
	soon := catalog.Channel{Checker: capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}}), Unhealthy: "restarting", Until: time.Now().Add(time.Hour)}
	for name, test := range map[string]struct {
		setup    setup
		answer   outcome.Outcome
		state    map[addr.Channel]catalog.Channel
		earlier  int // messages sent before
		attempts int
	}{
		"backoff":                 {setup: setup{options: patient}, answer: down, attempts: 1},
		"the vendor named a time": {setup: setup{options: patient}, answer: limited, attempts: 1},
		"an unhealthy channel":    {setup: setup{options: patient}, state: map[addr.Channel]catalog.Channel{first: soon}},
		"a paused channel":        {setup: setup{options: patient}, answer: rejected(outcome.ReasonRateLimited, outcome.RetryNever, time.Hour), earlier: 1},
		"the rate limit":          {setup: setup{limit: &config.RateLimit{PerSecond: 0.001, Burst: 1}}, answer: outcome.Accept("v"), earlier: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answered := make(chan struct{}, 16)
			sender := &fakeSender{}
			sender.send = func(ch addr.Channel, b []message.Batch, answer func(outcome.Outcome)) error {
				defer func() { answered <- struct{}{} }()
				return each(func(addr.Channel, message.Delivery) outcome.Outcome { return test.answer })(ch, b, answer)
			}
			d := start(t, test.setup, sender)
			if test.state != nil {
				sender.set(test.state)
			}
			for i := range test.earlier {
				d.Send(t.Context(), request(d, i, "p.first"))
				<-answered
			}
			var result atomic.Pointer[Result]
			d.Submit(t.Context(), request(d, 9, "p.first"), func(r Result) { result.Store(&r) })
			if test.attempts > 0 {
				<-answered
			}
			begin := time.Now()
			d.Close()
			require.Less(t, time.Since(begin), 30*time.Second, "what waits would wait for an hour")
			r := result.Load()
			require.NotNil(t, r, "every result is delivered before Close returns")
			require.NotNil(t, r.Outcome.Rejected)
			require.Len(t, r.Attempts, test.attempts)
			if test.attempts > 0 {
				require.Equal(t, "E1", r.Outcome.Rejected.VendorCode, "the outcome is that of the attempt")
				require.Equal(t, first, r.Channel())
				return
			}
			require.Contains(t, r.Outcome.Rejected.Detail, "not attempted")
			require.Equal(t, outcome.RetrySafe, r.Outcome.Rejected.Retry)
		})
	}
}

// A caller that leaves during the backoff gets the outcome of the attempt that was made.
func TestACallerThatLeavesGetsTheTruth(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome {
		time.AfterFunc(10*time.Millisecond, cancel)
		return rejected(outcome.ReasonVendorUnavailable, outcome.RetrySafe, 0)
	})}
	d := start(t, setup{options: Options{FirstBackoff: time.Hour, MaxBackoff: time.Hour, MaxWait: 3 * time.Hour}}, sender)
	r := d.Send(ctx, request(d, 1, "p.first"))
	require.Len(t, r.Attempts, 1)
	require.Equal(t, r.Attempts[0].Outcome.Rejected, r.Outcome.Rejected)
}

// Messages that come while the dispatcher is being closed are answered too.
func TestSubmitWhileClosing(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := start(t, setup{}, sender)
	const n = 200
	results := make(chan Result, n)
	submitted := make(chan struct{})
	go func() {
		defer close(submitted)
		for i := range n {
			d.Submit(t.Context(), request(d, i, "p.first"), func(r Result) { results <- r })
		}
	}()
	<-results
	d.Close()
	<-submitted
	for range n - 1 {
		r := <-results
		require.Equal(t, r.Outcome.Accepted != nil, len(r.Attempts) == 1)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	sender := &fakeSender{send: func(ch addr.Channel, b []message.Batch, answer func(outcome.Outcome)) error {
		close(arrived)
		<-release
		return each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })(ch, b, answer)
	}}
	d := start(t, setup{caps: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxConcurrency: 1}}, sender)
	results := make(chan Result, 2)
	d.Submit(t.Context(), request(d, 1, "p.first"), func(r Result) { results <- r })
	<-arrived
	d.Submit(t.Context(), request(d, 2, "p.first"), func(r Result) { results <- r })
	closed := make(chan struct{})
	go func() { d.Close(); close(closed) }()
	waiting := <-results
	require.NotNil(t, waiting.Outcome.Rejected, "what waits is answered at once")
	require.Zero(t, waiting.Outcome.Attempts)
	require.Equal(t, outcome.RetrySafe, waiting.Outcome.Rejected.Retry)
	close(release)
	require.NotNil(t, (<-results).Outcome.Accepted, "what is under way is waited for")
	<-closed
	late := d.Send(t.Context(), request(d, 3, "p.first"))
	require.NotNil(t, late.Outcome.Rejected)
	require.NotEmpty(t, late.ID)
	d.Close() // once more does no harm
}

func TestACancelledCallerIsNotSentFor(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := start(t, setup{}, sender)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := d.Send(ctx, request(d, 1, ""))
	require.NotNil(t, r.Outcome.Rejected)
	require.Empty(t, sender.recorded())
}
