// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"sync"
)

// ErrClosed is the error of a method of a store that was closed.
var ErrClosed = errors.New("the store is closed")

// ErrUnavailable is the error of a method that could not reach the database. It is not known whether anything was changed.
var ErrUnavailable = errors.New("the database cannot be reached")

const (
	// groupMessages and groupBytes bound one commit, so that nobody waits long for it.
	groupMessages = 512
	groupBytes    = 1 << 20
)

// Op is a change that is committed together with others. Commits are made by a Group.
type Op[Tx any] struct {
	// Apply makes the change. It is called again, in a transaction of its own, if a change of the same transaction failed, so it
	// must set its results anew each time.
	Apply func(Tx) error
	// Repeat makes the change once more when a database has failed over that may have lost it. It sets no results, since they were returned,
	// and does not ask for the epoch. It is nil for changes that need not be made again.
	Repeat func(Tx) error
	// Messages and Bytes are the size of the change.
	Messages, Bytes int
}

// Group commits changes of concurrent callers together: while a transaction is committed, the next changes gather. It adds no
// delay. A change that fails does not fail the others. Drivers have a Group for each connection that writes.
type Group[Tx any] struct {
	// commit runs all changes in one transaction and returns when it is durable. After an error nothing has changed.
	commit func([]Op[Tx]) error
	ended  chan struct{}

	mu      sync.Mutex
	changed sync.Cond
	waiting []queued[Tx]
	closing bool
}

type queued[Tx any] struct {
	op   Op[Tx]
	done chan error
}

// NewGroup returns a group. It must be closed.
func NewGroup[Tx any](commit func([]Op[Tx]) error) *Group[Tx] {
	g := &Group[Tx]{commit: commit, ended: make(chan struct{})}
	g.changed.L = &g.mu
	go g.run()
	return g
}

// Do makes a change and returns when it is durable. After an error it was not made, unless the connection to the database broke
// meanwhile.
func (g *Group[Tx]) Do(op Op[Tx]) error {
	q := queued[Tx]{op, make(chan error, 1)}
	g.mu.Lock()
	if g.closing {
		g.mu.Unlock()
		return ErrClosed
	}
	g.waiting = append(g.waiting, q)
	g.changed.Signal()
	g.mu.Unlock()
	return <-q.done
}

// Close waits for the changes that were begun.
func (g *Group[Tx]) Close() {
	g.mu.Lock()
	g.closing = true
	g.changed.Signal()
	g.mu.Unlock()
	<-g.ended
}

func (g *Group[Tx]) run() {
	defer close(g.ended)
	for {
		batch := g.take()
		if batch == nil {
			return
		}
		g.commitAll(batch)
	}
}

// take waits for changes and returns as many as one commit may have, or nil when the group is closed.
func (g *Group[Tx]) take() []queued[Tx] {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.waiting) == 0 {
		if g.closing {
			return nil
		}
		g.changed.Wait()
	}
	n, messages, bytes := 0, 0, 0
	for _, q := range g.waiting {
		messages, bytes = messages+q.op.Messages, bytes+q.op.Bytes
		if n > 0 && (messages > groupMessages || bytes > groupBytes) {
			break
		}
		n++
	}
	batch := g.waiting[:n:n]
	if g.waiting = g.waiting[n:]; len(g.waiting) == 0 {
		g.waiting = nil
	}
	return batch
}

// commitAll commits a batch. If that fails, it commits the halves, so that a change which cannot be made fails alone. No change is to
// blame for ErrUnavailable.
func (g *Group[Tx]) commitAll(batch []queued[Tx]) {
	ops := make([]Op[Tx], len(batch))
	for i, q := range batch {
		ops[i] = q.op
	}
	err := g.commit(ops)
	if err != nil && len(batch) > 1 && !errors.Is(err, ErrUnavailable) {
		g.commitAll(batch[:len(batch)/2])
		g.commitAll(batch[len(batch)/2:])
		return
	}
	for _, q := range batch {
		q.done <- err
	}
}
