// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

// loadFirst loads the messages of the lanes of the node that were tried before, and finds out which flows have others.
func (e *Engine) loadFirst(ctx context.Context) error {
	q := store.LoadQuery{Retrying: true, Limit: flowLimit}
	for loaded := 0; loaded < retryingLimit; loaded += q.Limit {
		page, err := e.Store.Load(ctx, q)
		if err != nil {
			return err
		}
		e.mu.Lock()
		for _, r := range page {
			e.addRetrying(r)
		}
		e.mu.Unlock()
		if len(page) < q.Limit {
			break
		}
		q.After = page[len(page)-1].Key()
	}
	flows, err := e.Store.Flows(ctx)
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range flows {
		if loaded, serves := e.state(f.Lane); serves && !loaded {
			e.flow(f).spilled = true
		}
	}
	return err
}

// addRetrying takes a message into memory that was tried before, if its lane is being loaded. e.mu must be held.
func (e *Engine) addRetrying(r *store.Ready) {
	if loaded, serves := e.state(r.Lane); loaded || !serves || e.resident[r.ID] != nil {
		return
	}
	f, l := e.flow(r.Flow), e.lane(r.Lane)
	en := &entry{Ready: r, flow: f, lane: l}
	if en.place = l.backlog.AddTaken(r.Flow, r.To, en); en.place == nil {
		return // a scan finds it when it is due
	}
	e.resident[r.ID] = en
	f.resident++
	due := r.Due
	if e.isCanceled(r.Flow) {
		due = time.Now()
	}
	e.later.add(due, en)
}
