// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"strings"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
)

// settingsAtOnce is how many settings are loaded together.
const settingsAtOnce = 10_000

// loadSettings finds out what becomes of campaigns, which lanes are paused and who gets no messages. All are in memory, since they are asked for each message: an
// address takes about 100 bytes.
func (e *Engine) loadSettings(ctx context.Context) error {
	e.setting.Lock()
	defer e.setting.Unlock()
	if err := e.loadCampaigns(ctx); err != nil {
		return err
	}
	var all []store.Setting
	for _, kind := range []string{store.SettingPause, store.SettingSuppression} {
		q := store.SettingQuery{Kind: kind, Limit: settingsAtOnce}
		for {
			page, err := e.Store.Settings(ctx, q)
			if err != nil {
				return err
			}
			all = append(all, page...)
			if len(page) < q.Limit {
				break
			}
			q.After = page[len(page)-1].Key
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.paused)
	clear(e.suppressed)
	for i := range all {
		e.applySetting(&all[i])
	}
	wake(e.feed)
	return nil
}

// Set sets and removes settings, and returns how many changed. When it returns, the engine obeys them: no call to a provider begins
// for a paused lane or a suppressed recipient. Calls under way end as usual. A message to a suppressed recipient is dead when its turn
// comes.
func (e *Engine) Set(ctx context.Context, by store.Actor, changes []store.Setting) (int, error) {
	e.setting.Lock() // the store and the memory change in the same order
	defer e.setting.Unlock()
	n, err := e.Store.Set(ctx, by, changes)
	if err != nil {
		return 0, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range changes {
		e.applySetting(&changes[i])
	}
	wake(e.feed)
	return n, nil
}

// applySetting takes a setting into memory. e.mu must be held.
func (e *Engine) applySetting(s *store.Setting) {
	switch s.Kind {
	case store.SettingPause:
		if s.Removed {
			delete(e.paused, s.Key)
		} else {
			e.paused[s.Key] = s.Value
		}
	case store.SettingSuppression:
		if s.Removed {
			delete(e.suppressed, s.Key)
		} else {
			e.suppressed[s.Key] = struct{}{}
		}
	}
}

// SuppressionKey returns the key of the setting that suppresses an address: it has no "+".
func SuppressionKey(address string) string { return strings.TrimPrefix(address, "+") }

// isSuppressed reports whether a recipient gets no messages. e.mu must be held.
func (e *Engine) isSuppressed(to message.Recipient) bool {
	_, suppressed := e.suppressed[SuppressionKey(to.Address)]
	return suppressed
}

// Suppressed reports whether a recipient gets no messages.
func (e *Engine) Suppressed(to message.Recipient) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.isSuppressed(to)
}

// isPaused reports whether nothing is to be sent from a lane now. e.mu must be held.
func (e *Engine) isPaused(l *lane) bool {
	_, paused := e.paused[l.name]
	return paused
}

// Lane is the state of a lane.
type Lane struct {
	Name string
	// Paused is set if nothing is sent from the lane now, because of Reason.
	Paused bool
	Reason string
	// Resident is how many of its messages are in memory, and Calls how many of these are in calls to providers.
	Resident, Calls int
}

// Lanes returns the lanes that are in use, are paused, or have a channel, by their names.
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
		l.Name = en.lane.name
		l.Resident++
		if en.handover != nil {
			l.Calls++
		}
		found[l.Name] = l
	}
	for name, reason := range e.paused {
		l := found[name]
		l.Name, l.Paused, l.Reason = name, true, reason
		found[name] = l
	}
	return found
}
