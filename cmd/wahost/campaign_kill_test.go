// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// killedRows and killedTimes are the size of TestKill. WAHOST_TEST_KILL, such as "40000x10", makes it larger.
const (
	killedRows  = 1200
	killedTimes = 2
)

// A campaign that is killed at any moment is continued by the same command: at most the channel's window is unknown, and every
// other number reaches the vendor exactly once.
func TestKill(t *testing.T) {
	t.Parallel()
	rows, times := killedRows, killedTimes
	if size := os.Getenv("WAHOST_TEST_KILL"); size != "" {
		var errs [2]error
		a, b, _ := strings.Cut(size, "x")
		rows, errs[0] = strconv.Atoi(a)
		times, errs[1] = strconv.Atoi(b)
		require.Equal(t, [2]error{}, errs, `WAHOST_TEST_KILL must be ROWSxTIMES, such as "40000x10"`)
	}
	for channel, window := range map[string]int{
		"pushwoosh.eu":  64,
		"innopaas.main": 2 * 1000, // two vendor requests of the largest size
	} {
		t.Run(channel, func(t *testing.T) {
			t.Parallel()
			c := newCampaign(t, rows, channel)
			inDoubt := map[string]bool{}
			note := func(r campaignResult) (unknown int) {
				for _, row := range r.rows {
					if row.Outcome == "unknown" {
						inDoubt[row.To] = true
						unknown++
					}
				}
				return unknown
			}
			killed := 0
			for n := range times {
				run := c.start()
				// Groups are so fast that a later point would not be met.
				at := n*rows/times + rand.IntN(rows/times) + 1
				c.vendor.await(t, at, run.done)
				_ = run.cmd.Process.Signal(syscall.SIGKILL)
				r := run.wait()
				if r.code == -1 {
					killed++
				}
				require.LessOrEqual(t, note(r), window, "unknown after the kill before")
				t.Logf("killed at %d of %d: %d unknown from before", at, rows, r.summary.Unknown)
			}
			last := c.run()
			require.LessOrEqual(t, note(last), window)
			require.Zero(t, last.summary.Unsent, last.stderr)
			require.Zero(t, last.summary.Rejected, last.stderr)
			require.LessOrEqual(t, len(inDoubt), killed*window)
			require.Equal(t, rows, last.summary.Accepted+last.summary.Unknown+last.summary.Before["accepted"]+last.summary.Before["unknown"])
			c.requireOnce(inDoubt)
			t.Logf("killed %d times: %d of %d in doubt", killed, len(inDoubt), rows)

			// A further run has nothing to do.
			again := c.run()
			require.Empty(t, again.rows)
			require.Equal(t, rows, again.summary.Before["accepted"]+again.summary.Before["unknown"])
			c.requireOnce(inDoubt)
		})
	}
}
