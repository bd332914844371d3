// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"context"
	"sync"
	"time"
)

const (
	// leastUnderWay is how many messages a campaign always has under way at vendors that take one recipient per request. When
	// an account stops to work, at most this many messages of a fast vendor are refused in vain.
	leastUnderWay = 16
	// perSecond is the number of messages a second for which there are enough under way: more, the slower the vendor answers.
	perSecond = 3200
	// pacerSamples is the number of answers after which an earlier latency is forgotten.
	pacerSamples = 64
	// pacerPatience is how long a call waits for an answer before the age of the last one counts as a latency.
	pacerPatience = 20 * time.Millisecond
)

// pacer limits the messages that are under way at vendors to what the vendors' latency needs.
type pacer struct {
	mu       sync.Mutex
	changed  chan struct{} // closed when a place becomes free
	underWay int
	last     time.Time // of the last call or answer
	// fastest is the lowest latency of the answers since the samples began, and earlier that of the samples before.
	fastest, earlier time.Duration
	samples          int
}

func newPacer() *pacer { return &pacer{changed: make(chan struct{})} }

// enter waits until n more messages may be under way. It returns the cause if the context ends first.
func (p *pacer) enter(ctx context.Context, n int) error {
	for {
		p.mu.Lock()
		now := time.Now()
		if p.underWay == 0 || p.underWay+n <= p.limit(now) {
			p.underWay += n
			p.last = now
			p.mu.Unlock()
			return nil
		}
		changed := p.changed
		p.mu.Unlock()
		timer := time.NewTimer(pacerPatience)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		}
		timer.Stop()
	}
}

// leave counts an answer that took so long.
func (p *pacer) leave(took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.underWay--
	p.last = time.Now()
	if p.samples++; p.fastest == 0 || took < p.fastest {
		p.fastest = took
	}
	if p.samples >= pacerSamples {
		p.earlier, p.fastest, p.samples = p.fastest, 0, 0
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// limit returns how many messages may be under way. p.mu must be held.
func (p *pacer) limit(now time.Time) int {
	latency := p.fastest
	if latency == 0 || p.earlier > 0 && p.earlier < latency {
		latency = p.earlier
	}
	if age := now.Sub(p.last); age >= pacerPatience {
		latency = max(latency, age)
	}
	return max(leastUnderWay, int(latency.Seconds()*perSecond))
}
