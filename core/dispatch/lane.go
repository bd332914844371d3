// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"runtime"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/message"
)

const (
	// queueLimit is how many deliveries may wait for a channel before Submit blocks. It is enough to fill the largest vendor
	// request while a few others are under way.
	queueLimit = 8192
	// groupCalls is how many calls are under way if a vendor request takes several recipients, as long as more messages could be
	// added to those that wait without a further request. It is small so that they gather into full requests.
	groupCalls = 8
	// callDeliveries limits one call to a provider. A recipient takes about 100 bytes, so that a call stays far below
	// the size limit of a gRPC message.
	callDeliveries = 4096
)

// laneKey identifies a lane: a sender, or a channel whose sender is not known.
type laneKey struct {
	sender  string
	channel addr.Channel
}

// A lane is the send queue of one sender, with its rate limit. All channels of the sender share it: what was queued first is
// handed over first, unless its channel has too much under way. Queued messages are batched, but a message is never held
// back to fill a batch.
type lane struct {
	d       *Dispatcher
	calls   sync.WaitGroup // calls under way
	loops   sync.WaitGroup // run and the call loops
	batches chan batch     // to idle call loops
	taken   []batch        // a buffer of run

	mu       sync.Mutex
	wake     sync.Cond // anything that await looks at changed
	channels []*channel
	waiting  int    // deliveries in the queues of the channels
	sequence uint64 // of the delivery that was queued last
	isShut   bool

	limiter     *rate.Limiter // nil if the sender has no rate limit
	claimed     int           // tokens of the limiter that batches will use which were not handed over yet
	timer       *time.Timer   // wakes run; nil before it is needed
	pausedUntil time.Time
	pauseReason string
}

// delivery is an attempt that waits in a lane or is under way, or a series of them.
type delivery struct {
	job      *job    // nil for a series
	series   *series // nil for a job
	channel  *channel
	id       string // of the attempt; "" for a series
	message  *message.Message
	key      string // of the content; computed when needed
	content  int    // the position of the content in the call
	sequence uint64 // the place in the lane, of a series that of its first recipient
	suspect  bool   // nothing else may be under way on the channel
}

// recipients returns how many recipients the delivery has.
func (dl *delivery) recipients() int {
	if dl.series != nil {
		return len(dl.series.deliveries)
	}
	return 1
}

// context returns the context of the callers.
func (dl *delivery) context() context.Context {
	if dl.series != nil {
		return dl.series.ctx
	}
	return dl.job.ctx
}

// batch is what travels in one call.
type batch struct {
	channel    *channel
	deliveries []*delivery
	size       int // the recipients of all deliveries
	// grouped is set if the vendor takes several recipients in one request.
	grouped bool
	// requests is how many requests the channel counts for the batch.
	requests int
	// claimed is set if the batch has claimed a token of the rate limit for each delivery.
	claimed bool
}

func newLane(d *Dispatcher) *lane {
	l := &lane{d: d, batches: make(chan batch)}
	l.wake.L = &l.mu
	return l
}

// add adds a channel to the lane. If several channels have a rate limit, the lane keeps the lowest.
func (l *lane) add(c *channel) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.channels = append(l.channels, c)
	switch {
	case c.limit == nil:
	case l.limiter == nil:
		l.limiter = rate.NewLimiter(rate.Limit(c.limit.PerSecond), capacity(c.limit))
		if l.d.options.StartEmpty {
			l.limiter.ReserveN(time.Now(), l.limiter.Burst())
		}
	default:
		l.limiter.SetLimit(min(l.limiter.Limit(), rate.Limit(c.limit.PerSecond)))
		l.limiter.SetBurst(min(l.limiter.Burst(), capacity(c.limit)))
	}
	c.lane.Store(l)
}

// submit queues a delivery. A first attempt waits while the queue of its channel is full. A later one does not wait, since
// two channels that fall back to each other would wait for ever.
func (l *lane) submit(dl *delivery, tried bool) {
	c := dl.channel
	l.mu.Lock()
	if tried && l.isShut || !tried && !l.awaitPlace(c) {
		l.mu.Unlock()
		dl.abandon(errClosed)
		return
	}
	dl.sequence = l.sequence + 1
	c.queue.push(dl)
	if dl.suspect {
		c.suspects++
	}
	l.queued(c)
	l.mu.Unlock()
}

// awaitPlace waits while the queue of a channel is full. It returns false if the lane is shut. l.mu must be held.
func (l *lane) awaitPlace(c *channel) bool {
	for c.queue.size >= queueLimit && !l.isShut {
		l.wake.Wait()
	}
	return !l.isShut
}

// queued counts a recipient that was added to the queue of a channel. l.mu must be held.
func (l *lane) queued(c *channel) {
	l.sequence++
	l.waiting++
	// With several calls under way, a message may wait until others differ from it or fill a call with it.
	if c.queue.size == 1 || c.calls >= groupCalls && c.ready() > 0 {
		l.wake.Broadcast()
	}
}

// sendNow makes the call for a delivery in the calling goroutine if the lane is idle, which saves waking two goroutines.
// It returns false and does nothing if other deliveries wait or are under way, or if this one has to wait.
func (l *lane) sendNow(dl *delivery) bool {
	c := dl.channel
	l.mu.Lock()
	if l.isShut || c.inFlight > 0 || c.calls > 0 || l.waiting > 0 || l.delay(time.Now()) > 0 {
		l.mu.Unlock()
		return false
	}
	l.calls.Add(1)
	b := batch{channel: c, deliveries: []*delivery{dl}, size: 1, requests: 1, grouped: c.grouped(), claimed: l.claim(1)}
	c.inFlight++
	if b.grouped {
		c.calls++
	}
	l.mu.Unlock()
	l.call(b)
	return true
}

// run sends what is queued, as much at once as the windows of the channels and the rate allow, until the lane is shut.
func (l *lane) run() {
	for l.await() {
		l.gather()
		l.d.view.snapshot() // adapts to new capabilities
		for _, b := range l.take() {
			select {
			case l.batches <- b:
			default:
				l.loops.Go(func() { l.callLoop(b) })
			}
		}
	}
	l.abandonQueues()
}

// await returns true when something may be handed over, and false when the lane is shut.
func (l *lane) await() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.isShut {
		if l.anyRoom() {
			delay := l.delay(time.Now())
			if delay <= 0 {
				return true
			}
			l.wakeAfter(delay)
		}
		l.wake.Wait()
	}
	return false
}

// callLoop makes a call and stays for further ones: the stack of a new goroutine would have to grow again for each call.
func (l *lane) callLoop(b batch) {
	for {
		l.call(b)
		select {
		case b = <-l.batches:
		case <-l.d.ctx.Done():
			return
		}
	}
}

// gather yields until the queue stops growing, so that concurrent callers end up in the same batch. It adds no delay
// when there is only one caller.
func (l *lane) gather() {
	for before := -1; ; {
		l.mu.Lock()
		now := l.waiting
		l.mu.Unlock()
		if now == before || now >= callDeliveries {
			return
		}
		before = now
		runtime.Gosched()
	}
}
