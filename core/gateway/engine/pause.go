// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"maps"

	"github.com/wahost/wahost/core/gateway/store"
)

// pausesAtOnce is how many paused lanes are loaded together.
const pausesAtOnce = 1000

// loadPauses finds out which lanes are paused.
func (e *Engine) loadPauses(ctx context.Context) error {
	admin, ok := e.Store.(store.Admin)
	if !ok {
		return nil
	}
	q := store.SettingQuery{Kind: store.SettingPause, Limit: pausesAtOnce}
	for {
		page, err := admin.Settings(ctx, q)
		if err != nil {
			return err
		}
		for _, s := range page {
			e.paused[s.Key] = s.Value
		}
		if len(page) < q.Limit {
			return nil
		}
		q.After = page[len(page)-1].Key
	}
}

// isPaused reports whether nothing is to be sent from a lane now. e.mu must be held.
func (e *Engine) isPaused(l *lane) bool {
	_, paused := e.paused[l.name]
	return paused
}

// Pause stops a lane: when it returns, no call to a provider begins any more. Calls under way end as usual. The lane stays paused when
// the gateway starts again.
func (e *Engine) Pause(ctx context.Context, lane, reason string, by store.Actor) error {
	return e.setPause(ctx, by, store.Setting{Kind: store.SettingPause, Key: lane, Value: reason})
}

// Resume lets a lane send again.
func (e *Engine) Resume(ctx context.Context, lane string, by store.Actor) error {
	return e.setPause(ctx, by, store.Setting{Kind: store.SettingPause, Key: lane, Removed: true})
}

func (e *Engine) setPause(ctx context.Context, by store.Actor, change store.Setting) error {
	admin, ok := e.Store.(store.Admin)
	if !ok {
		return errNoAdmin
	}
	e.pausing.Lock() // the store and the memory change in the same order
	defer e.pausing.Unlock()
	if _, err := admin.Set(ctx, by, []store.Setting{change}); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if change.Removed {
		delete(e.paused, change.Key)
		wake(e.feed)
		return nil
	}
	e.paused[change.Key] = change.Value
	return nil
}

// Lane is the state of a lane.
type Lane struct {
	Name string
	// Paused is set if nothing is sent from the lane now, because of Reason.
	Paused bool
	Reason string
	// Resident is how many of its messages are in memory, and Calls how many are in calls to providers.
	Resident, Calls int
}

// Lanes returns the lanes that are in use or paused, and those of the channels, by their names.
func (e *Engine) Lanes() map[string]Lane {
	e.mu.Lock()
	defer e.mu.Unlock()
	found := map[string]Lane{}
	snapshot := e.Dispatcher.Snapshot()
	for ch := range e.channels {
		name := LaneOf(snapshot, ch)
		found[name] = Lane{Name: name}
	}
	for _, en := range e.resident {
		l := found[en.lane.name]
		l.Resident++
		if en.handover != nil {
			l.Calls++
		}
		found[en.lane.name] = l
	}
	for name, reason := range e.paused {
		l := found[name]
		l.Paused, l.Reason = true, reason
		found[name] = l
	}
	for name, l := range maps.Clone(found) {
		l.Name = name
		found[name] = l
	}
	return found
}
