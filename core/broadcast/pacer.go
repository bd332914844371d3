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
	// A vendor that answers more slowly than slowVendor has more messages under way: perSecond for each second of latency above it.
	// With 20 ms there are 64, as many as most channels send at once.
	slowVendor = 7500 * time.Microsecond
	perSecond  = 5120
	// pacerSamples is the number of answers from which a latency is known. The lowest counts, which a busy machine does not change.
	pacerSamples = 256
	// pacerPatience is how long nothing is answered before that counts as a latency.
	pacerPatience = time.Second
)

// pace says how many messages, or vendor requests for groups, are under way.
type pace struct {
	least     int           // always
	slow      time.Duration // the latency above which there are more
	perSecond float64       // of latency above slow
	samples   int           // from which a latency is known
}

// The requests for groups are few, because each has many messages, all of which are in doubt after a kill.
var (
	singlePace = pace{leastUnderWay, slowVendor, perSecond, pacerSamples}
	groupPace  = pace{2, 50 * time.Millisecond, 40, 4}
)

// pacer limits the messages that are under way at vendors to what the vendors' latency needs.
type pacer struct {
	pace
	mu       sync.Mutex
	changed  chan struct{} // closed when a place becomes free
	underWay int
	last     time.Time // of the last call or answer
	// fastest is the lowest latency of the samples that are being taken, and known that of the samples before. They are 0 if
	// no sample was taken.
	fastest, known time.Duration
	taken          int // samples
}

func newPacer(p pace) *pacer { return &pacer{pace: p, changed: make(chan struct{}), last: time.Now()} }

// enter waits until n more messages may be under way. It returns the cause if the context of the call or of the run ends first.
func (p *pacer) enter(call, run context.Context, n int) error {
	for {
		p.mu.Lock()
		if run.Err() != nil {
			p.mu.Unlock()
			return context.Cause(run)
		}
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
		case <-run.Done():
		case <-call.Done():
			timer.Stop()
			return context.Cause(call)
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
	if p.taken++; p.fastest == 0 || took < p.fastest {
		p.fastest = took
	}
	if p.taken >= p.samples {
		p.known, p.fastest, p.taken = p.fastest, 0, 0
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// limit returns how many messages may be under way. p.mu must be held.
func (p *pacer) limit(now time.Time) int {
	latency := p.known
	if p.fastest > 0 {
		latency = min(latency, p.fastest)
	}
	if age := now.Sub(p.last); age >= pacerPatience {
		latency = age
	}
	return max(p.least, int((latency-p.slow).Seconds()*p.perSecond))
}
