// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"slices"
	"sync"
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

var one = [2]string{"+15550100001", "+15550100001"}

// requirePace checks that no interval has more deliveries than the rate and the burst allow.
func requirePace(t *testing.T, calls []call, limit config.RateLimit) {
	t.Helper()
	var at []time.Time
	for _, c := range calls {
		for _, b := range c.batches {
			for range b.Deliveries {
				at = append(at, c.at)
			}
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	for i := range at {
		for k := i + 1; k < len(at); k++ {
			allowed := float64(limit.Burst) + limit.PerSecond*at[k].Sub(at[i]).Seconds()
			// The time is noted next to the charge of the tokens, so that the noise of the scheduler may shorten an interval.
			require.LessOrEqual(t, float64(k-i+1), allowed+2+limit.PerSecond*0.05, "deliveries %d to %d in %s", i, k, at[k].Sub(at[i]))
		}
	}
}

// Two channels of one sender share its rate limit, whichever of them has it and however messages reach them.
func TestASenderHasOnePace(t *testing.T) {
	t.Parallel()
	limit := config.RateLimit{PerSecond: 200, Burst: 10}
	for name, test := range map[string]struct {
		channels []string // of the messages, in turn
		first    outcome.Outcome
		attempts int
	}{
		"messages name their channel":   {[]string{"p.first", "p.second"}, outcome.Accept("v"), 60},
		"the channel without the limit": {[]string{"p.second"}, outcome.Accept("v"), 60},
		"each message falls back":       {[]string{""}, rejected(outcome.ReasonRateLimited, outcome.RetrySafe, 0), 120},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sender := &fakeSender{send: each(func(ch addr.Channel, _ message.Delivery) outcome.Outcome {
				if ch == first {
					return test.first
				}
				return outcome.Accept("v")
			})}
			d := start(t, setup{limit: &limit, senders: one}, sender)
			var wg sync.WaitGroup
			begin := time.Now()
			for i := range 60 {
				wg.Add(1)
				d.Submit(t.Context(), request(d, i, test.channels[i%len(test.channels)]), func(r Result) {
					if r.Outcome.Accepted == nil {
						t.Error(r.Outcome)
					}
					wg.Done()
				})
			}
			wg.Wait()
			least := time.Duration(float64(test.attempts-limit.Burst) / limit.PerSecond * float64(time.Second))
			require.GreaterOrEqual(t, time.Since(begin), least-time.Millisecond)
			requirePace(t, sender.recorded(), limit)
		})
	}
}

// What was queued first is handed over first, whichever channel of the sender it goes to.
func TestASenderHasOneOrder(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := start(t, setup{limit: &config.RateLimit{PerSecond: 100, Burst: 1}, senders: one}, sender)
	var wg sync.WaitGroup
	var want []string
	for i := range 20 {
		req := request(d, i, []string{"p.first", "p.second", "p.second"}[i%3])
		want = append(want, req.To.Address)
		wg.Add(1)
		d.Submit(t.Context(), req, func(Result) { wg.Done() })
	}
	wg.Wait()
	var got []string
	for _, c := range sender.recorded() {
		require.Len(t, c.batches, 1)
		got = append(got, c.batches[0].Deliveries[0].To.Address)
	}
	require.Equal(t, want, got)
}

// A channel that has too much under way does not hold up the other channels of its sender.
func TestAFullWindowHoldsUpNoOtherChannel(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	sender := &fakeSender{}
	sender.send = func(ch addr.Channel, b []message.Batch, answer func(outcome.Outcome)) error {
		if ch == first {
			<-release
		}
		return each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })(ch, b, answer)
	}
	d := start(t, setup{caps: capability.Capabilities{MaxConcurrency: 1}, senders: one}, sender)
	var slow sync.WaitGroup
	for i := range 5 {
		slow.Add(1)
		d.Submit(t.Context(), request(d, i, "p.first"), func(Result) { slow.Done() })
	}
	for i := range 5 {
		require.NotNil(t, d.Send(t.Context(), request(d, 10+i, "p.second")).Outcome.Accepted)
	}
	close(release)
	slow.Wait()
}

