// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var groups = capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxRecipients: 7}

// held is a dispatcher whose sender has no token, so that what is submitted stays in the queue. The way of its contents is known.
func held(t *testing.T) (d *Dispatcher, contents [2]*Content) {
	t.Helper()
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d = start(t, setup{caps: groups, senders: [2]string{"+15550100001", "+15550100001"}, limit: &config.RateLimit{PerSecond: 0.001, Burst: 3}}, sender)
	for i, channel := range []string{"p.first", "p.second"} {
		req := request(d, i, channel)
		d.Send(t.Context(), req)
		contents[i] = req.Content
	}
	return d, contents
}

// What may share a series does, and the order of all messages of a sender stays the same.
func TestWhatASeriesIs(t *testing.T) {
	t.Parallel()
	other, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, test := range map[string]struct {
		submits string // a letter for the channel; capitals have another context, digits a content that was not sent before
		first   []int  // recipients of the deliveries in the queue of the first channel
		second  []int
	}{
		"equal":                        {"aaaa", []int{4}, nil},
		"another context":              {"aaAAa", []int{2, 2, 1}, nil},
		"another content":              {"aa1aa", []int{2, 1, 2}, nil},
		"a content that is not known":  {"111", []int{1, 2}, nil},
		"another channel in between":   {"aabbab", []int{2, 1}, []int{2, 1}},
		"more than a request may have": {"aaaaaaaaaaaaaaaaaaaa", []int{7, 7, 6}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, contents := held(t)
			fresh := request(d, 0, "p.first").Content
			for i, r := range test.submits {
				req, ctx := request(d, i, ""), t.Context()
				switch r {
				case 'A':
					req.Content, ctx = contents[0], other
				case 'a':
					req.Content = contents[0]
				case 'b':
					req.Content = contents[1]
				default:
					req.Content = fresh
				}
				d.Submit(ctx, req, func(Result) {})
			}
			for channel, want := range map[addr.Channel][]int{first: test.first, second: test.second} {
				c := d.channels[channel]
				l := c.lane.Load()
				l.mu.Lock()
				var got []int
				for _, dl := range c.queue.deliveries {
					got = append(got, dl.recipients())
				}
				l.mu.Unlock()
				require.Equal(t, want, got)
			}
		})
	}
}

// A queue keeps its order whatever is added and removed.
func TestAQueueKeepsItsOrder(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var q queue
		var want, got []uint64
		sequence := uint64(0)
		for range 30 {
			switch n := random.IntN(4); {
			case n == 0 && q.size > 0:
				for _, dl := range q.remove(1 + random.IntN(q.size)) {
					for i := range dl.recipients() {
						got = append(got, dl.sequence+uint64(i))
					}
				}
			case n == 1:
				sequence++
				q.push(&delivery{job: &job{}, sequence: sequence})
				want = append(want, sequence)
			default:
				s := &series{delivery: delivery{sequence: sequence + 1}, deliveries: make([]message.Delivery, n), done: make([]func(Result), n)}
				s.series = s
				q.push(&s.delivery)
				for range n {
					sequence++
					want = append(want, sequence)
				}
			}
		}
		q.chosen = position{}
		for range q.size {
			got = append(got, q.sequence())
			q.chosen.within++
		}
		require.Equal(t, want, got)
	}
}

// Messages that wait in a series end as others do.
func TestASeriesThatIsNotSent(t *testing.T) {
	t.Parallel()
	d, contents := held(t)
	var results []Result
	for i := range 5 {
		d.Submit(t.Context(), Request{Content: contents[0], To: request(d, i, "").To}, func(r Result) { results = append(results, r) })
	}
	d.Close()
	require.Len(t, results, 5)
	for i, r := range results {
		require.Equal(t, "not attempted: the dispatcher is closed", r.Outcome.Rejected.Detail)
		require.Equal(t, request(d, i, "").To, r.To)
		require.Empty(t, r.Attempts)
	}
}

