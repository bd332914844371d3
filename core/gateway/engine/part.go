// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/gateway/cluster"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

var _ cluster.Worker = (*Engine)(nil)

// leaseLeft is how long the lease must hold when a call to a provider begins.
const leaseLeft = 200 * time.Millisecond

// state reports whether the engine sends from a lane, and whether the messages that waited when it got the lane are known. e.mu must be held.
func (e *Engine) state(lane string) (loaded, serves bool) {
	if e.has == nil {
		return e.ctx != nil, true
	}
	loaded, serves = e.has[lane]
	return loaded, serves
}

// serves reports whether the engine sends from a lane now. e.mu must be held.
func (e *Engine) serves(lane string) bool { return e.has == nil || e.has[lane] }

// leased reports whether the node may begin calls.
func (e *Engine) leased() bool { return e.Member == nil || e.Member.Valid(leaseLeft) }

// Parts returns the lanes of the configuration, and those of stored messages. Channels that share a route or a sender are done by one node, because
// a message may go from one to the other.
func (e *Engine) Parts(ctx context.Context) (map[string]string, error) {
	flows, err := e.Store.Flows(ctx)
	if err != nil {
		return nil, err
	}
	snapshot := e.Dispatcher.Snapshot()
	group := map[addr.Channel]addr.Channel{} // to another channel of the group, or itself
	find := func(ch addr.Channel) addr.Channel {
		for group[ch] != ch {
			ch = group[ch]
		}
		return ch
	}
	join := func(a, b addr.Channel) {
		a, b = find(a), find(b)
		if b.String() < a.String() {
			a, b = b, a
		}
		group[b] = a
	}
	for ch := range e.channels {
		group[ch] = ch
	}
	for _, r := range e.Config.Routes {
		for _, ch := range r.Channels[1:] {
			join(r.Channels[0], ch)
		}
	}
	of := map[string]addr.Channel{}
	for ch := range e.channels {
		name := LaneOf(snapshot, ch)
		if other, known := of[name]; known {
			join(ch, other)
		}
		of[name] = ch
	}
	parts := map[string]string{}
	for _, f := range flows {
		parts[f.Lane] = f.Lane
	}
	for ch := range e.channels {
		name := find(ch).String()
		// Messages that came before the sender of the channel was known are in a lane of the channel.
		parts[ch.String()], parts[LaneOf(snapshot, ch)] = name, name
	}
	return parts, nil
}

// Have begins to send from lanes, and ends to send from others. It returns those that messages are under way of.
func (e *Engine) Have(ctx context.Context, lanes []string) (busy []string, err error) {
	if err := e.refreshSettings(ctx); err != nil {
		return nil, err
	}
	e.mu.Lock()
	keep, fresh := map[string]bool{}, []string{}
	for _, name := range lanes {
		keep[name] = true
		if loaded := e.has[name]; !loaded && !e.leaving[name] {
			e.has[name] = false
			fresh = append(fresh, name)
		}
	}
	for name := range e.has {
		if !keep[name] {
			delete(e.has, name)
			e.leaving[name] = true
		}
	}
	for name := range e.leaving {
		if e.drop(name) {
			delete(e.leaving, name)
		} else {
			busy = append(busy, name)
		}
	}
	e.mu.Unlock()
	if len(fresh) == 0 {
		return busy, nil
	}
	for _, name := range fresh {
		e.Dispatcher.SpendBurst(name) // the node before may have used it
	}
	if err := e.loadFirst(ctx); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, name := range fresh {
		e.has[name] = true
	}
	wake(e.load)
	wake(e.feed)
	return busy, nil
}

// drop forgets the messages of a lane, unless some are under way. e.mu must be held.
func (e *Engine) drop(name string) bool {
	l := e.lanes[name]
	if l != nil && (l.dispatched > 0 || l.unrecorded > 0) {
		return false
	}
	delete(e.lanes, name)
	for id, en := range e.resident {
		if en.Lane == name {
			delete(e.resident, id)
		}
	}
	for id, r := range e.returning {
		if r.Lane == name {
			delete(e.returning, id)
		}
	}
	for f := range e.flows {
		if f.Lane == name {
			delete(e.flows, f)
		}
	}
	all := e.later
	e.later = nil
	for _, t := range all {
		if t.of.Lane != name {
			e.later.add(t.at, t.of)
		}
	}
	return true
}

// move puts a message into the lane that it belongs to by the routes. e.mu must be held.
func (e *Engine) move(en *entry) {
	lane := en.move
	en.move = ""
	en.lane.unrecorded++
	e.loops.Go(func() {
		err := e.Store.(store.Cluster).Move(e.ctx, e.epoch, []ids.ID{en.ID}, lane) //nolint:forcetypeassert // the store of a node
		e.mu.Lock()
		defer e.mu.Unlock()
		en.lane.unrecorded--
		if err != nil {
			e.Log.Error("a message cannot be moved to its lane", "lane", lane, "error", err)
			e.later.add(time.Now().Add(storePause), en)
			return
		}
		e.forget(en)
		en.lane.backlog.Done(en.place)
		wake(e.feed)
	})
}

// refreshSettings loads the settings again if another node has changed them.
func (e *Engine) refreshSettings(ctx context.Context) error {
	version, err := e.Store.(store.Cluster).Version(ctx) //nolint:forcetypeassert // the store of a node
	if err != nil || version == e.version {
		return err
	}
	if err := e.loadSettings(ctx); err != nil {
		return err
	}
	e.version = version
	return nil
}
