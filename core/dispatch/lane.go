// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"golang.org/x/time/rate"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

const (
	// queueLimit is how many deliveries may wait in a lane before Submit blocks. It is enough to fill the largest vendor
	// request while a few others are under way.
	queueLimit = 8192
	// groupCalls is how many calls are under way at once if a vendor request takes several recipients. It is small so
	// that waiting messages gather into full requests.
	groupCalls = 8
	// callDeliveries limits one call to a provider. A recipient takes about 100 bytes, so that a call stays far below
	// the size limit of a gRPC message.
	callDeliveries = 4096
)

// A lane is the send queue of one channel, with its rate limit and its breaker. Queued messages are batched, but a
// message is never held back to fill a batch.
type lane struct {
	d       *Dispatcher
	addr    addr.Channel
	sender  Sender
	limiter *rate.Limiter // nil if the channel has no rate limit
	breaker circuitbreaker.CircuitBreaker[any]
	// failures counts the failures that the breaker was told of; failuresRecovered is its value when the breaker last
	// closed.
	failures, failuresRecovered atomic.Uint64
	calls                       sync.WaitGroup // calls under way
	loops                       sync.WaitGroup // run and the call loops
	batches                     chan batch     // to idle call loops

	mu            sync.Mutex
	wake          sync.Cond // the queue, inFlight, window or isShut changed
	queue         []*delivery
	inFlight      int // deliveries, or calls if the vendor takes groups
	maxRecipients int
	window        int // the limit of inFlight
	isShut        bool
	pausedUntil   time.Time
	pauseReason   string
	lastFailure   string
}

// delivery is an attempt that waits in a lane or is under way.
type delivery struct {
	job     *job
	id      string // of the attempt
	message *message.Message
	key     string // of the content; computed when needed
}

// batch is what travels in one call.
type batch struct {
	deliveries []*delivery
	// grouped is set if the vendor takes several recipients in one request.
	grouped bool
}

func newLane(d *Dispatcher, ch config.Channel, sender Sender) *lane {
	l := &lane{d: d, addr: ch.Addr, sender: sender, batches: make(chan batch), maxRecipients: 1, window: capability.DefaultMaxConcurrency}
	l.wake.L = &l.mu
	if ch.RateLimit != nil {
		l.limiter = rate.NewLimiter(rate.Limit(ch.RateLimit.PerSecond), ch.RateLimit.Burst)
	}
	l.breaker = circuitbreaker.NewBuilder[any]().
		WithFailureThreshold(uint(d.options.BreakerFailures)).
		WithDelay(d.options.BreakerPause).
		OnStateChanged(func(circuitbreaker.StateChangedEvent) { d.view.changes.Add(1) }).
		Build()
	l.loops.Go(l.run)
	return l
}

// adapt takes new capabilities of the channel.
func (l *lane) adapt(caps capability.Capabilities) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.maxRecipients = max(1, caps.MaxRecipients)
	l.window = caps.MaxConcurrency
	if l.window <= 0 {
		l.window = capability.DefaultMaxConcurrency
	}
	if l.maxRecipients > 1 {
		l.window = min(l.window, groupCalls)
	}
	l.wake.Broadcast()
}

// submit queues a delivery. A first attempt waits while the queue is full. A later one does not wait, since two lanes
// that fall back to each other would wait for ever.
func (l *lane) submit(dl *delivery, tried bool) {
	l.mu.Lock()
	for len(l.queue) >= queueLimit && !l.isShut && !tried {
		l.wake.Wait()
	}
	if l.isShut {
		l.mu.Unlock()
		l.abandon(dl, errClosed)
		return
	}
	l.queue = append(l.queue, dl)
	if len(l.queue) == 1 {
		l.wake.Broadcast()
	}
	l.mu.Unlock()
}

