// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	first  = addr.Channel{Provider: "p", Name: "first"}
	second = addr.Channel{Provider: "p", Name: "second"}
	quick  = Options{FirstBackoff: time.Millisecond, MaxBackoff: 2 * time.Millisecond, BreakerPause: 50 * time.Millisecond}
)

// fakeSender stands for the pool: each call is recorded and answered by send.
type fakeSender struct {
	state   atomic.Pointer[catalog.Snapshot]
	discard bool // record no calls
	// ready waits until the provider takes calls, and returns false if it does not. It may be nil.
	ready func(ch addr.Channel) bool
	mu    sync.Mutex
	calls []call
	send  func(ch addr.Channel, batches []message.Batch, answer func(outcome.Outcome)) error
}

type call struct {
	channel addr.Channel
	batches []message.Batch
	at      time.Time
}

func (f *fakeSender) Send(_ context.Context, ch addr.Channel, batches []message.Batch, handedOver func() error, answer func(outcome.Outcome)) error {
	if f.ready != nil && !f.ready(ch) {
		return &NotAttemptedError{Cause: errors.New("not running")}
	}
	if handedOver != nil {
		if err := handedOver(); err != nil {
			return &NotAttemptedError{Cause: err}
		}
	}
	if !f.discard {
		f.mu.Lock()
		f.calls = append(f.calls, call{ch, batches, time.Now()})
		f.mu.Unlock()
	}
	return f.send(ch, batches, answer)
}

func (f *fakeSender) Snapshot() *catalog.Snapshot { return f.state.Load() }

// set changes the state of the channels.
func (f *fakeSender) set(channels map[addr.Channel]catalog.Channel) {
	f.state.Store(catalog.NewSnapshot(channels))
}

func (f *fakeSender) recorded() []call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// each answers every delivery with what next returns for its channel.
func each(next func(ch addr.Channel, d message.Delivery) outcome.Outcome) func(addr.Channel, []message.Batch, func(outcome.Outcome)) error {
	return func(ch addr.Channel, batches []message.Batch, answer func(outcome.Outcome)) error {
		for _, b := range batches {
			for _, d := range b.Deliveries {
				o := next(ch, d)
				o.DeliveryID = d.DeliveryID
				answer(o)
			}
		}
		return nil
	}
}

func rejected(reason outcome.Reason, retry outcome.Retry, after time.Duration) outcome.Outcome {
	return outcome.Outcome{Rejected: &outcome.Rejected{Reason: reason, Retry: retry, RetryAfter: after, Scope: outcome.ScopeSender}, Attempts: 1}
}

type setup struct {
	caps    capability.Capabilities
	senders [2]string         // of the channels first and second
	limit   *config.RateLimit // of the channel first
	options Options
}

func start(t testing.TB, s setup, sender *fakeSender) *Dispatcher {
	t.Helper()
	if s.options == (Options{}) {
		s.options = quick
	}
	if s.caps.Kinds == nil {
		s.caps.Kinds = []capability.Kind{{Kind: "text"}}
	}
	cfg := &config.Config{
		Channels: []config.Channel{{Addr: first, RateLimit: s.limit}, {Addr: second}},
		Routes: []config.Route{{Name: "all", Channels: []addr.Channel{first, second},
			FallbackOn: []outcome.Reason{outcome.ReasonVendorUnavailable, outcome.ReasonRateLimited}}},
	}
	d := New(cfg, sender, s.options)
	checker := capability.NewChecker(s.caps)
	sender.set(map[addr.Channel]catalog.Channel{first: {Checker: checker, Sender: s.senders[0]}, second: {Checker: checker, Sender: s.senders[1]}})
	t.Cleanup(d.Close)
	return d
}

func request(d *Dispatcher, n int, channel string) Request {
	return requestText(d, n, channel, "hi")
}

