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

// fakeRecorder keeps what it is told.
type fakeRecorder struct {
	mu      sync.Mutex
	failure error
	begun   map[string]int // by attempt
	open    int
	most    int // open at the same time
	calls   []int
	settled map[string]Next
}

func newFakeRecorder() *fakeRecorder {
	return &fakeRecorder{begun: map[string]int{}, settled: map[string]Next{}}
}

func (f *fakeRecorder) Begin(_ context.Context, h Handover) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failure != nil {
		return f.failure
	}
	n := 0
	for _, b := range h.Batches {
		for _, d := range b.Deliveries {
			f.begun[d.DeliveryID]++
			n++
		}
	}
	f.calls = append(f.calls, n)
	f.open += n
	f.most = max(f.most, f.open)
	return nil
}

func (f *fakeRecorder) Settle(at Attempt, next Next) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settled[at.ID] = next
	f.open--
}

// Every attempt is recorded before its call and settled after it, once. The record never has more open attempts than the
// window of the channel.
func TestAttemptsAreRecorded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		caps   capability.Capabilities
		most   int // open attempts
		call   int // attempts of one call
		series bool
	}{
		"one by one": {capability.Capabilities{MaxConcurrency: 32}, 32, recordedDeliveries, false},
		"groups":     {capability.Capabilities{MaxConcurrency: 4, MaxRecipients: 50}, 200, 50, false},
		"a series":   {capability.Capabilities{MaxConcurrency: 4, MaxRecipients: 50}, 200, 50, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder := newFakeRecorder()
			sender := &fakeSender{}
			sender.send = func(ch addr.Channel, batches []message.Batch, answer func(outcome.Outcome)) error {
				recorder.mu.Lock()
				for _, b := range batches {
					for _, d := range b.Deliveries {
						if recorder.begun[d.DeliveryID] != 1 {
							t.Errorf("%s was recorded %d times before its call", d.DeliveryID, recorder.begun[d.DeliveryID])
						}
					}
				}
				recorder.mu.Unlock()
				return each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })(ch, batches, answer)
			}
			d := start(t, setup{caps: test.caps}, sender)
			d.Record(recorder)
			const messages = 1000
			var wg sync.WaitGroup
			content := request(d, 0, "p.first").Content
			for i := range messages {
				wg.Add(1)
				r := request(d, i, "p.first")
				if test.series {
					r.Content = content
				}
				d.Submit(t.Context(), r, func(Result) { wg.Done() })
			}
			wg.Wait()
			recorder.mu.Lock()
			defer recorder.mu.Unlock()
			require.Len(t, recorder.begun, messages)
			require.Len(t, recorder.settled, messages)
			require.Zero(t, recorder.open)
			require.LessOrEqual(t, recorder.most, test.most)
			for _, n := range recorder.calls {
				require.LessOrEqual(t, n, test.call)
			}
		})
	}
}

// The recorder learns what follows an attempt.
func TestTheRecorderLearnsWhatIsNext(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		channel string
		first   outcome.Outcome
		want    []Next
	}{
		"accepted":     {"p.first", outcome.Accept("v"), []Next{Done}},
		"unknown":      {"p.first", outcome.NewUnknown("?"), []Next{Done}},
		"rejected":     {"p.first", rejected(outcome.ReasonInvalidMessage, outcome.RetryNever, 0), []Next{Done}},
		"a retry":      {"p.first", rejected(outcome.ReasonRateLimited, outcome.RetrySafe, 0), []Next{Retry, Done}},
		"falling back": {"", rejected(outcome.ReasonRateLimited, outcome.RetryNever, 0), []Next{Fallback, Done}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder := newFakeRecorder()
			calls := 0
			sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome {
				if calls++; calls == 1 {
					return test.first
				}
				return outcome.Accept("v")
			})}
			d := start(t, setup{}, sender)
			d.Record(recorder)
			r := d.Send(t.Context(), request(d, 1, test.channel))
			require.Len(t, r.Attempts, len(test.want))
			for i, at := range r.Attempts {
				require.Equal(t, test.want[i], recorder.settled[at.ID])
			}
		})
	}
}

// When an attempt cannot be recorded, nothing is handed over, no token is used and the message is not attempted.
func TestWhatIsNotRecordedIsNotSent(t *testing.T) {
	t.Parallel()
	for name, caps := range map[string]capability.Capabilities{"one by one": {}, "groups": {MaxRecipients: 50}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder := newFakeRecorder()
			recorder.failure = errors.New("no space left")
			sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
			d := start(t, setup{caps: caps, limit: &config.RateLimit{PerSecond: 0.001, Burst: 1}}, sender)
			d.Record(recorder)
			r := d.Send(t.Context(), request(d, 1, "p.first"))
			require.Equal(t, "not attempted: no space left", r.Outcome.Rejected.Detail)
			require.Equal(t, outcome.RetrySafe, r.Outcome.Rejected.Retry)
			require.Empty(t, r.Attempts)
			require.Empty(t, sender.recorded())
			recorder.mu.Lock()
			recorder.failure = nil
			recorder.mu.Unlock()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			r = d.Send(ctx, request(d, 1, "p.first"))
			require.NotNil(t, r.Outcome.Accepted, "the token is still there, and so is the room in the window")
		})
	}
}

// A message that was tried before is tried on: no id of an attempt is used twice.
func TestAttemptsCountOn(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{}
	calls := 0
	sender.send = each(func(addr.Channel, message.Delivery) outcome.Outcome {
		if calls++; calls == 1 {
			return rejected(outcome.ReasonRateLimited, outcome.RetrySafe, 0)
		}
		return outcome.Accept("v")
	})
	d := start(t, setup{}, sender)
	req := request(d, 1, "p.first")
	req.ID, req.Attempts = NewID(), 3
	r := d.Send(t.Context(), req)
	require.Len(t, r.Attempts, 2)
	for i, at := range r.Attempts {
		require.Equal(t, AttemptID(req.ID, 4+i), at.ID)
	}
}
