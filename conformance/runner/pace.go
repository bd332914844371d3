// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"sync"
	"time"
)

const (
	paceInterval = 20 * time.Millisecond
	// paceMemory is how many intervals a delay is remembered, about five seconds.
	paceMemory = 250
	// paceFactor is how many such delays a call may have: it passes through several processes, each of which waits for a processor.
	paceFactor = 20
	// maxGrace bounds what a busy machine excuses, since a provider could keep it busy.
	maxGrace = 5 * time.Second
)

// A pace measures how long this machine lets a process wait for a processor. Other programs can make it busy at any time of a run.
type pace struct {
	mu     sync.Mutex
	delays [paceMemory]time.Duration
	next   int
}

// watch measures until the context ends.
func (p *pace) watch(ctx context.Context) {
	timer := time.NewTimer(paceInterval)
	defer timer.Stop()
	for {
		begin := time.Now()
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		p.mu.Lock()
		p.delays[p.next] = max(0, time.Since(begin)-paceInterval)
		p.next = (p.next + 1) % paceMemory
		p.mu.Unlock()
		timer.Reset(paceInterval)
	}
}

// grace returns how much later than required something may happen now.
func (p *pace) grace() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	var worst time.Duration
	for _, d := range p.delays {
		worst = max(worst, d)
	}
	return min(maxGrace, paceFactor*worst)
}
