// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

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
	cfg := &config.Config{
		Channels: []config.Channel{{Addr: first, RateLimit: s.limit}, {Addr: second}},
		Routes: []config.Route{{Name: "all", Channels: []addr.Channel{first, second},
			FallbackOn: []outcome.Reason{outcome.ReasonVendorUnavailable, outcome.ReasonRateLimited}}},
	}
	return startWith(t, cfg, s, sender)
}

// startWith is start with a configuration.
func startWith(t testing.TB, cfg *config.Config, s setup, sender *fakeSender) *Dispatcher {
	t.Helper()
	if s.options == (Options{}) {
		s.options = quick
	}
	if s.caps.Kinds == nil {
		s.caps.Kinds = []capability.Kind{{Kind: "text"}}
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