func requestText(d *Dispatcher, n int, channel, body string) Request {
	m := &message.Message{Type: "text", Text: &message.Text{Body: body}}
	if channel != "" {
		m.Wahost = &message.Extension{Channel: channel}
	}
	return Request{Content: d.Prepare(m), To: message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+49155%07d", n)}}
}

func TestOutcomesDecideWhatIsNext(t *testing.T) {
	t.Parallel()
	accept := outcome.Accept("v1")
	down := rejected(outcome.ReasonVendorUnavailable, outcome.RetrySafe, 0)
	for name, test := range map[string]struct {
		channel string
		script  map[addr.Channel][]outcome.Outcome // the last one repeats
		want    string
		tries   []addr.Channel
	}{
		"accepted at once":                 {"", map[addr.Channel][]outcome.Outcome{first: {accept}}, "accepted", []addr.Channel{first}},
		"down: the next channel":           {"", map[addr.Channel][]outcome.Outcome{first: {down}, second: {accept}}, "accepted", []addr.Channel{first, second}},
		"down and no next: again":          {"p.first", map[addr.Channel][]outcome.Outcome{first: {down, down, accept}}, "accepted", []addr.Channel{first, first, first}},
		"down for long: given up":          {"p.first", map[addr.Channel][]outcome.Outcome{first: {down}}, "rejected", []addr.Channel{first, first, first, first}},
		"the last channel is tried again":  {"", map[addr.Channel][]outcome.Outcome{first: {down}, second: {down, accept}}, "accepted", []addr.Channel{first, second, second}},
		"unknown is never sent again":      {"", map[addr.Channel][]outcome.Outcome{first: {outcome.NewUnknown("reset")}, second: {accept}}, "unknown", []addr.Channel{first}},
		"unknown after failover stays so":  {"", map[addr.Channel][]outcome.Outcome{first: {down}, second: {outcome.NewUnknown("reset")}}, "unknown", []addr.Channel{first, second}},
		"never: not again":                 {"p.first", map[addr.Channel][]outcome.Outcome{first: {rejected(outcome.ReasonInvalidMessage, outcome.RetryNever, 0)}}, "rejected", []addr.Channel{first}},
		"other reasons do not fail over":   {"", map[addr.Channel][]outcome.Outcome{first: {rejected(outcome.ReasonOptedOut, outcome.RetryNever, 0)}, second: {accept}}, "rejected", []addr.Channel{first}},
		"a wait beyond patience: given up": {"p.first", map[addr.Channel][]outcome.Outcome{first: {rejected(outcome.ReasonRateLimited, outcome.RetryLater, time.Hour)}}, "rejected", []addr.Channel{first}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			used := map[addr.Channel]int{}
			sender := &fakeSender{send: each(func(ch addr.Channel, _ message.Delivery) outcome.Outcome {
				mu.Lock()
				defer mu.Unlock()
				script := test.script[ch]
				o := script[min(used[ch], len(script)-1)]
				used[ch]++
				return o
			})}
			d := start(t, setup{}, sender)
			r := d.Send(t.Context(), request(d, 1, test.channel))
			require.Equal(t, test.want, r.Outcome.Word())
			var tries []addr.Channel
			for _, a := range r.Attempts {
				tries = append(tries, a.Channel)
			}
			require.Equal(t, test.tries, tries)
			require.Len(t, sender.recorded(), len(tries))
			require.Equal(t, tries[len(tries)-1], r.Channel())
		})
	}
}

