// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package dispatch sends messages: it asks for a route, gives the message to a channel at the pace that the channel
// allows, and decides from the outcome whether to try again, to try the next channel, or to stop. What may have
// reached a vendor is never sent again.
package dispatch

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Sender carries batches to a channel. *supervise.Pool is one.
type Sender interface {
	// Send makes one call to the channel's provider and calls answer with each outcome as soon as it is known. The
	// error is a *NotAttemptedError if it is certain that nothing of the call was given to the vendor.
	Send(ctx context.Context, ch addr.Channel, batches []message.Batch, answer func(outcome.Outcome)) error
}

// NotAttemptedError is what a Sender returns if nothing of a call was given to the vendor.
type NotAttemptedError struct {
	// Cause is the reason.
	Cause error
}

// Error returns the text of the cause, after "not attempted".
func (e *NotAttemptedError) Error() string { return "not attempted: " + e.Cause.Error() }

// Unwrap returns the cause.
func (e *NotAttemptedError) Unwrap() error { return e.Cause }

// Options tune a dispatcher. Zero fields get the values of DefaultOptions.
type Options struct {
	// MaxAttempts bounds the vendor requests for one message over all channels.
	MaxAttempts int
	// FirstBackoff is the pause before the second attempt on one channel; it doubles, with jitter, up to MaxBackoff.
	FirstBackoff, MaxBackoff time.Duration
	// MaxWait is the longest time that one message waits for a vendor that named a time or for a channel that is
	// not fit; a longer one ends with the rejection.
	MaxWait time.Duration
	// SendTimeout bounds one vendor request.
	SendTimeout time.Duration
	// BreakerFailures in a row close a channel to traffic for BreakerPause.
	BreakerFailures int
	BreakerPause    time.Duration
}

// DefaultOptions is what production uses.
var DefaultOptions = Options{
	MaxAttempts: 4, FirstBackoff: 250 * time.Millisecond, MaxBackoff: 10 * time.Second, MaxWait: 30 * time.Second,
	SendTimeout: time.Minute, BreakerFailures: 5, BreakerPause: 10 * time.Second,
}

func (o Options) complete() Options {
	d := DefaultOptions
	return Options{
		MaxAttempts:     cmp.Or(o.MaxAttempts, d.MaxAttempts),
		FirstBackoff:    cmp.Or(o.FirstBackoff, d.FirstBackoff),
		MaxBackoff:      cmp.Or(o.MaxBackoff, d.MaxBackoff),
		MaxWait:         cmp.Or(o.MaxWait, d.MaxWait),
		SendTimeout:     cmp.Or(o.SendTimeout, d.SendTimeout),
		BreakerFailures: cmp.Or(o.BreakerFailures, d.BreakerFailures),
		BreakerPause:    cmp.Or(o.BreakerPause, d.BreakerPause),
	}
}

// Dispatcher sends messages. It is safe for concurrent use; Close it when done.
type Dispatcher struct {
	table    *route.Table
	options  Options
	snapshot atomic.Pointer[catalog.Snapshot] // of the pool
	overlaid atomic.Pointer[catalog.Snapshot] // with what the lanes know
	mu       sync.Mutex                       // orders overlays
	lanes    map[addr.Channel]*lane
	plans    sync.Pool
}

// New makes a dispatcher for a configuration. SetSnapshot must be called before the first send.
func New(cfg *config.Config, sender Sender, options Options) *Dispatcher {
	d := &Dispatcher{
		table: route.NewTable(cfg.Routes, cfg.TemplateSet()), options: options.complete(), lanes: map[addr.Channel]*lane{},
		plans: sync.Pool{New: func() any { return new(route.Decision) }},
	}
	for _, ch := range cfg.Channels {
		d.lanes[ch.Addr] = newLane(d, ch, sender)
	}
	return d
}

// Table gives the routes, for explanations.
func (d *Dispatcher) Table() *route.Table { return d.table }

// Snapshot gives the state of the channels as routing sees it now.
func (d *Dispatcher) Snapshot() *catalog.Snapshot { return d.overlaid.Load() }

// SetSnapshot takes a new state of the channels from the pool.
func (d *Dispatcher) SetSnapshot(s *catalog.Snapshot) {
	d.snapshot.Store(s)
	d.overlay()
}