// When a caller leaves, his messages are not sent, and those of others are.
func TestACallerOfASeriesLeaves(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}, 1), make(chan struct{})
	sender := &fakeSender{}
	sender.send = func(ch addr.Channel, b []message.Batch, answer func(outcome.Outcome)) error {
		select {
		case entered <- struct{}{}:
			<-release
		default:
		}
		return each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })(ch, b, answer)
	}
	d := start(t, setup{caps: capability.Capabilities{MaxRecipients: 7, MaxConcurrency: 1}}, sender)
	content := request(d, 0, "p.first").Content
	leaving, leave := context.WithCancelCause(t.Context())
	var wg sync.WaitGroup
	results := make([]Result, 30)
	for i := range results {
		ctx := t.Context()
		if i%10 >= 5 {
			ctx = leaving
		}
		wg.Add(1)
		d.Submit(ctx, Request{Content: content, To: request(d, i, "").To}, func(r Result) { results[i] = r; wg.Done() })
		if i == 0 {
			<-entered
			entered <- struct{}{} // further calls are not held up
		}
	}
	leave(errors.New("he left"))
	close(release)
	wg.Wait()
	for i, r := range results {
		if i%10 < 5 {
			require.NotNil(t, r.Outcome.Accepted)
			continue
		}
		require.Equal(t, "not attempted: he left", r.Outcome.Rejected.Detail)
	}
}

// A message of a series has the result that it would have alone, whatever the vendor answers, in whatever order.
func TestASeriesIsLikeSingleMessages(t *testing.T) {
	t.Parallel()
	options := Options{FirstBackoff: 1, MaxBackoff: 1, BreakerFailures: 1 << 30}
	// answer is what the vendor does with an attempt: it follows from the recipient, the channel and how often it was tried there.
	answer := func(ch addr.Channel, to string, tries int) (o outcome.Outcome, answered, crash bool) {
		h := fnv.New64a()
		_, _ = fmt.Fprint(h, ch, to, tries)
		switch n := h.Sum64() / 7 % 40; n {
		case 0, 1:
			return rejected(outcome.ReasonRateLimited, outcome.RetrySafe, 0), true, false
		case 2, 3:
			return rejected(outcome.ReasonVendorUnavailable, outcome.RetrySafe, 0), true, false
		case 4, 5:
			return rejected(outcome.ReasonInvalidRecipient, outcome.RetryNever, 0), true, false
		case 6, 7:
			return outcome.NewUnknown("lost"), true, false
		case 8, 9:
			return outcome.Outcome{}, false, false
		case 10:
			return outcome.Outcome{}, false, true // of an attempt that was begun
		}
		o = outcome.Accept("v" + to)
		o.Attempts = 1
		return o, true, false
	}
	cfg := &config.Config{Channels: []config.Channel{{Addr: first}, {Addr: second}}}
	for i, channels := range [][]addr.Channel{{first, second}, {second}, {second, first}} {
		cfg.Routes = append(cfg.Routes, config.Route{
			Name: fmt.Sprint("route", i), Channels: channels, FallbackOn: []outcome.Reason{outcome.ReasonVendorUnavailable, outcome.ReasonRateLimited},
			When: func(f *config.Facts) (bool, error) { return i == 2 || int(f.To.Address[11]-'0')%3 == i, nil },
		})
	}
	run := func(t *testing.T, seed uint64, shared bool) (results []Result, settled int) {
		random := rand.New(rand.NewPCG(seed, 0))
		var mu sync.Mutex
		tries := map[string]int{}
		sender := &fakeSender{discard: true}
		sender.send = func(ch addr.Channel, batches []message.Batch, tell func(outcome.Outcome)) error {
			var outcomes []outcome.Outcome
			begun := map[string]bool{}
			mu.Lock()
			for _, b := range batches {
				for _, d := range b.Deliveries {
					key := ch.String() + d.To.Address
					o, answered, crash := answer(ch, d.To.Address, tries[key])
					tries[key]++
					if o.DeliveryID = d.DeliveryID; answered {
						outcomes = append(outcomes, o)
					}
					if crash {
						begun[d.DeliveryID] = true
					}
				}
			}
			if shared && random.IntN(2) == 0 {
				random.Shuffle(len(outcomes), func(i, k int) { outcomes[i], outcomes[k] = outcomes[k], outcomes[i] })
			}
			mu.Unlock()
			for _, o := range outcomes {
				tell(o)
				tell(o)
				o.DeliveryID += "x"
				tell(o)
			}
			if len(begun) > 0 && len(begun)+len(outcomes) == deliveriesOf(batches) {
				return &EndedError{Cause: errors.New("it crashed"), Begun: begun}
			}
			return nil
		}
		d := start(t, setup{caps: groups, options: options}, sender)
		if seed%2 == 1 {
			d = startWith(t, cfg, setup{caps: groups, options: options}, sender)
		}
		recorder := newFakeRecorder()
		d.Record(recorder)
		results = make([]Result, 300)
		contents := []*Content{request(d, 0, "").Content, requestText(d, 0, "", "other").Content}
		var wg sync.WaitGroup
		wg.Add(len(results))
		for i := range results {
			req := requestText(d, i, "", []string{"hi", "other"}[i/50%2])
			if shared {
				req.Content = contents[i/50%2]
			}
			req.ID = fmt.Sprintf("%026d", i)
			d.Submit(t.Context(), req, func(r Result) { results[i] = r; wg.Done() })
		}
		wg.Wait()
		require.Zero(t, recorder.open, "what was begun was settled")
		require.Equal(t, len(recorder.begun), len(recorder.settled))
		d.Close()
		for _, c := range d.channels {
			require.Zero(t, c.queue.size)
			require.Zero(t, c.inFlight)
			require.Zero(t, c.calls)
		}
		return results, len(recorder.settled)
	}
	for seed := range uint64(5) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			alone, attempts := run(t, seed, false)
			together, same := run(t, seed, true)
			require.Equal(t, attempts, same)
			// What the provider does not answer is unknown, with a cause that depends on the call.
			ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Cause" }, cmp.Ignore())
			if diff := cmp.Diff(alone, together, ignore); diff != "" {
				t.Error(diff)
			}
			require.True(t, slices.ContainsFunc(together, func(r Result) bool { return len(r.Attempts) > 2 }))
		})
	}
}

