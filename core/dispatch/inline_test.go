// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// calledBy reports whether a function of that name is on the stack of the goroutine.
func calledBy(name string) bool {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, "."+name) {
			return true
		}
		if !more {
			return false
		}
	}
}

// Send makes the first call in the goroutine of its caller if the lane is idle. A call for a further attempt is made by
// the lane, since the first call is still being answered.
func TestSendIsInline(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		setup   setup
		channel string
		answers []outcome.Outcome
		inline  []bool
	}{
		"one recipient in a request":   {setup{}, "p.first", []outcome.Outcome{outcome.Accept("v")}, []bool{true}},
		"many recipients in a request": {setup{caps: capability.Capabilities{MaxRecipients: 1000}}, "p.first", []outcome.Outcome{outcome.Accept("v")}, []bool{true}},
		"the next channel": {setup{}, "", []outcome.Outcome{rejected(outcome.ReasonVendorUnavailable, outcome.RetrySafe, 0), outcome.Accept("v")},
			[]bool{true, false}},
		"a retry": {setup{}, "p.first", []outcome.Outcome{rejected(outcome.ReasonVendorUnavailable, outcome.RetrySafe, 0), outcome.Accept("v")},
			[]bool{true, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var inline []bool
			sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome {
				inline = append(inline, calledBy("Send") && calledBy("sendNow"))
				return test.answers[len(inline)-1]
			})}
			d := start(t, test.setup, sender)
			for range 3 { // the lane is idle again after each
				inline = nil
				r := d.Send(t.Context(), request(d, 1, test.channel))
				require.NotNil(t, r.Outcome.Accepted)
				require.Equal(t, test.inline, inline)
			}
			for _, c := range d.channels {
				l := c.lane.Load()
				l.mu.Lock()
				require.Zero(t, c.inFlight)
				l.mu.Unlock()
			}
		})
	}
}

// A lane that is busy or has no token of its rate limit takes the message into its queue.
func TestSendQueuesBehindOthers(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}, 2), make(chan struct{})
	var mu sync.Mutex
	var inline []bool
	sender := &fakeSender{send: func(ch addr.Channel, b []message.Batch, answer func(outcome.Outcome)) error {
		mu.Lock()
		inline = append(inline, calledBy("sendNow"))
		mu.Unlock()
		arrived <- struct{}{}
		<-release
		return each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })(ch, b, answer)
	}}
	d := start(t, setup{limit: &config.RateLimit{PerSecond: 1000, Burst: 10}}, sender)
	results := make(chan Result, 2)
	d.Submit(t.Context(), request(d, 1, "p.first"), func(r Result) { results <- r })
	<-arrived
	go func() { results <- d.Send(t.Context(), request(d, 2, "p.first")) }()
	<-arrived
	close(release)
	for range 2 {
		require.NotNil(t, (<-results).Outcome.Accepted)
	}
	require.Equal(t, []bool{false, false}, inline)
}
