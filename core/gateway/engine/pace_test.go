// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// However long messages are held up between their reservation and their call, no window of time has more of them than the pace allows. A pace
// that is not held up is reached.
func TestPaceIsKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		perMinute := rapid.SampledFrom([]int{1, 59, 600, 1200, 6000, 600_000}).Draw(t, "per minute")
		start := time.Unix(1_800_000_000, 0)
		now := start
		var p pace
		p.setPace(perMinute, now)
		var left []time.Time
		for range rapid.IntRange(1, 300).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				now = now.Add(time.Duration(rapid.Int64Range(0, int64(5*p.interval)).Draw(t, "time")).Round(time.Microsecond))
			case 1: // the feed takes a message
				if p.wait(now) == 0 {
					p.reserved++
				}
			case 2: // a call begins
				if p.reserved > 0 {
					p.spend(now)
					p.reserved--
					left = append(left, now)
				}
			case 3: // the dispatcher gives a message back
				if p.reserved > 0 && rapid.Bool().Draw(t, "back") {
					p.reserved--
				}
			}
		}
		for i := range left {
			require.GreaterOrEqual(t, left[i].Sub(start), p.interval)
			for j := i + 1; j < len(left); j++ {
				require.GreaterOrEqual(t, left[j].Sub(left[i]), time.Duration(j-i-p.burst+1)*p.interval, "from %d to %d of %d", i, j, len(left))
			}
		}
	})
	var p pace
	now := time.Unix(1_800_000_000, 0)
	p.setPace(600, now)
	for range 100 {
		now = now.Add(p.wait(now))
		p.reserved++
		require.Equal(t, time.Duration(-1), p.wait(now), "the next one waits for this one")
		p.spend(now)
		p.reserved--
	}
	require.Equal(t, 10*time.Second, now.Sub(time.Unix(1_800_000_000, 0)))
}

// Without a pace nothing waits.
func TestNoPace(t *testing.T) {
	t.Parallel()
	var p pace
	now := time.Now()
	p.setPace(600, now)
	p.setPace(0, now)
	p.spend(now)
	require.Zero(t, p.wait(now))
}
