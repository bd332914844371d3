// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package procfs

import (
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProcesses(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		assert.Zero(t, PeakMemory(os.Getpid()))
		assert.Nil(t, Family(os.Getpid()))
		assert.Empty(t, State(os.Getpid()))
		assert.Nil(t, Peers(os.Getpid()))
		return
	}
	assert.Positive(t, PeakMemory(os.Getpid()))
	assert.Zero(t, PeakMemory(-1))
	assert.Contains(t, Family(os.Getppid()), os.Getpid())
	assert.Contains(t, []string{"R", "S"}, State(os.Getpid()))
	assert.Empty(t, State(-1))

	for _, c := range []struct {
		env   []string
		found bool
	}{{[]string{"PROCFS_TEST=yes"}, true}, {[]string{}, false}} {
		cmd := exec.Command("sleep", "100")
		cmd.Env = c.env
		require.NoError(t, cmd.Start())
		look := func() bool {
			pids, _ := WithEnv("PROCFS_TEST", func(value string) bool { return value == "yes" })
			return slices.Contains(pids, cmd.Process.Pid)
		}
		// A process without an environment is not taken for one that is about to execute a program, once it does.
		require.Eventually(t, func() bool { return look() == c.found && !executes(cmd.Process.Pid) }, 20*time.Second, time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait()
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	conn, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	assert.True(t, slices.ContainsFunc(Peers(os.Getpid()), func(peer string) bool { return strings.HasPrefix(peer, "0100007F:") }))
}