// TestBothRecipients proves that the recipient that does not count is listed, and that nobody else's list changes.
func TestBothRecipients(t *testing.T) {
	t.Parallel()
	shared := []string{"text.preview_url"}
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome {
		return outcome.Outcome{Accepted: &outcome.Accepted{}, IgnoredFields: shared}
	})}
	d := start(t, setup{}, sender)
	both := &message.Message{Type: "text", To: "+4915500000001", Recipient: "US.1", Text: &message.Text{Body: "hi"}}
	to := message.Recipient{Kind: message.RecipientPhone, Address: "+4915500000001"}
	result := d.Send(t.Context(), Request{Content: d.Prepare(both), To: to})
	require.Equal(t, []string{"text.preview_url", "recipient"}, result.Outcome.IgnoredFields)
	result = d.Send(t.Context(), request(d, 1, ""))
	require.Equal(t, shared, result.Outcome.IgnoredFields)
	for _, c := range sender.recorded() {
		require.Empty(t, c.batches[0].Message.GetRecipient())
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	const wait = 80 * time.Millisecond
	var n atomic.Int32
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome {
		if n.Add(1) == 1 {
			return rejected(outcome.ReasonRateLimited, outcome.RetryLater, wait)
		}
		return outcome.Accept("v")
	})}
	d := start(t, setup{}, sender)
	r := d.Send(t.Context(), request(d, 1, "p.first"))
	require.NotNil(t, r.Outcome.Accepted)
	calls := sender.recorded()
	require.GreaterOrEqual(t, calls[1].at.Sub(calls[0].at), wait)
}

// If a vendor limits a sender, all messages of the sender pause, and go to other channels meanwhile.
func TestAPauseMovesOthersToTheNextChannel(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	sender := &fakeSender{send: each(func(ch addr.Channel, _ message.Delivery) outcome.Outcome {
		if ch == first && n.Add(1) == 1 {
			return rejected(outcome.ReasonRateLimited, outcome.RetryLater, time.Hour)
		}
		return outcome.Accept("v")
	})}
	d := start(t, setup{}, sender)
	r := d.Send(t.Context(), request(d, 1, ""))
	require.Equal(t, second, r.Channel())
	c, _ := d.Snapshot().Channel(first)
	require.NotEmpty(t, c.Unhealthy)
	r = d.Send(t.Context(), request(d, 2, ""))
	require.Len(t, r.Attempts, 1)
	require.Equal(t, second, r.Channel())
	require.Contains(t, r.Skipped[0].Detail, "the vendor asked for a pause: rate_limited")
}

// TestTheReasonOfTheNearestChannel checks that the result has the reason of the channel that came closest to carrying the
// message.
func TestTheReasonOfTheNearestChannel(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{}
	d := start(t, setup{}, sender)
	kinds := func(kinds ...string) *capability.Checker {
		c := capability.Capabilities{Limits: []message.Limit{{Kind: "text", Path: "text.body", Maximum: 3, Unit: message.UnitCharacters, Source: "test"}}}
		for _, k := range kinds {
			c.Kinds = append(c.Kinds, capability.Kind{Kind: k})
		}
		return capability.NewChecker(c)
	}
	for name, test := range map[string]struct {
		first, second catalog.Channel
		reason        outcome.Reason
		path          string
	}{
		"too long for one, no texts at the other": {catalog.Channel{Checker: kinds("image")}, catalog.Channel{Checker: kinds("text")}, outcome.ReasonInvalidMessage, "text.body"},
		"no texts at both":                        {catalog.Channel{Checker: kinds("image")}, catalog.Channel{Checker: kinds("video")}, outcome.ReasonUnsupported, "type"},
		"not well, and would carry it":            {catalog.Channel{Checker: kinds("text")}, catalog.Channel{Unhealthy: "down"}, outcome.ReasonVendorUnavailable, ""},
	} {
		sender.set(map[addr.Channel]catalog.Channel{first: test.first, second: test.second})
		r := d.Send(t.Context(), requestText(d, 1, "", "four and more"))
		require.Equal(t, test.reason, r.Outcome.Rejected.Reason, name)
		require.Equal(t, test.path, r.Outcome.Rejected.Path, name)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := start(t, setup{limit: &config.RateLimit{PerSecond: 200, Burst: 10}}, sender)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range 50 {
		wg.Add(1)
		d.Submit(t.Context(), request(d, i, "p.first"), func(Result) { wg.Done() })
	}
	wg.Wait()
	require.GreaterOrEqual(t, time.Since(begin), 190*time.Millisecond, "10 at once, then 40 at 200 each second")
}

func TestWhatWaitsTravelsTogether(t *testing.T) {
	t.Parallel()
	release, arrived := make(chan struct{}), make(chan struct{}, groupCalls)
	var blocked atomic.Int32
	accept := each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })
	sender := &fakeSender{send: func(ch addr.Channel, b []message.Batch, answer func(outcome.Outcome)) error {
		if blocked.Add(1) <= groupCalls {
			arrived <- struct{}{}
			<-release
		}
		return accept(ch, b, answer)
	}}
	d := start(t, setup{caps: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxRecipients: 1000}}, sender)
	var wg sync.WaitGroup
	wg.Add(groupCalls + 2100)
	submit := func(i int, body string) {
		d.Submit(t.Context(), requestText(d, i, "p.first", body), func(r Result) {
			if r.Outcome.Accepted == nil {
				t.Error(r.Outcome)
			}
			wg.Done()
		})
	}
	for i := range groupCalls {
		submit(9000+i, "first")
		<-arrived
	}
	for i := range 2000 {
		submit(i, "to all")
	}
	for i := range 100 {
		submit(2000+i, fmt.Sprintf("to %d only", i%2))
	}
	close(release)
	wg.Wait()
	largest, total := 0, 0
	for _, c := range sender.recorded() {
		for _, b := range c.batches {
			require.LessOrEqual(t, len(b.Deliveries), 1000)
			largest = max(largest, len(b.Deliveries))
			total += len(b.Deliveries)
			require.Empty(t, b.Message.GetWahost().GetChannel(), "what is the host's own stays with the host")
		}
	}
	require.Equal(t, groupCalls+2100, total)
	require.Equal(t, 1000, largest, "what waited goes out full")
	require.Len(t, sender.recorded(), groupCalls+3)
}