// overlay adds to the pool's snapshot which channels the lanes have closed for a while.
func (d *Dispatcher) overlay() {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.snapshot.Load()
	for a, l := range d.lanes {
		c, ok := s.Channel(a)
		if !ok {
			continue
		}
		if c.Checker != nil {
			l.fit(c.Checker.Capabilities())
		}
		if why, until := l.closed(); why != "" && c.Unhealthy == "" {
			c.Unhealthy, c.Until = why, until
			s = s.With(a, c)
		}
	}
	d.overlaid.Store(s)
}

// Close answers what still waits as not attempted and ends. Sends under way are waited for.
func (d *Dispatcher) Close() {
	for _, l := range d.lanes {
		l.close()
	}
}

// Content is a message made ready to be sent to any number of recipients, by Dispatcher.Prepare.
type Content struct {
	routed  *route.Content
	problem error // why nobody can get it
}

// Prepare makes a message ready to be sent, with the work that is the same for all its recipients. The message must
// not be changed afterwards; a recipient in it does not count. One that does not fit its logical template is rejected
// when it is sent.
func (d *Dispatcher) Prepare(m *message.Message) *Content {
	routed, err := d.table.NewContent(m)
	return &Content{routed: routed, problem: err}
}

// Request is one message to one recipient.
type Request struct {
	// ID is the message id; NewID gives one where empty.
	ID      string
	Content *Content
	To      message.Recipient
}

// NewID gives a message id: 32 characters of [0-9a-f], growing with time, of which 80 bits are random.
func NewID() string { return newID(time.Now()) }

func newID(now time.Time) string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], uint64(now.UnixMilli())<<16|rand.Uint64()>>48)
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	var text [32]byte
	hex.Encode(text[:], id[:])
	return string(text[:])
}

// Attempt is one try on one channel.
type Attempt struct {
	Channel addr.Channel
	Outcome outcome.Outcome
}

// Result says what became of a message.
type Result struct {
	ID string
	To message.Recipient
	// Route is empty where none matched or the message named its channel.
	Route string
	// Outcome is that of the last attempt, or the host's own rejection where there was none.
	Outcome outcome.Outcome
	// Attempts are all tries, in order.
	Attempts []Attempt
	// Skipped are the channels that could not be used, and why.
	Skipped []route.Skip
}

// Channel is the channel of the last attempt; zero where there was none.
func (r Result) Channel() addr.Channel {
	if len(r.Attempts) == 0 {
		return addr.Channel{}
	}
	return r.Attempts[len(r.Attempts)-1].Channel
}

// Send sends one message and waits for its result. When the context ends first, a message that was not given to a
// provider yet is not attempted; one that was is waited for, since only its outcome is the truth.
func (d *Dispatcher) Send(ctx context.Context, req Request) Result {
	done := make(chan Result, 1)
	d.submit(ctx, req, true, func(r Result) { done <- r })
	return <-done
}

// Submit starts to send one message and calls done once with its result, from any goroutine and soon: done must not
// block. It blocks while the message's channel has too much waiting already, so that a fast caller is slowed down.
func (d *Dispatcher) Submit(ctx context.Context, req Request, done func(Result)) {
	d.submit(ctx, req, false, done)
}

func (d *Dispatcher) submit(ctx context.Context, req Request, inline bool, done func(Result)) {
	now := time.Now()
	if req.ID == "" {
		req.ID = newID(now)
	}
	j, _ := jobs.Get().(*job)
	j.d, j.ctx, j.id, j.done, j.inline = d, ctx, req.ID, done, inline
	j.facts.To = req.To
	if err := req.Content.problem; err != nil {
		j.finish(invalid(err))
		return
	}
	j.facts = req.Content.routed.For(req.To, now, rand.Uint64())
	j.start()
}

// Explain decides where a message would go now, without sending it. The error is a *message.InvalidError.
func (d *Dispatcher) Explain(m *message.Message, to message.Recipient) (route.Decision, []route.Miss, error) {
	content, err := d.table.NewContent(m)
	if err != nil {
		return route.Decision{}, nil, err
	}
	facts := content.For(to, time.Now(), rand.Uint64())
	var decision route.Decision
	d.table.Choose(&facts, d.Snapshot(), &decision)
	return decision, d.table.Misses(&facts, decision.Route), nil
}
