// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

const (
	// flowLimit is how many messages of a flow are in memory. The others wait in the store.
	flowLimit = 5000
	// retryingLimit is how many messages that were tried before are loaded at the start.
	retryingLimit = 50_000
	// loadPause is how often the store is asked for messages whose time has come.
	loadPause = time.Second
)

// Offer takes a message that was accepted. It does not block: what has no room in memory is loaded later.
func (e *Engine) Offer(n *store.NewMessage, m *message.Message) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped {
		return
	}
	loaded, serves := e.state(n.Lane)
	if !serves {
		return // its node is told by the store
	}
	f := e.flow(store.Flow{Lane: n.Lane, Class: n.Class, APIKey: n.APIKey, Campaign: n.Campaign})
	f.spilled = f.spilled || !loaded || e.isHeld(f.Flow)
	accepted := n.ID.Time()
	if n.Due.After(accepted) {
		f.schedule(n.Due)
		return
	}
	e.lane(n.Lane).entered(f.Flow)
	switch {
	case f.resident >= flowLimit, f.spilled && (!f.scanning || len(f.held) >= flowLimit):
		f.spilled, f.missed = true, true
		return
	}
	en := &entry{message: m, Ready: &store.Ready{
		Flow: f.Flow, ID: n.ID, Sender: n.Sender, Category: n.Category, To: n.To, Body: n.Body, Due: accepted, Expires: n.Expires, Accepted: accepted,
	}}
	if f.spilled {
		f.held = append(f.held, en)
		return
	}
	e.add(f, en)
	wake(e.feed)
}

// add takes a message into memory. e.mu must be held.
func (e *Engine) add(f *flow, en *entry) {
	en.flow, en.lane = f, e.lane(f.Lane)
	e.resident[en.ID] = en
	f.resident++
	en.place = en.lane.backlog.Add(f.Flow, en.To, en)
}

// forget removes a message from memory. e.mu must be held.
func (e *Engine) forget(en *entry) {
	if e.resident[en.ID] != en {
		return
	}
	delete(e.resident, en.ID)
	f := en.flow
	f.resident--
	if f.done != nil {
		f.done[en.ID] = true
	}
	if f.spilled && f.resident <= flowLimit/2 {
		wake(e.load)
	}
	if r := e.returning[en.ID]; r != nil {
		delete(e.returning, en.ID)
		e.takeBack(r)
	}
}

// runLoads loads what is due and not in memory.
func (e *Engine) runLoads() {
	ticker := time.NewTicker(loadPause)
	defer ticker.Stop()
	var gaveUp time.Time
	counted, pause := time.Now(), countPause
	for {
		now := time.Now()
		if since := now.Sub(counted); since >= pause {
			e.count(e.ctx, since)
			counted = now
			pause = max(countPause, 20*time.Since(now)) // a count of many messages takes long
		}
		e.learnCampaigns()
		for _, f := range e.toLoad(now) {
			for e.scan(f) {
			}
		}
		if now.Sub(gaveUp) >= giveUpPause {
			gaveUp = now
			e.giveUp(now)
		}
		select {
		case <-e.ctx.Done():
			return
		case <-e.load:
		case <-ticker.C:
		}
	}
}

// toLoad returns the flows that have something to load.
func (e *Engine) toLoad(now time.Time) (flows []*flow) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range e.flows {
		if !e.serves(f.Lane) || e.isHeld(f.Flow) {
			continue
		}
		if !f.scheduled.IsZero() && (!f.scheduled.After(now) || e.isCanceled(f.Flow)) {
			f.spilled, f.scheduled = true, time.Time{}
		}
		if f.spilled && !e.stopped {
			flows = append(flows, f)
		}
	}
	return flows
}

// scan loads the next page of a flow. It returns true if there may be more to load and room for it.
func (e *Engine) scan(f *flow) (again bool) {
	now := time.Now()
	e.mu.Lock()
	if f.resident > flowLimit/2 || e.stopped {
		e.mu.Unlock()
		return false
	}
	fromStart := f.after == store.Key{}
	f.scanning, f.missed, f.done = fromStart, false, map[ids.ID]bool{}
	// A scan from the start passes over what is in memory.
	q := store.LoadQuery{Flow: f.Flow, DueBefore: now, After: f.after, Limit: flowLimit}
	canceled := e.isCanceled(f.Flow)
	if canceled {
		q.DueBefore = farAhead(now) // what is for later is dead now
	}
	e.mu.Unlock()
	page, err := e.Store.Load(e.ctx, q)
	if err == nil && len(page) < q.Limit && fromStart && !canceled {
		err = e.findScheduled(f, now)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.flows[f.Flow] != f {
		return false // the node has lost the lane
	}
	held := f.held
	defer func() { f.done = nil }()
	f.held, f.scanning = nil, false
	if err != nil {
		f.missed = f.missed || len(held) > 0
		if !errors.Is(err, context.Canceled) {
			e.Log.Error("messages cannot be loaded", "lane", f.Lane, "error", err)
		}
		return false
	}
	for _, r := range page {
		e.addMissing(f, &entry{Ready: r})
	}
	wake(e.feed)
	switch {
	case len(page) == q.Limit:
		f.after = page[len(page)-1].Key()
		return true
	case !fromStart:
		// Messages may have been committed behind the scan.
		f.after = store.Key{}
		return true
	}
	for _, en := range held {
		e.addMissing(f, en)
	}
	f.spilled = f.missed
	return f.missed
}

// addMissing adds a message unless it is in memory or was a moment ago. e.mu must be held.
func (e *Engine) addMissing(f *flow, en *entry) {
	if e.resident[en.ID] == nil && !f.done[en.ID] {
		e.add(f, en)
	}
}

// findScheduled finds the time of the next message of a flow that is not due.
func (e *Engine) findScheduled(f *flow, now time.Time) error {
	page, err := e.Store.Load(e.ctx, store.LoadQuery{Flow: f.Flow, DueBefore: farAhead(now), After: store.Key{Due: now.Add(-time.Millisecond)}, Limit: 1})
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(page) > 0 {
		f.schedule(page[0].Due)
	}
	return nil
}

// farAhead returns a time after which no message is due.
func farAhead(now time.Time) time.Time { return now.AddDate(100, 0, 0) }