// sendNow makes the call for a delivery in the calling goroutine if the lane is idle, which saves waking two goroutines.
// It returns false and does nothing if other deliveries wait or are under way, or if this one has to wait.
func (l *lane) sendNow(dl *delivery) bool {
	l.mu.Lock()
	if l.isShut || l.inFlight > 0 || len(l.queue) > 0 || time.Now().Before(l.pausedUntil) || l.limiter != nil && !l.limiter.Allow() {
		l.mu.Unlock()
		return false
	}
	l.inFlight++
	l.calls.Add(1)
	grouped := l.maxRecipients > 1
	l.mu.Unlock()
	l.call(batch{deliveries: []*delivery{dl}, grouped: grouped})
	return true
}

// shut makes the lane take nothing more and end what is queued. The context of the dispatcher must have ended.
func (l *lane) shut() {
	l.mu.Lock()
	l.isShut = true
	l.wake.Broadcast()
	l.mu.Unlock()
}

// wait returns when the lane was shut and its calls have ended.
func (l *lane) wait() {
	l.loops.Wait()
	l.calls.Wait()
}

// run sends what is queued, as much at once as the window and the rate allow, until the lane is shut.
func (l *lane) run() {
	for {
		l.mu.Lock()
		for !l.isShut && (len(l.queue) == 0 || l.inFlight >= l.window) {
			l.wake.Wait()
		}
		shut := l.isShut
		l.mu.Unlock()
		if shut {
			l.abandonQueue()
			return
		}
		l.gather()
		if !l.pace() {
			continue
		}
		l.d.view.snapshot() // adapts to new capabilities
		b := l.take()
		if len(b.deliveries) == 0 {
			continue
		}
		l.calls.Add(1)
		select {
		case l.batches <- b:
		default:
			l.loops.Go(func() { l.callLoop(b) })
		}
	}
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
		now := len(l.queue)
		l.mu.Unlock()
		if now == before || now >= callDeliveries {
			return
		}
		before = now
		runtime.Gosched()
	}
}

// pace waits until the channel may send one message. It returns false if the dispatcher was closed meanwhile.
func (l *lane) pace() bool {
	l.mu.Lock()
	pause := time.Until(l.pausedUntil)
	l.mu.Unlock()
	if pause > 0 && sleep(context.Background(), l.d.ctx, pause) != nil {
		return false
	}
	return l.limiter == nil || l.limiter.Wait(l.d.ctx) == nil
}

// take removes from the queue what may be sent now. pace has taken a token of the rate limit for the first message;
// each further message takes its own.
func (l *lane) take() batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	grouped := l.maxRecipients > 1
	room := l.window - l.inFlight
	if grouped {
		room = l.maxRecipients
	}
	n := min(len(l.queue), room, callDeliveries)
	if l.limiter != nil {
		allowed := min(n, 1)
		for allowed < n && l.limiter.Allow() {
			allowed++
		}
		n = allowed
	}
	if n <= 0 {
		return batch{}
	}
	full := len(l.queue) >= queueLimit
	b := batch{deliveries: append([]*delivery(nil), l.queue[:n]...), grouped: grouped}
	clear(l.queue[:n])
	l.queue = l.queue[n:]
	if len(l.queue) == 0 {
		l.queue = nil
	}
	if grouped {
		l.inFlight++
	} else {
		l.inFlight += n
	}
	if full {
		l.wake.Broadcast()
	}
	return b
}

// finish makes room for n further deliveries, or calls if the vendor takes groups.
func (l *lane) finish(n int) {
	l.mu.Lock()
	l.inFlight -= n
	l.wake.Broadcast()
	l.mu.Unlock()
}

// abandonQueue ends what is queued without attempting it.
func (l *lane) abandonQueue() {
	l.mu.Lock()
	queue := l.queue
	l.queue = nil
	l.mu.Unlock()
	for _, dl := range queue {
		l.abandon(dl, errClosed)
	}
}

// abandon ends a delivery without attempting it.
func (l *lane) abandon(dl *delivery, reason error) {
	l.recordCancelled()
	dl.job.abandon(reason)
}
