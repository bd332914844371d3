// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestWhatAnOutcomeSaysAboutTheWindow(t *testing.T) {
	t.Parallel()
	ofRecipient := rejected(outcome.ReasonRateLimited, outcome.RetrySafe, 0)
	ofRecipient.Rejected.Scope = outcome.ScopeRecipient
	for name, test := range map[string]struct {
		o    outcome.Outcome
		want windowSign
	}{
		"accepted":             {outcome.Accept("v"), signAnswered},
		"unknown":              {outcome.NewUnknown("no answer"), signLost},
		"too fast":             {rejected(outcome.ReasonRateLimited, outcome.RetrySafe, 0), signRefused},
		"too many to somebody": {ofRecipient, signNone},
		"overloaded":           {rejected(outcome.ReasonVendorUnavailable, outcome.RetrySafe, 0), signRefused},
		"a bad message":        {rejected(outcome.ReasonInvalidMessage, outcome.RetryNever, 0), signNone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, windowSignOf(test.o))
		})
	}
}

// Requests that were under way together let the window fall once.
func TestOneFallForAllThatWereUnderWay(t *testing.T) {
	t.Parallel()
	w := newWindow()
	now := simulated
	w.sent(16, now)
	for range 16 {
		w.answered(simulated, now.Add(time.Second), signLost)
	}
	require.Equal(t, 11, w.current())
	now = now.Add(2 * time.Second)
	w.sent(11, now)
	change := w.answered(now, now.Add(time.Second), signRefused)
	require.Equal(t, windowLeast, w.current())
	require.Equal(t, &WindowChange{11, 8, "the vendor limits the rate or is unavailable"}, change)
	now = now.Add(2 * time.Second)
	require.Nil(t, w.answered(now, now.Add(time.Second), signRefused), "it is as small as it can be")
}

func TestChangingTheBound(t *testing.T) {
	t.Parallel()
	w := newWindow()
	require.Equal(t, windowStart, w.current())
	w.bound(5)
	require.Equal(t, 5, w.current())
	w.bound(100)
	require.Equal(t, windowLeast, w.current(), "it grows when the vendor answers")
}

// slowRecorder records when it is allowed to.
type slowRecorder struct{ asked, allowed chan struct{} }

func (s slowRecorder) Begin(context.Context, Handover) error {
	s.asked <- struct{}{}
	<-s.allowed
	return nil
}

func (slowRecorder) Settle(Attempt, Next) {}

// A request is under way from the moment when the provider gets it.
func TestWhatWaitsForTheRecordIsNotUnderWay(t *testing.T) {
	t.Parallel()
	for name, caps := range map[string]capability.Capabilities{"one by one": {}, "groups": {MaxRecipients: 50}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder := slowRecorder{make(chan struct{}), make(chan struct{})}
			at, finish := make(chan struct{}), make(chan struct{})
			sender := &fakeSender{send: func(ch addr.Channel, batches []message.Batch, answer func(outcome.Outcome)) error {
				at <- struct{}{}
				<-finish
				return each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })(ch, batches, answer)
			}}
			d := start(t, setup{caps: caps}, sender)
			d.Record(recorder)
			underWay := func() int { return d.Windows()[first].UnderWay }
			done := make(chan Result, 1)
			d.Submit(t.Context(), request(d, 1, "p.first"), func(r Result) { done <- r })
			<-recorder.asked
			require.Zero(t, underWay())
			close(recorder.allowed)
			<-at
			require.Equal(t, 1, underWay())
			close(finish)
			require.NotNil(t, (<-done).Outcome.Accepted)
			d.Close()
			require.Zero(t, underWay())
			latency := d.Windows()[first].Latency
			require.Zero(t, latency, "one answer is not enough to know")
		})
	}
}

// However a call ends, nothing stays under way.
func TestWhatHasNoOutcomeIsNotUnderWay(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"a crash":       &EndedError{Cause: errors.New("ended"), Begun: map[string]bool{}},
		"not attempted": &NotAttemptedError{Cause: errors.New("stopping")},
		"no answer":     errors.New("deadline exceeded"),
		"no error":      nil,
	} {
		for kind, caps := range map[string]capability.Capabilities{"one by one": {}, "groups": {MaxRecipients: 50}} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				sender := &fakeSender{send: func(addr.Channel, []message.Batch, func(outcome.Outcome)) error { return err }}
				options := quick
				options.MaxAttempts = 1
				d := start(t, setup{caps: caps, options: options}, sender)
				var group sync.WaitGroup
				for i := range 20 {
					group.Add(1)
					d.Submit(t.Context(), request(d, i, "p.first"), func(Result) { group.Done() })
				}
				group.Wait()
				d.Close()
				require.Zero(t, d.Windows()[first].UnderWay)
			})
		}
	}
}

// told keeps what a dispatcher tells its observer.
type told struct {
	mu      sync.Mutex
	changes []WindowChange
}

func (*told) Undecided(string, Undecided) {}

func (o *told) Window(_ addr.Channel, change WindowChange) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.changes = append(o.changes, change)
}

// Messages that wait make the window of a channel grow to the bound of the configuration, and the observer learns it.
func TestTheWindowOfAChannelGrows(t *testing.T) {
	t.Parallel()
	observer := &told{}
	options := quick
	options.Observer = observer
	var mu sync.Mutex
	now, most := 0, 0
	waiting := make(chan struct{}) // closed when all messages wait
	sender := &fakeSender{discard: true, send: func(ch addr.Channel, batches []message.Batch, answer func(outcome.Outcome)) error {
		<-waiting
		n := 0
		for _, b := range batches {
			n += len(b.Deliveries)
		}
		mu.Lock()
		now += n
		most = max(most, now)
		mu.Unlock()
		return each(func(addr.Channel, message.Delivery) outcome.Outcome {
			mu.Lock()
			now--
			mu.Unlock()
			return outcome.Accept("v")
		})(ch, batches, answer)
	}}
	cfg := &config.Config{Channels: []config.Channel{{Addr: first, MaxConcurrency: 40}}}
	d := startWith(t, cfg, setup{options: options}, sender)
	var group sync.WaitGroup
	for i := range 5000 {
		group.Add(1)
		d.Submit(t.Context(), request(d, i, "p.first"), func(Result) { group.Done() })
	}
	close(waiting)
	group.Wait()
	w := d.Windows()[first]
	require.Equal(t, 40, w.Most)
	require.Equal(t, windowLeast, w.Least)
	require.Positive(t, w.Lowest)
	require.LessOrEqual(t, most, 40)
	observer.mu.Lock()
	defer observer.mu.Unlock()
	require.NotEmpty(t, observer.changes)
	require.Equal(t, windowStart, observer.changes[0].From)
}