func TestFaultsOfTheCall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err    error
		answer bool // the one message was answered before
		want   string
	}{
		"nothing was attempted":        {&NotAttemptedError{Cause: errors.New("not running")}, false, "rejected"},
		"the process ended":            {errors.New("provider \"p\" ended while it was called\n  panic: out of luck"), false, "unknown"},
		"no error and no answer":       {nil, false, "unknown"},
		"an answer before the failure": {errors.New("late"), true, "accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sender := &fakeSender{send: func(_ addr.Channel, b []message.Batch, answer func(outcome.Outcome)) error {
				if test.answer {
					o := outcome.Accept("v")
					o.DeliveryID = b[0].Deliveries[0].DeliveryID
					answer(o)
					answer(o) // a second answer changes nothing
				}
				return test.err
			}}
			d := start(t, setup{options: Options{MaxAttempts: 1}}, sender)
			r := d.Send(t.Context(), request(d, 1, "p.first"))
			require.Equal(t, test.want, r.Outcome.Word())
			require.Len(t, sender.recorded(), 1)
		})
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

// Whatever the order of a provider's answers, each delivery gets its own, the first one it is given, and no other.
func TestAnswersInAnyOrder(t *testing.T) {
	t.Parallel()
	const n = 50
	for name, shuffle := range map[string]func([]message.Delivery){
		"as asked":  func([]message.Delivery) {},
		"backwards": slices.Reverse[[]message.Delivery],
		"at random": func(ds []message.Delivery) { rand.Shuffle(len(ds), func(i, j int) { ds[i], ds[j] = ds[j], ds[i] }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sender := &fakeSender{send: func(_ addr.Channel, batches []message.Batch, answer func(outcome.Outcome)) error {
				for _, b := range batches {
					ds := slices.Clone(b.Deliveries)
					shuffle(ds)
					for i, d := range ds {
						o := outcome.Accept("for " + d.To.Address)
						if o.DeliveryID = d.DeliveryID; i%20 != 19 {
							answer(o)
						}
						again := outcome.Accept("twice")
						again.DeliveryID = ds[0].DeliveryID
						answer(again)
						answer(outcome.Accept("nobody's"))
					}
				}
				return nil
			}}
			d := start(t, setup{caps: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxRecipients: 1000}}, sender)
			var (
				wg              sync.WaitGroup
				mu              sync.Mutex
				accepted, other int
			)
			wg.Add(n)
			content := request(d, 0, "p.first").Content
			for i := range n {
				to := message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+1555%07d", i)}
				d.Submit(t.Context(), Request{Content: content, To: to}, func(r Result) {
					defer wg.Done()
					mu.Lock()
					defer mu.Unlock()
					if r.Outcome.Accepted == nil {
						other++
						if r.Outcome.Unknown == nil {
							t.Errorf("a delivery without an answer is %s", r.Outcome.Word())
						}
						return
					}
					accepted++
					if r.Outcome.Accepted.ProviderMessageID != "for "+to.Address {
						t.Errorf("%s got the answer %s", to.Address, r.Outcome.Accepted.ProviderMessageID)
					}
				})
			}
			wg.Wait()
			require.Equal(t, n, accepted+other)
			require.Positive(t, accepted)
		})
	}
}

