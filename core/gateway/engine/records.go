// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/wahost/wahost/core/gateway/failpoint"
	"github.com/wahost/wahost/core/gateway/store"
)

// recordsAtOnce bounds how many outcomes are recorded together.
const recordsAtOnce = 256

// record is an outcome or a decision that is not in the store yet.
type record struct {
	store.Settlement

	of *entry
	// last is set if the engine has nothing more to do with the message once this is recorded.
	last bool
}

// records are recorded in the order in which they were added. Whoever adds one does not wait.
type records struct {
	e     *Engine
	ended chan struct{}

	mu      sync.Mutex
	changed sync.Cond
	waiting []record
	closing bool
}

func newRecords(e *Engine) *records {
	r := &records{e: e, ended: make(chan struct{})}
	r.changed.L = &r.mu
	go r.run()
	return r
}

// add records something soon. The mutex of the engine must be held.
func (r *records) add(rec record) {
	rec.of.lane.unrecorded++
	r.mu.Lock()
	r.waiting = append(r.waiting, rec)
	r.changed.Signal()
	r.mu.Unlock()
}

// close returns when everything that was added is recorded.
func (r *records) close() {
	r.mu.Lock()
	r.closing = true
	r.changed.Signal()
	r.mu.Unlock()
	<-r.ended
}

func (r *records) run() {
	defer close(r.ended)
	for {
		batch := r.take()
		if batch == nil {
			return
		}
		settlements := make([]store.Settlement, len(batch))
		for i := range batch {
			settlements[i] = batch[i].Settlement
		}
		if !r.settle(settlements) {
			return
		}
		failpoint.Hit(failpoint.AfterSettle)
		r.forget(batch)
	}
}

// take waits for records. It returns nil when it is closed and everything was taken.
func (r *records) take() []record {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.waiting) == 0 {
		if r.closing {
			return nil
		}
		r.changed.Wait()
	}
	n := min(len(r.waiting), recordsAtOnce)
	batch := r.waiting[:n:n]
	if r.waiting = r.waiting[n:]; len(r.waiting) == 0 {
		r.waiting = nil
	}
	return batch
}

// settle records settlements, again and again while the store fails: what happened cannot be undone. It returns false if another
// process has taken over, which has judged the attempts. When the engine ends, the store has one more chance: it may work again by then.
func (r *records) settle(settlements []store.Settlement) bool {
	for last := false; ; {
		err := r.e.Store.Settle(context.Background(), r.e.epoch, settlements)
		switch {
		case err == nil:
			return true
		case errors.Is(err, store.ErrFenced), errors.Is(err, store.ErrClosed):
			r.e.fail(err)
			return false
		}
		if last {
			r.e.Log.Error("outcomes were not recorded before the end: their messages are unknown at the next start", "error", err, "outcomes", len(settlements))
			return false
		}
		r.e.Log.Error("outcomes cannot be recorded; they are kept and recorded later", "error", err, "outcomes", len(settlements))
		last = !r.sleep(storePause)
	}
}

// sleep waits. It returns false if the engine ends.
func (r *records) sleep(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.e.ctx.Done():
		return false
	}
}

// forget removes from memory what is done.
func (r *records) forget(batch []record) {
	r.e.mu.Lock()
	defer r.e.mu.Unlock()
	for _, rec := range batch {
		rec.of.lane.unrecorded--
		if !rec.last {
			continue
		}
		r.e.forget(rec.of)
		rec.of.lane.left(rec.of.Flow)
		if rec.State == store.StateReady {
			rec.of.flow.schedule(rec.Due)
		}
	}
}
