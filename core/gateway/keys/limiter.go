// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package keys

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limiter bounds how fast keys are used, for each key on its own. The zero value is ready for use.
type Limiter struct {
	mu   sync.Mutex
	byID map[string]*bucket
}

type bucket struct {
	limit *rate.Limiter
	rate  float64
}

// Take counts one request of a key. If the key is too fast, it returns how long to wait, and the request does not count. A key may
// use what it has for one second at once.
func (l *Limiter) Take(k *Key, now time.Time) (wait time.Duration) {
	if k.Rate <= 0 {
		return 0
	}
	r := l.bucket(k, now).ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// bucket returns the limiter of a key. A key whose rate was changed keeps what it has used.
func (l *Limiter) bucket(k *Key, now time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.byID[k.ID]
	burst := max(1, int(math.Ceil(k.Rate)))
	switch {
	case !ok:
		if l.byID == nil {
			l.byID = map[string]*bucket{}
		}
		b = &bucket{rate.NewLimiter(rate.Limit(k.Rate), burst), k.Rate}
		l.byID[k.ID] = b
	case b.rate != k.Rate:
		b.limit.SetLimitAt(now, rate.Limit(k.Rate))
		b.limit.SetBurstAt(now, burst)
		b.rate = k.Rate
	}
	return b.limit
}
