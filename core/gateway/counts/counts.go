// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package counts keeps the numbers of messages that take long to count. A store with millions of messages needs a good part of a second for
// some of them, and several people may look at them at the same time.
package counts

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

const (
	// slow is what a count takes that is worth keeping. Others are made each time.
	slow = 50 * time.Millisecond
	// worth is for how many times of what it took a count is as good as a new one, but not for longer than good. stale is when it is too old to
	// be returned while another one is made.
	worth, good, stale = 50, 30 * time.Second, time.Minute
	// limit bounds the time of a count.
	limit = 30 * time.Second
	// most is how many counts are kept. There is one for each set of senders that keys may see.
	most = 100
)

// Source counts messages. A store.Store is one.
type Source interface {
	Counts(ctx context.Context) (map[store.State]int, error)
	Troubles(ctx context.Context, senders []string, n int) ([]store.TroubleCount, error)
	Backlog(ctx context.Context) ([]store.Waiting, error)
}

// Counts counts messages, or returns what was counted a while before: a count that took a time d of more than 50 ms is returned
// for 50·d, at most 30 seconds, and then for up to a minute while a new one is made. Its methods are safe for concurrent use, and return when the messages were counted. What they
// return must not be changed.
type Counts struct {
	source Source
	ctx    context.Context //nolint:containedctx // that of all counts
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	// life counts the calls of Forget.
	life int
	kept map[string]*kept
}

// kept is the last result of a count.
type kept struct {
	value any
	at    time.Time
	took  time.Duration
	// making is the count that is under way, or nil.
	making *making
}

// making is a count that is under way. Its result may be read when done is closed.
type making struct {
	done  chan struct{}
	value any
	at    time.Time
	err   error
}

// New returns counts of a source. They must be closed.
func New(source Source) *Counts {
	c := &Counts{source: source, kept: map[string]*kept{}}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Close ends counts that are under way, and waits for them.
func (c *Counts) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.work.Wait()
}

// Forget lets the next caller of each method get a new count, because messages were changed.
func (c *Counts) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.life++
	clear(c.kept)
}

// States returns the number of messages in each state but store.StateAccepted.
func (c *Counts) States(ctx context.Context) (map[store.State]int, time.Time, error) {
	return get(ctx, c, "states", c.source.Counts)
}

// Backlog is like that of store.Admin.
func (c *Counts) Backlog(ctx context.Context) ([]store.Waiting, time.Time, error) {
	return get(ctx, c, "backlog", c.source.Backlog)
}

// Troubles is like that of store.Admin.
func (c *Counts) Troubles(ctx context.Context, senders []string, n int) ([]store.TroubleCount, time.Time, error) {
	return get(ctx, c, fmt.Sprintf("%d %q", n, senders), func(ctx context.Context) ([]store.TroubleCount, error) { return c.source.Troubles(ctx, senders, n) })
}

func get[T any](ctx context.Context, c *Counts, key string, count func(context.Context) (T, error)) (value T, at time.Time, err error) {
	m, k := c.find(key, func(ctx context.Context) (any, error) { return count(ctx) })
	if m == nil {
		value, _ = k.value.(T)
		return value, k.at, nil
	}
	select {
	case <-m.done:
		value, _ = m.value.(T)
		return value, m.at, m.err
	case <-ctx.Done():
		return value, at, context.Cause(ctx)
	}
}

// find returns a count that is good enough, or else one that is under way.
func (c *Counts) find(key string, count func(context.Context) (any, error)) (*making, kept) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.kept[key]
	if k == nil {
		if len(c.kept) >= most {
			clear(c.kept)
		}
		k = &kept{}
		c.kept[key] = k
	}
	age := time.Since(k.at)
	if k.took > slow && age < min(worth*k.took, good) {
		return nil, *k
	}
	if k.making == nil {
		k.making = c.begin(k, count)
	}
	if k.took > slow && age < stale {
		return nil, *k
	}
	return k.making, kept{}
}

// begin makes a count. c.mu must be held.
func (c *Counts) begin(k *kept, count func(context.Context) (any, error)) *making {
	m := &making{done: make(chan struct{}), err: store.ErrClosed}
	if c.closed {
		close(m.done)
		return m
	}
	life := c.life
	c.work.Go(func() {
		ctx, cancel := context.WithTimeout(c.ctx, limit)
		defer cancel()
		m.at = time.Now()
		m.value, m.err = count(ctx)
		took := time.Since(m.at)
		c.mu.Lock()
		defer c.mu.Unlock()
		k.making = nil
		if m.err == nil && life == c.life {
			k.value, k.at, k.took = m.value, m.at, took
		}
		close(m.done)
	})
	return m
}