// A vendor that limits a sender limits all its channels. Falling back to another channel of the sender would meet the same
// limit, so that the message goes to the next sender or ends.
func TestAPauseIsOfTheSender(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		senders [2]string
		tries   []addr.Channel
	}{
		"one sender":  {one, []addr.Channel{first}},
		"two senders": {[2]string{"+15550100001", "+15550100002"}, []addr.Channel{first, second}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sender := &fakeSender{send: each(func(ch addr.Channel, _ message.Delivery) outcome.Outcome {
				if ch == first {
					return rejected(outcome.ReasonRateLimited, outcome.RetryLater, time.Hour)
				}
				return outcome.Accept("v")
			})}
			d := start(t, setup{senders: test.senders}, sender)
			r := d.Send(t.Context(), request(d, 1, ""))
			var tries []addr.Channel
			for _, a := range r.Attempts {
				tries = append(tries, a.Channel)
			}
			require.Equal(t, test.tries, tries)
			c, _ := d.Snapshot().Channel(second)
			require.Equal(t, test.senders == one, c.Unhealthy != "")
		})
	}
}

// Tokens are charged when a batch is given to the provider. While the provider is started again none are spent, so that its
// messages are not sent in one burst afterwards.
func TestTokensAreChargedAtHandOver(t *testing.T) {
	t.Parallel()
	limit := config.RateLimit{PerSecond: 100, Burst: 5}
	started := make(chan struct{})
	var waiting atomic.Int32
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	sender.ready = func(addr.Channel) bool {
		waiting.Add(1)
		<-started
		return true
	}
	d := start(t, setup{limit: &limit, senders: one}, sender)
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Add(1)
		d.Submit(t.Context(), request(d, i, "p.first"), func(Result) { wg.Done() })
	}
	require.Eventually(t, func() bool { return waiting.Load() > 0 }, 20*time.Second, time.Millisecond)
	time.AfterFunc(300*time.Millisecond, func() { close(started) }) // tokens for 30 messages, of which 5 are kept
	wg.Wait()
	requirePace(t, sender.recorded(), limit)
}

// A batch that was not handed over uses no token.
func TestWhatIsNotHandedOverIsNotCharged(t *testing.T) {
	t.Parallel()
	var running atomic.Bool
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	sender.ready = func(addr.Channel) bool { return running.Load() }
	d := start(t, setup{limit: &config.RateLimit{PerSecond: 0.001, Burst: 1}, senders: one, options: Options{MaxAttempts: 1}}, sender)
	for i := range 3 {
		require.Contains(t, d.Send(t.Context(), request(d, i, "p.first")).Outcome.Rejected.Detail, "not running")
	}
	running.Store(true)
	require.NotNil(t, d.Send(t.Context(), request(d, 9, "p.first")).Outcome.Accepted)
}

// A rate limit counts messages where they reach the vendor, so that a part of the burst is kept back.
func TestCapacity(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		perSecond   float64
		burst, want int
	}{{1, 1, 1}, {100, 1, 1}, {0.5, 2, 1}, {1, 3, 2}, {100, 10, 5}, {100, 100, 80}, {1000, 1000, 800}, {1e9, 1e9, 8e8}, {1e9, 10, 5}} {
		require.Equal(t, test.want, capacity(&config.RateLimit{PerSecond: test.perSecond, Burst: test.burst}), test)
	}
}

// A dispatcher that takes over from another one begins without a burst.
func TestStartEmpty(t *testing.T) {
	t.Parallel()
	limit := config.RateLimit{PerSecond: 100, Burst: 40}
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := start(t, setup{limit: &limit, senders: one, options: Options{StartEmpty: true}}, sender)
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Add(1)
		d.Submit(t.Context(), request(d, i, "p.first"), func(Result) { wg.Done() })
	}
	wg.Wait()
	require.GreaterOrEqual(t, time.Since(begin), 290*time.Millisecond)
}

// A channel that opens later joins the lane of its sender. Of two limits that were not known to differ, the lower counts.
func TestALateChannelJoinsItsSender(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{}
	cfg := &config.Config{Channels: []config.Channel{
		{Addr: first, RateLimit: &config.RateLimit{PerSecond: 10, Burst: 40}}, {Addr: second, RateLimit: &config.RateLimit{PerSecond: 20, Burst: 20}},
	}}
	d := New(cfg, sender, quick)
	t.Cleanup(d.Close)
	checker := capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}})
	sender.set(map[addr.Channel]catalog.Channel{first: {Checker: checker, Sender: one[0]}, second: {Unhealthy: "starting"}})
	d.Snapshot()
	require.Nil(t, d.channels[second].lane.Load())
	sender.set(map[addr.Channel]catalog.Channel{first: {Checker: checker, Sender: one[0]}, second: {Checker: checker, Sender: one[0]}})
	d.Snapshot()
	l := d.channels[first].lane.Load()
	require.Same(t, l, d.channels[second].lane.Load())
	require.InDelta(t, 10, float64(l.limiter.Limit()), 0)
	require.Equal(t, 16, l.limiter.Burst(), "the tokens of 200 ms are kept back")
}
