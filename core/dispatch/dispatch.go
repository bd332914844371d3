// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package dispatch sends messages. For each message it asks for a route, gives the message to a channel at the rate
// that its sender allows, and decides from the outcome whether to try again, to try the next channel, or to stop. A
// message that may have reached a vendor is never sent again.
package dispatch

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
)

// Dispatcher sends messages. It is safe for concurrent use. It must be closed.
type Dispatcher struct {
	table   *route.Table
	options Options
	sender  Sender
	// channels never changes. Its channels join the lanes of their senders when they are open.
	channels map[addr.Channel]*channel
	view     *view
	jobs     *gate
	ctx      context.Context // ends when the dispatcher is closed
	cancel   context.CancelCauseFunc
	plans    sync.Pool // of *route.Decision
	recorder atomic.Pointer[Recorder]
	// undecided counts conditions that could not be decided.
	undecided undecidedCounts

	mu     sync.Mutex
	lanes  map[laneKey]*lane
	closed bool
}

// errClosed is the reason that messages are not attempted once the dispatcher is closed.
var errClosed = errors.New("the dispatcher is closed")

// New returns a dispatcher for the channels and routes of a configuration. It uses the state of the channels that the
// providers tell at the time of each decision.
func New(cfg *config.Config, providers Providers, options Options) *Dispatcher {
	d := &Dispatcher{
		table: route.NewTable(cfg.Routes, cfg.TemplateSet(), options.VendorOptions), options: options.complete(), sender: providers,
		channels: make(map[addr.Channel]*channel, len(cfg.Channels)), lanes: map[laneKey]*lane{}, jobs: newGate(),
		plans: sync.Pool{New: func() any { return new(route.Decision) }},
	}
	d.ctx, d.cancel = context.WithCancelCause(context.Background())
	d.view = &view{source: providers, channels: d.channels}
	for _, ch := range cfg.Channels {
		d.channels[ch.Addr] = newChannel(d, ch)
	}
	return d
}

// Snapshot returns the state of the channels as routing sees it now.
func (d *Dispatcher) Snapshot() *catalog.Snapshot { return d.view.snapshot() }

// Close ends all messages that wait, whether in a queue, for a retry or for a channel, and waits for the calls that are
// under way. A message that is ended has the outcome of its last attempt, or is not attempted if no attempt was made. When
// Close returns, every result has been delivered. It may be called again.
func (d *Dispatcher) Close() {
	d.jobs.shut()
	d.cancel(errClosed)
	d.mu.Lock()
	d.closed = true
	lanes := slices.Collect(maps.Values(d.lanes))
	d.mu.Unlock()
	for _, l := range lanes {
		l.shut()
	}
	for _, l := range lanes {
		l.wait()
	}
	d.jobs.wait()
}

// lane makes a channel join the lane of its sender, and returns the lane. The first channel of a sender makes it. A channel
// without a sender has a lane of its own.
func (d *Dispatcher) lane(c *channel, sender string) *lane {
	key := laneKey{sender: sender}
	if sender == "" {
		key.channel = c.addr
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lanes[key]
	if l == nil {
		l = newLane(d)
		d.lanes[key] = l
		if l.isShut = d.closed; !l.isShut {
			l.loops.Go(l.run)
		}
	}
	l.add(c)
	return l
}

// Prepare makes a message ready to be sent, doing the work that is the same for all its recipients. The message must
// not be changed afterwards; a recipient in it is ignored. A message that does not fit its logical template is rejected
// when it is sent.
//
// Where a message has both to and recipient, to decides, as in the Cloud API. Its results list recipient as ignored.
func (d *Dispatcher) Prepare(m *message.Message) *Content {
	routed, err := d.table.NewContent(m)
	content := &Content{routed: routed, invalid: err}
	if m.GetTo() != "" && m.GetRecipient() != "" {
		content.ignored = []string{"recipient"}
	}
	return content
}

// Send sends one message and returns its result. If the lane of the sender is idle, the calling goroutine makes the
// call to the provider itself, which is the fastest way for a single message. If the context ends first, a message that
// was not given to a provider is not attempted; otherwise Send waits for the outcome, which alone is the truth.
func (d *Dispatcher) Send(ctx context.Context, req Request) Result {
	w, _ := waiters.Get().(*waiter)
	defer waiters.Put(w)
	d.submit(ctx, req, true, w.done)
	return <-w.result
}

// waiters keeps what waits for the result of one message, since the room for a result is large.
var waiters = sync.Pool{New: func() any {
	w := &waiter{result: make(chan Result, 1)}
	w.done = func(r Result) { w.result <- r }
	return w
}}

type waiter struct {
	result chan Result
	done   func(Result)
}

// Submit starts to send one message and calls done once with the result, from any goroutine; done must not block and
// must not call Close. Submit blocks while too many messages wait for the channel.
func (d *Dispatcher) Submit(ctx context.Context, req Request, done func(Result)) {
	d.submit(ctx, req, false, done)
}

func (d *Dispatcher) submit(ctx context.Context, req Request, inline bool, done func(Result)) {
	isIn := d.jobs.enter()
	var plan *route.Decision // if it was made already
	if isIn && !inline {
		var joined bool
		if joined, plan = d.join(ctx, &req, done); joined {
			return
		}
	}
	now := time.Now()
	var attempt string
	if req.ID == "" {
		req.ID, attempt = newIDs(now)
	}
	if !isIn {
		o := notAttempted(errClosed)
		o.DeliveryID = req.ID
		done(Result{ID: req.ID, To: req.To, Outcome: o})
		return
	}
	j, _ := jobs.Get().(*job)
	j.d, j.ctx, j.id, j.firstID, j.done, j.inline = d, ctx, req.ID, attempt, done, inline
	j.made = req.Attempts
	j.facts.To, j.ignored = req.To, req.Content.ignored
	if err := req.Content.invalid; err != nil {
		j.finish(invalid(err))
		return
	}
	j.facts = req.Content.routed.For(req.To, now, rand.Uint64())
	if plan == nil {
		plan = j.choose()
	}
	j.start(plan)
}
