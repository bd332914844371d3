// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"golang.org/x/time/rate"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/supervise"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

const (
	// queueLimit is how many deliveries may wait in a lane before those who bring more are made to wait: enough
	// for the largest vendor request to fill up while a few are under way.
	queueLimit = 8192
	// groupCalls is how many requests of many recipients are under way at once. Few, so that what waits gathers
	// into full ones.
	groupCalls = 4
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
	ctx     context.Context // ends when the lane is closed
	cancel  context.CancelFunc
	ended   chan struct{}
	flights sync.WaitGroup

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
	l := &lane{d: d, addr: ch.Addr, sender: sender, ended: make(chan struct{}), maxRecipients: 1, window: provider.DefaultMaxConcurrency}
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
func (l *lane) fit(caps provider.Capabilities) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.maxRecipients = max(1, caps.MaxRecipients)
	l.window = caps.MaxConcurrency
	if l.window <= 0 {
		l.window = provider.DefaultMaxConcurrency
	}
	if l.maxRecipients > 1 {
		l.window = min(l.window, groupCalls)
	}
	l.wake.Broadcast()
}

// closed says why nothing should go through the lane for now, and until when.
func (l *lane) closed() (string, time.Time) {
	if l.breaker.IsOpen() {
		l.mu.Lock()
		defer l.mu.Unlock()
		return fmt.Sprintf("closed after %d failures in a row, the last: %s", l.d.options.BreakerFailures, l.lastFailure),
			time.Now().Add(l.breaker.RemainingDelay())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.notBefore) {
		return l.silence, l.notBefore
	}
	return "", time.Time{}
}

// admits asks the breaker. While the channel is on trial, only one message at a time is let through.
func (l *lane) admits() bool { return l.breaker.IsClosed() || l.breaker.TryAcquirePermit() }

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
		go l.fly(batch)
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

// fly makes one call to the provider and answers every delivery of it exactly once.
func (l *lane) fly(batch []*delivery) {
	defer l.flights.Done()
	grouped := l.recipientsPerRequest() > 1
	if grouped {
		defer l.landed(1)
	}
	open := make(map[string]*delivery, len(batch))
	for _, dl := range batch {
		if err := dl.job.ctx.Err(); err != nil {
			l.settle(dl, notAttempted(dl.job.ctx), grouped)
			continue
		}
		open[dl.job.id] = dl
	}
	if len(open) == 0 {
		return
	}
	// Not the callers' contexts: one of them leaving must not end the others' sends.
	ctx, cancel := context.WithTimeout(context.Background(), l.d.options.SendTimeout)
	defer cancel()
	err := l.sender.Send(ctx, l.addr, group(batch, open, grouped), func(o provider.Outcome) {
		if dl, ok := open[o.DeliveryID]; ok {
			delete(open, o.DeliveryID)
			l.settle(dl, o, grouped)
		}
	})
	var before *supervise.NotAttemptedError
	for _, dl := range open {
		var o provider.Outcome
		switch {
		case errors.As(err, &before):
			o = provider.Reject(provider.ReasonVendorUnavailable, "", "%v", before)
			o.Rejected.Retry = provider.RetrySafe
		case err != nil:
			o = provider.Unsure("no answer from the provider: " + firstLine(err))
		default:
			o = provider.Unsure("the provider ended the call without an outcome for this message")
		}
		l.settle(dl, o, grouped)
	}
}

func (l *lane) recipientsPerRequest() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.maxRecipients
}

// settle records what an outcome says of the channel, frees the delivery's place and tells its job.
func (l *lane) settle(dl *delivery, o provider.Outcome, grouped bool) {
	l.record(o)
	if !grouped {
		l.landed(1)
	}
	dl.job.outcome(o)
}

// record feeds the breaker and keeps the silence that a vendor asked for. Only what says something of the channel
// counts: a bad message or recipient does not.
func (l *lane) record(o provider.Outcome) {
	failure := ""
	switch {
	case o.Unknown != nil:
		failure = o.Unknown.Cause
	case o.Rejected != nil:
		switch o.Rejected.Reason {
		case provider.ReasonVendorUnavailable, provider.ReasonUnauthenticated, provider.ReasonForbidden, provider.ReasonMisconfigured, provider.ReasonQuotaExceeded:
			failure = string(o.Rejected.Reason) + ": " + o.Rejected.Detail
		case provider.ReasonRateLimited:
			l.hush(o.Rejected)
			return
		}
	}
	if failure == "" {
		l.breaker.RecordSuccess()
		return
	}
	l.mu.Lock()
	l.lastFailure = failure
	l.mu.Unlock()
	l.breaker.RecordFailure()
}

// hush keeps the lane silent for as long as the vendor asked, where its limit is about more than one recipient.
func (l *lane) hush(r *provider.Rejected) {
	if r.RetryAfter <= 0 || r.Scope != provider.ScopeSender && r.Scope != provider.ScopeAccount {
		return
	}
	l.mu.Lock()
	if until := time.Now().Add(r.RetryAfter); until.After(l.notBefore) {
		l.notBefore, l.silence = until, "the vendor asked for silence: "+string(r.Reason)
	}
	l.mu.Unlock()
	go l.d.overlay()
}

// group puts messages of equal content together, where the vendor takes several recipients in one request.
func group(batch []*delivery, open map[string]*delivery, grouped bool) []client.Batch {
	batches := make([]client.Batch, 0, len(batch))
	byMessage := map[*message.Message]int{}
	byKey := map[string]int{}
	for _, dl := range batch {
		if _, ok := open[dl.job.id]; !ok {
			continue
		}
		to := provider.Delivery{DeliveryID: dl.job.id, To: dl.job.to}
		at, ok := byMessage[dl.message]
		if !ok && grouped {
			at, ok = byKey[dl.contentKey()]
		}
		if !ok {
			at = len(batches)
			batches = append(batches, client.Batch{Message: wire(dl.message)})
			byMessage[dl.message] = at
			if grouped {
				byKey[dl.contentKey()] = at
			}
		}
		batches[at].Deliveries = append(batches[at].Deliveries, to)
	}
	return batches
}

func (dl *delivery) contentKey() string {
	if dl.key == "" {
		dl.key = message.ContentKey(dl.message)
	}
	return dl.key
}

// wire gives the content of a message as providers get it: without recipient and without what is the host's own.
func wire(m *message.Message) *message.Message {
	if m.GetTo() == "" && m.GetRecipient() == "" && m.GetRecipientType() == "" && m.GetWahost().GetRoute() == "" && m.GetWahost().GetChannel() == "" {
		return m
	}
	out := message.Content(m)
	if out.Wahost != nil {
		out.Wahost.Route, out.Wahost.Channel = "", ""
	}
	return out
}

func firstLine(err error) string {
	text := err.Error()
	for i := range len(text) {
		if text[i] == '\n' {
			return text[:i]
		}
	}
	return text
}
