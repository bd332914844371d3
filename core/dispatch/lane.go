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
	// queueLimit is how many deliveries may wait in a lane before those who bring more are made to wait: enough
	// for the largest vendor request to fill up while a few are under way.
	queueLimit = 8192
	// groupCalls is how many requests of many recipients are under way at once. Few, so that what waits gathers
	// into full ones.
	groupCalls = 8
	// callDeliveries bounds one call to a provider: about 100 bytes for each recipient, far below the limit of a
	// gRPC message.
	callDeliveries = 4096
)

// lane is the way to one channel: a queue, the channel's pace, its breaker, and what is under way. Under load what
// waits travels together; nothing ever waits to be joined by others.
type lane struct {
	d       *Dispatcher
	addr    addr.Channel
	sender  Sender
	limiter *rate.Limiter // nil where the channel has no limit
	breaker circuitbreaker.CircuitBreaker[any]
	// How many failures the breaker was told of, and how many of them a success has made up for.
	failures, forgiven atomic.Uint64
	ctx                context.Context // ends when the lane is closed
	cancel             context.CancelFunc
	ended              chan struct{}
	flights            sync.WaitGroup
	batches            chan []*delivery // to flyers that rest
	flyers             sync.WaitGroup

	mu            sync.Mutex
	wake          sync.Cond // the queue or what is under way changed
	queue         []*delivery
	inFlight      int // deliveries, or calls where the vendor takes groups
	maxRecipients int
	window        int
	isClosed      bool
	notBefore     time.Time // the vendor asked for silence until then
	silence       string
	lastFailure   string
}

// delivery is an attempt that waits in a lane or is under way.
type delivery struct {
	job     *job
	message *message.Message
	key     string // of the content; computed when needed
}

func newLane(d *Dispatcher, ch config.Channel, sender Sender) *lane {
	l := &lane{d: d, addr: ch.Addr, sender: sender, ended: make(chan struct{}), batches: make(chan []*delivery), maxRecipients: 1, window: capability.DefaultMaxConcurrency}
	l.wake.L = &l.mu
	l.ctx, l.cancel = context.WithCancel(context.Background())
	if ch.RateLimit != nil {
		l.limiter = rate.NewLimiter(rate.Limit(ch.RateLimit.PerSecond), ch.RateLimit.Burst)
	}
	l.breaker = circuitbreaker.NewBuilder[any]().
		WithFailureThreshold(uint(d.options.BreakerFailures)).
		WithDelay(d.options.BreakerPause).
		OnStateChanged(func(circuitbreaker.StateChangedEvent) { go d.overlay() }).
		Build()
	go l.run()
	return l
}

// fit adapts to what the channel can carry.
func (l *lane) fit(caps capability.Capabilities) {
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

// submit queues a delivery. A new one waits while the queue is full; one that was tried before does not, since
// lanes that failed over to each other would wait for ever.
func (l *lane) submit(dl *delivery, tried bool) {
	l.mu.Lock()
	for len(l.queue) >= queueLimit && !l.isClosed && !tried {
		l.wake.Wait()
	}
	if l.isClosed {
		l.mu.Unlock()
		dl.job.outcome(notAttempted(l.ctx))
		return
	}
	l.queue = append(l.queue, dl)
	if len(l.queue) == 1 {
		l.wake.Broadcast()
	}
	l.mu.Unlock()
}

// sendNow sends a delivery from the goroutine that brings it, where the lane is idle: two goroutines less to wake. It
// is false where others are under way, with which the delivery may travel, or where it has to wait.
func (l *lane) sendNow(dl *delivery) bool {
	l.mu.Lock()
	if l.isClosed || l.inFlight > 0 || len(l.queue) > 0 || time.Now().Before(l.notBefore) || l.limiter != nil && !l.limiter.Allow() {
		l.mu.Unlock()
		return false
	}
	l.inFlight++
	l.flights.Add(1)
	l.mu.Unlock()
	l.fly([]*delivery{dl})
	return true
}

func (l *lane) close() {
	l.mu.Lock()
	l.isClosed = true
	l.wake.Broadcast()
	l.mu.Unlock()
	l.cancel()
	<-l.ended
	l.flights.Wait()
	l.flyers.Wait()
}

// run takes what waits and sends it, as much at once as the window and the pace allow.
func (l *lane) run() {
	defer close(l.ended)
	for {
		l.mu.Lock()
		for !l.isClosed && (len(l.queue) == 0 || l.inFlight >= l.window) {
			l.wake.Wait()
		}
		closed := l.isClosed
		l.mu.Unlock()
		if closed {
			l.abandon()
			return
		}
		l.gather()
		if !l.pace() {
			continue
		}
		batch := l.take()
		if len(batch) == 0 {
			continue
		}
		l.flights.Add(1)
		select {
		case l.batches <- batch:
		default:
			l.flyers.Go(func() { l.keepFlying(batch) })
		}
	}
}

// keepFlying makes a call and stays for the next ones: a fresh goroutine's stack would grow anew for each.
func (l *lane) keepFlying(batch []*delivery) {
	for {
		l.fly(batch)
		select {
		case batch = <-l.batches:
		case <-l.ctx.Done():
			return
		}
	}
}

// gather lets others that are about to bring a message do so first, so that it travels along. There is no timer, and
// nothing is lost where there are none: it ends as soon as nobody brought one.
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

func (l *lane) abandon() {
	l.mu.Lock()
	queue := l.queue
	l.queue = nil
	l.mu.Unlock()
	for _, dl := range queue {
		dl.job.outcome(notAttempted(l.ctx))
	}
}

// pace waits until the channel may send one message; false means that the lane was closed meanwhile.
func (l *lane) pace() bool {
	l.mu.Lock()
	silence := time.Until(l.notBefore)
	l.mu.Unlock()
	if silence > 0 && !sleep(l.ctx, silence) {
		return false
	}
	return l.limiter == nil || l.limiter.Wait(l.ctx) == nil
}

// take removes from the queue what may be sent now. The first message has its token already; each further one needs
// one of its own.
func (l *lane) take() []*delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	room := l.window - l.inFlight
	if l.maxRecipients > 1 {
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
		return nil
	}
	full := len(l.queue) >= queueLimit
	batch := append([]*delivery(nil), l.queue[:n]...)
	clear(l.queue[:n])
	l.queue = l.queue[n:]
	if len(l.queue) == 0 {
		l.queue = nil
	}
	if l.maxRecipients > 1 {
		l.inFlight++
	} else {
		l.inFlight += n
	}
	if full {
		l.wake.Broadcast()
	}
	return batch
}

func (l *lane) landed(n int) {
	l.mu.Lock()
	l.inFlight -= n
	l.wake.Broadcast()
	l.mu.Unlock()
}
