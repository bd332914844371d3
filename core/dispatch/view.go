// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
)

// view combines the state of the channels that the source tells with what the dispatcher knows: open breakers and pauses.
// The combination is kept until one of them changes, so that reading it costs two atomic loads and no allocation.
type view struct {
	source   Source
	channels map[addr.Channel]*channel
	// changes counts the changes of breakers and pauses.
	changes atomic.Uint64
	current atomic.Pointer[combined]
	mu      sync.Mutex // held to make a combination
}

// combined is what was made of a snapshot of the source after some number of changes of breakers and pauses.
type combined struct {
	source  *catalog.Snapshot
	changes uint64
	result  *catalog.Snapshot
}

func (c *combined) isOf(source *catalog.Snapshot, changes uint64) bool {
	return c != nil && c.source == source && c.changes == changes
}

// snapshot returns the state of the channels as routing sees it now.
func (v *view) snapshot() *catalog.Snapshot {
	// The changes are read before the breakers and pauses: a change meanwhile makes the next caller combine again.
	changes, source := v.changes.Load(), v.source.Snapshot()
	if c := v.current.Load(); c.isOf(source, changes) {
		return c.result
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	changes, source = v.changes.Load(), v.source.Snapshot()
	last := v.current.Load()
	if last.isOf(source, changes) {
		return last.result
	}
	next := &combined{source: source, changes: changes, result: v.combine(source, last == nil || last.source != source)}
	v.current.Store(next)
	return next.result
}

// combine adds to a snapshot which channels are closed by a breaker or a pause. adapt is set if the snapshot is new: then the
// dispatcher adapts to the senders and capabilities in it.
func (v *view) combine(source *catalog.Snapshot, adapt bool) *catalog.Snapshot {
	changed := map[addr.Channel]catalog.Channel{}
	for a, ch := range v.channels {
		c, ok := source.Channel(a)
		if !ok {
			continue
		}
		if adapt && c.Checker != nil {
			ch.open(c.Sender, c.Checker.Capabilities())
		}
		if reason, until := ch.closed(); reason != "" && c.Unhealthy == "" {
			c.Unhealthy, c.Until = reason, until
			changed[a] = c
		}
	}
	return source.With(changed)
}

// Window is how many vendor requests a channel may have under way, and what that follows from.
type Window struct {
	// Size is the number now. It is between Least and Most.
	Size, Least, Most int
	// UnderWay is the number of requests that providers have and that are not answered.
	UnderWay int
	// Latency is the usual time of the last answers, and Lowest the lowest that this was. Both are 0 if they are not known.
	Latency, Lowest time.Duration
}

// Windows returns the windows of the channels that have been open.
func (d *Dispatcher) Windows() map[addr.Channel]Window {
	d.Snapshot() // adapts to new capabilities
	windows := map[addr.Channel]Window{}
	for a, c := range d.channels {
		if l := c.lane.Load(); l != nil {
			l.mu.Lock()
			windows[a] = c.window.state()
			l.mu.Unlock()
		}
	}
	return windows
}