func deliveriesOf(batches []message.Batch) (n int) {
	for _, b := range batches {
		n += len(b.Deliveries)
	}
	return n
}

// A series that waited for a channel whose vendor takes one recipient in a request by then is sent in as many requests.
func TestASeriesForAVendorThatTakesNoGroups(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}, 1), make(chan struct{})
	sender := &fakeSender{}
	sender.send = func(ch addr.Channel, b []message.Batch, answer func(outcome.Outcome)) error {
		select {
		case entered <- struct{}{}:
			<-release
		default:
		}
		return each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })(ch, b, answer)
	}
	d := start(t, setup{caps: capability.Capabilities{MaxRecipients: 7, MaxConcurrency: 1}}, sender)
	content := request(d, 0, "p.first").Content
	var wg sync.WaitGroup
	var accepted atomic.Int32
	const messages = 30
	for i := range messages {
		wg.Add(1)
		d.Submit(t.Context(), Request{Content: content, To: request(d, i, "").To}, func(r Result) {
			if r.Outcome.Accepted != nil {
				accepted.Add(1)
			}
			wg.Done()
		})
		if i == 0 {
			<-entered
			entered <- struct{}{} // further calls are not held up
		}
	}
	alone := capability.NewChecker(capability.Capabilities{Kinds: groups.Kinds, MaxConcurrency: 3})
	sender.set(map[addr.Channel]catalog.Channel{first: {Checker: alone}, second: {Checker: alone}})
	d.Snapshot()
	close(release)
	wg.Wait()
	d.Close()
	require.EqualValues(t, messages, accepted.Load())
	require.Zero(t, d.channels[first].inFlight)
}

// Where a route looks at the recipient, those of the same decision share a series.
func TestASeriesOfARouteByCountry(t *testing.T) {
	t.Parallel()
	cfg := &config.Config{
		Channels: []config.Channel{{Addr: first, RateLimit: &config.RateLimit{PerSecond: 0.001, Burst: 1}}, {Addr: second}},
		Routes: []config.Route{
			{Name: "india", Match: config.Match{Countries: config.Set{"IN": {}}}, Channels: []addr.Channel{first}},
			{Name: "rest", Channels: []addr.Channel{first, second}},
		},
	}
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := startWith(t, cfg, setup{caps: groups}, sender)
	content := request(d, 0, "").Content
	d.Send(t.Context(), Request{Content: content, To: request(d, 0, "").To}) // takes the token
	for _, to := range []string{"+4915112345678", "+33612345678", "+919900112233", "+919900112234", "+4915112345679"} {
		d.Submit(t.Context(), Request{Content: content, To: message.Recipient{Kind: message.RecipientPhone, Address: to}}, func(Result) {})
	}
	c := d.channels[first]
	l := c.lane.Load()
	l.mu.Lock()
	defer l.mu.Unlock()
	var got []string
	for _, dl := range c.queue.deliveries {
		got = append(got, fmt.Sprint(dl.series.way.decision.Route, dl.recipients()))
	}
	require.Equal(t, []string{"rest2", "india2", "rest1"}, got)
}
