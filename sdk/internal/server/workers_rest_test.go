// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestIdleWorkersEnd checks that workers that nobody needs end, that those that are needed stay, and that a stop ends all.
func TestIdleWorkersEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w workers
		w.init(4)
		count := func() (running, idle int) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.running, len(w.idle)
		}
		atOnce := func(n int) {
			release := make(chan struct{})
			for range n {
				w.do(func() { <-release })
			}
			close(release)
			synctest.Wait()
		}
		atOnce(3)
		running, idle := count()
		require.Equal(t, []int{3, 3}, []int{running, idle})

		for range 10 {
			atOnce(1)
			time.Sleep(workerRest / 3)
		}
		running, idle = count()
		require.Equal(t, []int{1, 1}, []int{running, idle}, "one is needed")

		time.Sleep(3 * workerRest)
		synctest.Wait()
		running, idle = count()
		require.Equal(t, []int{0, 0}, []int{running, idle})
		require.Nil(t, w.timer)

		atOnce(6)
		running, idle = count()
		require.Equal(t, []int{4, 4}, []int{running, idle}, "the bound holds after some have ended")
		w.stop()
		synctest.Wait()
		require.Empty(t, w.idle)
	})
}
