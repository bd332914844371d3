// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import "time"

const (
	// firstRetry and longestRetry bound the wait between two attempts. Each wait is four times the one before it.
	firstRetry   = 5 * time.Second
	longestRetry = 12 * time.Hour
	retryFactor  = 4
	// giveUp is how long after the first attempt a notice is tried again.
	giveUp = 3 * 24 * time.Hour

	// tripAfter is how many failures in a row make a runner try one notice at a time, after waits from firstRetry to longestPause.
	tripAfter    = 10
	longestPause = 5 * time.Minute
)

// retryDelay returns how long to wait after a number of attempts. Jitter is from 0 to 1 and makes the wait up to a tenth longer, so
// that notices that failed together do not come together again.
func retryDelay(tries int, jitter float64) time.Duration {
	d := firstRetry
	for range tries - 1 {
		if d *= retryFactor; d >= longestRetry {
			d = longestRetry
			break
		}
	}
	return d + time.Duration(jitter*float64(d)/10)
}

// pause returns how long a runner waits after a number of failures in a row, or 0 if it goes on.
func pause(failures int) time.Duration {
	if failures < tripAfter {
		return 0
	}
	d := firstRetry
	for range failures - tripAfter {
		if d *= 2; d >= longestPause {
			return longestPause
		}
	}
	return d
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
