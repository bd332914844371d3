// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"sync"
	"sync/atomic"
)

// gate counts the jobs of a dispatcher, so that Close can wait for all of them. Unlike a sync.WaitGroup it may be
// entered while another goroutine waits: whoever comes after shut is turned away.
type gate struct {
	state atomic.Int64 // the number of jobs inside, plus gateShut
	once  sync.Once
	empty chan struct{} // closed when the gate is shut and nobody is inside
}

const gateShut = 1 << 62

func newGate() *gate { return &gate{empty: make(chan struct{})} }

// enter counts a job, which must leave. It returns false if the gate is shut.
func (g *gate) enter() bool {
	if g.state.Add(1) < gateShut {
		return true
	}
	g.leave()
	return false
}

func (g *gate) leave() {
	if g.state.Add(-1) == gateShut {
		g.once.Do(func() { close(g.empty) })
	}
}

// shut turns away all further jobs. It may be called again.
func (g *gate) shut() {
	if g.state.Or(gateShut) == 0 {
		g.once.Do(func() { close(g.empty) })
	}
}

// wait returns when the gate is shut and all jobs have left.
func (g *gate) wait() { <-g.empty }
