// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPercentFor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		live uint64
		want int
	}{
		{0, 400}, {1, 400}, {8 << 20, 400}, {12 << 20, 400}, {24 << 20, 200}, {48 << 20, 100}, {1 << 40, 100},
	} {
		assert.Equal(t, test.want, percentFor(test.live), "%d", test.live)
	}
}

// percent returns the percentage that is set now.
func percent() int {
	now := debug.SetGCPercent(100)
	debug.SetGCPercent(now)
	return now
}

// The percentage belongs to the whole process, so these tests are not parallel.
func TestCollectLess(t *testing.T) {
	t.Setenv("GOGC", "")
	before := percent()
	restore := CollectLess()
	assert.Greater(t, percent(), 100)
	// A large heap is collected as usual, and a small one less often again.
	func() {
		large := make([]byte, 2*spareBytes)
		require.Eventually(t, func() bool { runtime.GC(); return percent() == 100 }, 20*time.Second, time.Millisecond)
		runtime.KeepAlive(large)
	}()
	require.Eventually(t, func() bool { runtime.GC(); return percent() > 100 }, 20*time.Second, time.Millisecond)
	restore()
	restore()
	assert.Equal(t, before, percent())
	for range 3 {
		runtime.GC()
	}
	assert.Equal(t, before, percent(), "nothing changes it after the end")
}

func TestCollectLessLeavesGOGCAlone(t *testing.T) {
	t.Setenv("GOGC", "150")
	before := percent()
	CollectLess()()
	restore := CollectLess()
	assert.Equal(t, before, percent())
	restore()
	assert.Equal(t, before, percent())
}
