// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"fmt"
	"time"
)

// judge compares the median of a round with the lowest. w.mu must be held.
func (w *window) judge(now time.Time) *WindowChange {
	switch {
	case w.lowest == 0 || w.median <= w.lowest:
		w.lowest = w.median
		w.risen.size = 0
	case w.median <= risen(w.lowest):
		w.risen.size = 0
		if w.calm < len(w.answers)/4 {
			w.fell = now
			w.resize(w.size * windowEase)
		}
	case w.risen.size > 0 && float64(w.median) <= helpedFactor*float64(w.risen.median):
		w.risen.size = 0 // less under way has helped; the next round tells whether it was enough
	case w.risen.size > 0 && (w.size <= w.risen.size/2 || w.size <= float64(w.least())):
		change := &WindowChange{int(w.size), int(w.size), fmt.Sprintf("the vendor is slower than before: %s instead of %s", rounded(w.median), rounded(w.lowest))}
		w.lowest, w.risen.size, w.fell = w.median, 0, time.Time{}
		return change
	default:
		if w.risen.size == 0 {
			w.risen.size, w.risen.median = w.size, w.median
		}
		w.fell = time.Time{}
		return w.fall(now, now, fmt.Sprintf("the latency rose from %s to %s", rounded(w.lowest), rounded(w.median)))
	}
	if w.size < 2*w.told && int(w.size) < w.most || w.size == w.told {
		return nil
	}
	change := &WindowChange{int(w.told), int(w.size), "the latency does not rise"}
	w.told = w.size
	return change
}

func calm(lowest time.Duration) time.Duration { return scaled(lowest, calmFactor) + calmSlack }

func risen(lowest time.Duration) time.Duration { return scaled(lowest, risenFactor) + risenSlack }

func scaled(d time.Duration, factor float64) time.Duration { return time.Duration(float64(d) * factor) }

func rounded(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

// state returns the state for people.
func (w *window) state() Window {
	w.mu.Lock()
	defer w.mu.Unlock()
	return Window{Size: int(w.size), Least: w.least(), Most: w.most, UnderWay: w.underWay, Latency: w.median, Lowest: w.lowest}
}
