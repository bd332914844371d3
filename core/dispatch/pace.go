// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"math"
	"time"

	"github.com/wahost/wahost/core/config"
)

// A batch claims its tokens when it is taken from the queue, and they are charged when it is handed to the provider. Between
// the two a provider may be started again, which takes seconds. If the tokens were charged before, they would have grown
// back by then, and the messages that waited would be sent together with as many new ones.

const (
	// forever is the delay of a lane that waits for something other than time.
	forever time.Duration = math.MaxInt64
	// tokenError is the rounding error that the number of tokens may have.
	tokenError = 1e-6
)

// transit is how much longer one message may take than another from its charge to the vendor.
const transit = 200 * time.Millisecond

// capacity returns how many tokens a lane with the limit keeps. The limit counts messages where they reach the vendor, and messages that
// took longer than others reach it together with those. So the tokens of transit are kept back, but no more than half of the burst.
func capacity(limit *config.RateLimit) int {
	back := math.Ceil(limit.PerSecond * transit.Seconds())
	return limit.Burst - int(min(back, float64(limit.Burst/2)))
}

// delay returns how long it takes until the lane may take one more delivery. l.mu must be held.
func (l *lane) delay(now time.Time) time.Duration {
	if pause := l.pausedUntil.Sub(now); pause > 0 {
		return pause
	}
	if l.limiter == nil {
		return 0
	}
	missing := float64(l.claimed+1) - l.limiter.TokensAt(now)
	switch {
	case missing <= tokenError:
		return 0
	case l.claimed >= l.limiter.Burst():
		return forever // charging or releasing claims wakes the lane
	}
	return l.refill(missing)
}

// refill returns how long it takes until the limiter has so many more tokens. A very low rate would overflow; the lane looks again after an hour.
func (l *lane) refill(tokens float64) time.Duration {
	return time.Duration(math.Ceil(min(tokens/float64(l.limiter.Limit()), time.Hour.Seconds()) * 1e9))
}

// SpendBurst lets the rate limit of a lane begin without a burst, because another process may have used it a moment ago. A lane has the name
// of its sender, or of its channel if the sender is not known.
func (d *Dispatcher) SpendBurst(name string) {
	d.named(name, func(l *lane) { l.spendBurst(time.Now()) })
}

// named does something with the lane of a name, if there is one.
func (d *Dispatcher) named(name string, do func(*lane)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key, l := range d.lanes {
		if key.sender == name || key.sender == "" && key.channel.String() == name {
			do(l)
		}
	}
}

// Delay returns how long it takes until the rate limit of a lane lets one more message through, or 0 for a lane without a rate limit. The lane
// has the name that SpendBurst takes. What waits in the lane does not count.
func (d *Dispatcher) Delay(name string) time.Duration {
	var delay time.Duration
	d.named(name, func(l *lane) { delay = l.rateDelay(time.Now()) })
	return delay
}

func (l *lane) rateDelay(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.limiter == nil {
		return 0
	}
	// What is claimed is as good as used.
	missing := float64(l.claimed+1) - l.limiter.TokensAt(now)
	if missing <= tokenError {
		return 0
	}
	return l.refill(missing)
}

func (l *lane) spendBurst(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.limiter == nil {
		return
	}
	if n := int(l.limiter.TokensAt(now)); n > 0 {
		l.limiter.ReserveN(now, n)
	}
}

// wakeAfter wakes the lane when a delay has passed. l.mu must be held.
func (l *lane) wakeAfter(delay time.Duration) {
	switch {
	case delay == forever:
	case l.timer == nil:
		l.timer = time.AfterFunc(delay, func() {
			l.mu.Lock()
			l.wake.Broadcast()
			l.mu.Unlock()
		})
	default:
		l.timer.Reset(delay)
	}
}

// allowance returns how many deliveries the rate limit and a pause let through now. l.mu must be held.
func (l *lane) allowance(now time.Time) int {
	switch {
	case now.Before(l.pausedUntil):
		return 0
	case l.limiter == nil:
		return math.MaxInt
	}
	return max(0, int(l.limiter.TokensAt(now)+tokenError)-l.claimed)
}

// claim sets n tokens aside. It returns false if the lane has no rate limit. l.mu must be held.
func (l *lane) claim(n int) bool {
	if l.limiter == nil {
		return false
	}
	l.claimed += n
	return true
}

// release frees n claimed tokens that are not needed.
func (l *lane) release(n int) {
	if n == 0 {
		return
	}
	l.mu.Lock()
	l.claimed -= n
	l.wake.Broadcast()
	l.mu.Unlock()
}

// claim is the claim of a batch that is about to be handed over.
type claim struct {
	lane *lane
	n    int // how many tokens are claimed and not charged
}

// charge uses the claimed tokens.
func (c *claim) charge() {
	l := c.lane
	l.mu.Lock()
	l.claimed -= c.n
	l.limiter.ReserveN(time.Now(), min(c.n, l.limiter.Burst()))
	c.n = 0
	l.wake.Broadcast()
	l.mu.Unlock()
}

// pauseUntil stops the lane until then. A pause never shortens an earlier one.
func (l *lane) pauseUntil(until time.Time, reason string) {
	l.mu.Lock()
	if until.After(l.pausedUntil) {
		l.pausedUntil, l.pauseReason = until, reason
	}
	l.mu.Unlock()
	l.d.view.changes.Add(1)
}

// paused returns the reason that the lane is paused and until when. The reason is empty if it is not paused.
func (l *lane) paused() (reason string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.pausedUntil) {
		return l.pauseReason, l.pausedUntil
	}
	return "", time.Time{}
}
