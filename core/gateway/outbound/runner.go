// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

const (
	// maxInFlight is how many requests to one endpoint are made at a time.
	maxInFlight = 32
	// maxWindow is how many notices are read ahead of the cursor.
	maxWindow = 1024
	// MaxDeferred is how many retries an endpoint may have before no new notices are read.
	MaxDeferred = 10_000
	// pollTime is when the log is read again although nobody said that there is something new.
	pollTime = time.Second
	// readGap is how long the log is not read again while requests are under way, so that a read finds more than one notice.
	readGap = 5 * time.Millisecond
	// advanceAfter and advanceTime bound how far the cursor stays behind. A crash repeats what is between.
	advanceAfter = 256
	advanceTime  = 100 * time.Millisecond
	// storeRetry is when something is recorded again that could not be.
	storeRetry = time.Second
)

// ErrDisabled is the error of a runner whose endpoint answered that it wants no more webhooks.
var ErrDisabled = errors.New("the endpoint answered HTTP 410, and gets no more webhooks until it is enabled again")

// Observer learns of each attempt. Its methods must not block.
type Observer interface {
	// Posted is called after an attempt. The status is 0 without an answer, and the error is nil if the endpoint took the notice.
	Posted(endpoint string, n *Notice, status int, took time.Duration, err error)
	// Trouble is called with errors of the log and of the retries.
	Trouble(endpoint string, err error)
}

// Options are the parts of a runner.
type Options struct {
	Endpoint Endpoint
	Log      Log
	Retries  Retries
	Numbers  Numbers
	// Client makes the requests: see NewClient.
	Client   *http.Client
	Observer Observer
	// Clock is SystemClock if it is nil.
	Clock Clock
	// Jitter returns a random number from 0 to 1. Nil stands for a real one.
	Jitter func() float64
}

// Runner tells one endpoint everything. Its fields belong to the goroutine of Run, except the channels.
type Runner struct {
	endpoint Endpoint
	log      Log
	retries  Retries
	numbers  Numbers
	client   *http.Client
	signer   *signer
	observer Observer
	clock    Clock
	jitter   func() float64

	woken   chan struct{}
	jobs    chan *entry
	results chan result
	ended   chan struct{}
	// posters is the number of goroutines that take jobs. There are as many as there were requests at a time: a new one for each request
	// would have to make its stack grow again.
	posters int

	queues *queues
	// window has the entries that were read from the log and that the cursor has not passed.
	window []*entry
	read   store.Position
	// pollAt is when to read the log. The zero time is now. readAt is when it was read the last time.
	pollAt, readAt time.Time
	// changes are not recorded yet, and nothing is recorded before flushAt.
	changes []Retry
	flushAt time.Time
	// advanceAt is when the cursor is to be moved, and zero if it has nothing to pass.
	advanceAt time.Time
	deferred  int
	inFlight  int
	// failures counts in a row, and nothing is posted before resumeAt.
	failures int
	resumeAt time.Time
	disabled bool
}

// NewRunner returns a runner that Run starts.
func NewRunner(o Options) *Runner {
	r := &Runner{
		endpoint: o.Endpoint, log: o.Log, retries: o.Retries, numbers: o.Numbers, client: o.Client, signer: newSigner(o.Endpoint.Secrets), observer: o.Observer, clock: o.Clock, jitter: o.Jitter,
		woken: make(chan struct{}, 1), jobs: make(chan *entry, maxInFlight), results: make(chan result, maxInFlight), ended: make(chan struct{}), queues: newQueues(),
	}
	if r.clock == nil {
		r.clock = SystemClock{}
	}
	if r.jitter == nil {
		r.jitter = rand.Float64
	}
	return r
}

// Wake tells the runner that the log has something new. It never blocks.
func (r *Runner) Wake() {
	select {
	case r.woken <- struct{}{}:
	default:
	}
}

// Run tells the endpoint everything until the context ends. Then it waits for the requests under way, records what became of them, and
// returns nil. The error is ErrDisabled if the endpoint wants no more.
func (r *Runner) Run(ctx context.Context) error {
	defer close(r.ended)
	defer close(r.jobs)
	if !r.load(ctx) {
		return nil
	}
	for !r.disabled {
		r.fill(ctx)
		r.start(ctx)
		_ = r.flush(ctx, false)
		if !r.wait(ctx) {
			break
		}
	}
	for r.inFlight > 0 {
		r.handle(<-r.results)
	}
	r.flushAt = time.Time{}
	_ = r.flush(ctx, true)
	if r.disabled {
		return ErrDisabled
	}
	return nil
}

// wait waits until there is something to do. It returns false when the context ends.
func (r *Runner) wait(ctx context.Context) bool {
	reached, stop := r.clock.At(r.wakeTime())
	defer stop()
	select {
	case <-ctx.Done():
		return false
	case <-reached:
	case <-r.woken:
		r.pollAt = time.Time{}
		if r.inFlight > 0 {
			r.pollAt = r.readAt.Add(readGap)
		}
	case result := <-r.results:
		r.handle(result)
		for more := true; more; { // what else is there is recorded together
			select {
			case result := <-r.results:
				r.handle(result)
			default:
				more = false
			}
		}
	}
	return true
}

// wakeTime returns when there is something to do if nothing happens before.
func (r *Runner) wakeTime() time.Time {
	at := r.clock.Now().Add(time.Hour)
	sooner := func(t time.Time) {
		if t.Before(at) {
			at = t
		}
	}
	if r.room() > 0 {
		sooner(r.pollAt)
	}
	switch {
	case len(r.changes) > 0:
		sooner(r.flushAt)
	case r.passed() > 0:
		sooner(later(r.flushAt, r.advanceAt))
	}
	if r.clock.Now().Before(r.resumeAt) {
		sooner(r.resumeAt)
	}
	if q := r.queues.next(); q != nil && r.inFlight < r.limit() {
		sooner(later(q.head().due, r.resumeAt))
	}
	return at
}

// poster makes one request after the other until the runner ends.
func (r *Runner) poster(ctx context.Context) {
	for e := range r.jobs {
		r.results <- r.post(ctx, e)
	}
}

// start posts what is due.
func (r *Runner) start(ctx context.Context) {
	now := r.clock.Now()
	for r.inFlight < r.limit() && !now.Before(r.resumeAt) {
		q := r.queues.next()
		if q == nil || now.Before(q.head().due) {
			return
		}
		q.sending = true
		r.queues.fix(q)
		if r.inFlight++; r.inFlight > r.posters {
			r.posters++
			// A request under way is not broken off when the gateway stops: the endpoint may have taken it.
			go r.poster(context.WithoutCancel(ctx))
		}
		r.jobs <- q.head()
	}
}