// A condition sees the recipient of the request in Send, Submit and Explain, whatever recipient the message has.
func TestConditionsSeeTheRecipient(t *testing.T) {
	t.Parallel()
	vip := message.Recipient{Kind: message.RecipientPhone, Address: "+4915550000001"}
	other := message.Recipient{Kind: message.RecipientPhone, Address: "+4915550000002"}
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := New(&config.Config{
		Channels: []config.Channel{{Addr: first}, {Addr: second}},
		Routes: []config.Route{
			{Name: "vip", Channels: []addr.Channel{first}, When: func(f *config.Facts) (bool, error) {
				to, _, _ := f.Address()
				return to == vip.Address, nil
			}},
			{Name: "rest", Channels: []addr.Channel{second}},
		},
	}, sender, quick)
	t.Cleanup(d.Close)
	checker := capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}})
	sender.set(map[addr.Channel]catalog.Channel{first: {Checker: checker}, second: {Checker: checker}})
	for name, m := range map[string]*message.Message{
		"without recipient":  {Type: "text", Text: &message.Text{Body: "hi"}},
		"to the VIP":         {Type: "text", To: vip.Address, Text: &message.Text{Body: "hi"}},
		"to somebody else":   {Type: "text", To: other.Address, Text: &message.Text{Body: "hi"}},
		"to an id of a user": {Type: "text", Recipient: "US.1", Text: &message.Text{Body: "hi"}},
	} {
		for want, to := range map[string]message.Recipient{"vip": vip, "rest": other} {
			req := Request{Content: d.Prepare(m), To: to}
			require.Equal(t, want, d.Send(t.Context(), req).Route, name)
			results := make(chan Result, 1)
			d.Submit(t.Context(), req, func(r Result) { results <- r })
			require.Equal(t, want, (<-results).Route, name)
			decision, _, err := d.Explain(m, to)
			require.NoError(t, err)
			require.Equal(t, want, decision.Route, name)
		}
	}
}

func TestNoRouteAndNoChannel(t *testing.T) {
	t.Parallel()
	d := start(t, setup{}, &fakeSender{})
	r := request(d, 1, "")
	r.Content = d.Prepare(&message.Message{Type: "image", Image: &message.Media{Link: "https://x/y"}})
	got := d.Send(t.Context(), r)
	require.Equal(t, outcome.ReasonUnsupported, got.Outcome.Rejected.Reason)
	require.Equal(t, "type", got.Outcome.Rejected.Path)
	require.Len(t, got.Skipped, 2)
	require.Empty(t, got.Attempts)

	got = d.Send(t.Context(), request(d, 1, "p.nope"))
	require.Equal(t, outcome.ReasonMisconfigured, got.Outcome.Rejected.Reason)
}

func TestIDsFitEveryVendor(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		require.Regexp(t, `^[0-9a-v]{26}$`, id)
		require.False(t, seen[id])
		seen[id] = true
	}
}
