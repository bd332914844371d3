// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/internal/redact"
)

func bufferedOutput() (*Output, *bytes.Buffer) {
	buf := &bytes.Buffer{}
	return newOutput(buf, &redact.Set{}), buf
}

func TestProgressOffATerminalIsALineEveryTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out, buf := bufferedOutput()
		var done atomic.Int64
		p := NewProgress(out, func(live bool) string {
			require.False(t, live)
			if done.Load() == 0 {
				return ""
			}
			return fmt.Sprintf("%d of 9", done.Load())
		})
		time.Sleep(heartbeat + time.Second)
		p.Update()
		done.Store(3)
		time.Sleep(2 * heartbeat)
		synctest.Wait()
		p.Close()
		assert.Equal(t, "3 of 9\n3 of 9\n", buf.String())
	})
}

func TestProgressOnATerminalIsALiveLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out, buf := bufferedOutput()
		var n atomic.Int64
		p := &Progress{out: out, live: true, stop: make(chan struct{}), finished: make(chan struct{}), line: func(live bool) string {
			require.True(t, live)
			return fmt.Sprintf("at %d", n.Load())
		}}
		go p.beat()
		p.Update()
		n.Store(1)
		p.Update() // too soon after the last one
		time.Sleep(minRedraw)
		p.Update()
		n.Store(2)
		time.Sleep(redraw)
		synctest.Wait()
		require.NoError(t, p.Above(out, "a row\n"))
		p.Close()
		const line = "\r\x1b[K"
		assert.Equal(t, line+"at 0"+line+"at 1"+line+"at 2"+line+"a row\n"+line+"at 2"+line, buf.String())
	})
}

func TestTimeLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		time.Sleep(10 * time.Second)
		assert.Empty(t, TimeLeft(began, 0, 4))
		assert.Equal(t, ", about 30s left", TimeLeft(began, 1, 4))
		assert.Empty(t, TimeLeft(began, 4, 4))
	})
}
