// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// The bounds of CollectLess. Percentages are those of GOGC.
const (
	usualPercent  = 100
	sparePercent  = 400
	spareBytes    = 48 << 20
	liveHeapBytes = "/gc/heap/live:bytes"
)

// CollectLess makes the garbage collector of this process run less often, which takes a fifth of the processor time of a short command
// otherwise, and a tenth or more while many messages are sent. The heap may have as much garbage as four times what is live, as long
// as that is not more than 48 MB; a process with a larger heap is collected as usual. It returns a function that ends
// this.
//
// It does nothing if the environment has GOGC: the operator decides then. A limit by GOMEMLIMIT holds as always.
func CollectLess() (restore func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	c := &collector{usual: debug.SetGCPercent(sparePercent)}
	c.collected(&collection{})
	return c.end
}

// collector sets the percentage of the garbage collector after each collection.
type collector struct {
	usual int // the percentage before

	mu    sync.Mutex
	ended bool
}

// collection is an object that nothing refers to. Its finalizer runs after the next collection. It is larger than the
// 16 bytes below which the allocator puts objects together, whose finalizers may never run.
type collection struct{ _ [64]byte }

// collected adapts the percentage to the heap that is live after a collection, and waits for the next one.
func (c *collector) collected(next *collection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	live := []metrics.Sample{{Name: liveHeapBytes}}
	metrics.Read(live)
	debug.SetGCPercent(percentFor(live[0].Value.Uint64()))
	runtime.SetFinalizer(next, c.collected)
}

// percentFor returns the percentage for a heap with so many live bytes.
func percentFor(live uint64) int {
	return int(min(max(spareBytes*100/max(live, 1), usualPercent), sparePercent))
}

// end restores the percentage.
func (c *collector) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		c.ended = true
		debug.SetGCPercent(c.usual)
	}
}
