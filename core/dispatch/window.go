// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/sdk/capability"
)

const (
	// windowLeast is the size below which a window does not fall, unless its bound is lower.
	windowLeast = 8
	// windowStart is the size of a window before anything is known of the vendor, and after windowIdle.
	windowStart = 16
	// windowIdle is the time without an answer after which what is known of the vendor is too old for a large window.
	windowIdle = time.Minute
	// windowFall is the factor by which a window falls, and windowEase the one after a round in which less than a quarter of the
	// answers were fast enough to let it grow.
	windowFall = 0.7
	windowEase = 0.95
	// windowGrowth is how much an answer adds to the window. One message for each answer doubles the window with each round trip.
	windowGrowth = 1
	// windowGrowthAfterFall is how much an answer adds during the windowCalm after a fall: a tenth of the window with each round trip.
	windowGrowthAfterFall = 0.1
	windowCalm            = 10 * time.Second
	// calmFactor and calmSlack say how far above the lowest latency an answer may be that lets the window grow. A fast vendor's
	// latency is mostly that of this machine, which the slack allows for.
	calmFactor = 1.25
	calmSlack  = 5 * time.Millisecond
	// risenFactor and risenSlack say how far above the lowest latency the median is that makes the window fall.
	risenFactor = 2.5
	risenSlack  = 20 * time.Millisecond
	// helpedFactor is the part of a risen latency below which a smaller window has helped.
	helpedFactor = 0.8
	// A round has as many answers as the window is large, within these limits. The median of few answers is not reliable.
	roundLeast = 16
	roundMost  = 128
)

// A window decides how many requests of a channel may be under way. It grows while it is used and the vendor's latency does not
// rise, and it falls when the latency rises or the vendor refuses or loses messages because there are too many.
//
// The latency is judged in rounds: a round is the answers to requests that began after the round before it had ended. The lowest
// median of a round is taken for the latency of the vendor when it has little to do. If a latency that has risen stays while the
// window falls to half, the window was not the cause, and the vendor is slower than before.
//
// A window has no clock: it is told when things happen. It is safe for concurrent use.
type window struct {
	now atomic.Int64 // the size, for readers

	mu       sync.Mutex
	most     int
	size     float64
	underWay int       // requests that were handed over and not answered
	peak     int       // the most requests under way in this round
	last     time.Time // the last answer
	fell     time.Time // the last fall

	began   time.Time       // the round
	calm    int             // answers of the round that were fast enough for the window to grow
	answers []time.Duration // of the round: how long they took
	lowest  time.Duration   // latency; 0 if it is not known
	median  time.Duration   // of the last round; 0 if there was none
	// risen is what was known when the latency had risen first, or zero if it has not risen.
	risen struct {
		size   float64
		median time.Duration
	}
	told float64 // the size that was last reported
}

func newWindow() *window {
	w := &window{}
	w.bound(capability.DefaultMaxConcurrency)
	return w
}

// bound sets the largest size. The size stays as it is, as far as the bound allows it.
func (w *window) bound(most int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.most = most
	w.resize(cmp.Or(w.size, windowStart))
	w.told = w.size
}

// current returns the size.
func (w *window) current() int { return int(w.now.Load()) }

// resize changes the size within the bounds. w.mu must be held.
func (w *window) resize(size float64) {
	w.size = min(max(size, float64(w.least())), float64(w.most))
	w.now.Store(int64(w.size))
}

// least returns the smallest size. w.mu must be held.
func (w *window) least() int { return min(windowLeast, w.most) }

// sent counts n requests that are handed over now.
func (w *window) sent(n int, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.underWay == 0 && !w.last.IsZero() && now.Sub(w.last) >= windowIdle {
		w.resize(min(w.size, windowStart))
		w.fell = time.Time{}
		w.renew(now)
	}
	w.underWay += n
	w.peak = max(w.peak, w.underWay)
}

// windowSign is what an outcome says about the number of requests under way.
type windowSign int

const (
	// signNone says nothing.
	signNone windowSign = iota
	// signAnswered says how long the vendor needs.
	signAnswered
	// signRefused and signLost say that there may be too many.
	signRefused
	signLost
)

// WindowChange is a change of the number of vendor requests that a channel may have under way.
type WindowChange struct {
	From, To int
	// Cause is a phrase for a log.
	Cause string
}

// answered counts the end of a request that was handed over at began. It returns a change that is worth telling, or nil.
func (w *window) answered(began, now time.Time, sign windowSign) *WindowChange {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.underWay--
	w.last = now
	switch sign {
	case signRefused:
		return w.fall(began, now, "the vendor limits the rate or is unavailable")
	case signLost:
		return w.fall(began, now, "a request was not answered")
	case signAnswered:
		return w.took(began, now)
	}
	return nil
}

// fall makes the window smaller because of a request that was handed over at began. Requests that were under way at the last fall
// do not count again, and as few as the smallest window allows are not too many. w.mu must be held.
func (w *window) fall(began, now time.Time, cause string) *WindowChange {
	if !w.fell.IsZero() && !began.After(w.fell) || w.peak <= w.least() {
		return nil
	}
	w.fell = now
	before := w.size
	w.resize(min(w.size, float64(w.peak)) * windowFall)
	w.renew(now)
	if int(before) == int(w.size) {
		return nil
	}
	w.told = w.size
	return &WindowChange{int(before), int(w.size), cause}
}

// renew begins a round. w.mu must be held.
func (w *window) renew(now time.Time) {
	w.began, w.peak, w.calm = now, w.underWay, 0
	w.answers = w.answers[:0]
}

// took counts an answer. w.mu must be held.
func (w *window) took(began, now time.Time) *WindowChange {
	latency := now.Sub(began)
	// A window that is not used would grow without being tested.
	if used := w.size < float64(2*w.peak); used && w.lowest > 0 && latency <= calm(w.lowest) {
		growth := float64(windowGrowth)
		if !w.fell.IsZero() && now.Sub(w.fell) < windowCalm {
			growth = windowGrowthAfterFall
		}
		w.resize(w.size + growth)
	}
	if began.Before(w.began) {
		return nil
	}
	w.answers = append(w.answers, latency)
	if latency <= calm(w.lowest) {
		w.calm++
	}
	if len(w.answers) < min(max(int(w.size), roundLeast), roundMost) {
		return nil
	}
	slices.Sort(w.answers)
	w.median = w.answers[len(w.answers)/2]
	change := w.judge(now)
	w.renew(now)
	return change
}
