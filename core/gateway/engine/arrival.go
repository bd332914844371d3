// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"errors"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

const (
	// arrivalPause is how often the store is asked what other nodes have changed, and arrivalsAtOnce how much is read together.
	arrivalPause   = 25 * time.Millisecond
	arrivalsAtOnce = 1000
)

// runArrivals takes the messages that other nodes have accepted or changed.
func (e *Engine) runArrivals() {
	ticker := time.NewTicker(arrivalPause)
	defer ticker.Stop()
	var done []ids.ID
	for {
		ready, gone, err := e.Store.(store.Cluster).Arrivals(e.ctx, e.epoch, done, arrivalsAtOnce) //nolint:forcetypeassert // the store of a node
		switch {
		case errors.Is(err, store.ErrFenced):
			e.fail(err)
			return
		case err == nil:
			done = done[:0]
			for _, r := range ready {
				if e.arrive(r) {
					done = append(done, r.ID)
				}
			}
			for _, id := range gone {
				e.hurry(id)
				done = append(done, id)
			}
		case e.ctx.Err() == nil:
			e.Log.Error("messages of other nodes cannot be read", "error", err)
			e.wait(storePause)
		}
		select {
		case <-e.ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// wait waits, unless the engine ends.
func (e *Engine) wait(d time.Duration) {
	select {
	case <-e.ctx.Done():
	case <-time.After(d):
	}
}

// arrive takes a message that another node has accepted, or that is to be sent again. It returns false if the engine does not know yet whether
// it has the message, because the lane is being loaded.
func (e *Engine) arrive(r *store.Ready) bool {
	now := time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	loaded, serves := e.state(r.Lane)
	if e.stopped || !serves || !loaded {
		return false
	}
	f := e.flow(r.Flow)
	switch en := e.resident[r.ID]; {
	case en != nil && r.Tries > en.Tries:
		e.returning[r.ID] = r // the end of the last attempt is being recorded
	case en != nil:
	case r.Due.After(now):
		if f.scheduled.IsZero() || r.Due.Before(f.scheduled) {
			f.scheduled = r.Due
		}
	default:
		e.takeBack(r)
	}
	return true
}
