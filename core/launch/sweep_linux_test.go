// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"bufio"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/internal/procfs"
)

// daemonOf waits for the process that a provider of the mode "daemon" started.
func daemonOf(t *testing.T, log func() string) int {
	t.Helper()
	child := 0
	require.Eventually(t, func() bool { child = childOf(log()); return child > 0 }, hang, 10e6)
	require.NotEmpty(t, procfs.State(child))
	return child
}

// A process that left the session of its provider and lost its parent ends with the provider, however that ends.
func TestDaemonsOfProvidersEndWithThem(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(p *Process){
		"an orderly end":          func(*Process) {},
		"the provider was killed": func(p *Process) { _ = syscall.Kill(p.PID(), syscall.SIGKILL); <-p.Done() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, log := newLauncher(t)
			p := start(t, l, "daemon")
			child := daemonOf(t, log.String)
			other := start(t, l, "daemon") // of the same host
			end(p)
			p.Kill()
			gone(t, child)
			_, err := other.Client.Metadata(t.Context())
			require.NoError(t, err, "the other provider runs")
			pids, _ := procfs.WithEnv("PLUGIN_UNIX_SOCKET_DIR", func(dir string) bool { return dir == other.dir })
			require.NotEmpty(t, pids)
		})
	}
}

// With SweepAtClose, Close ends what escaped from the processes of the launcher and of those that have its folder.
func TestDaemonsEndWithTheLauncher(t *testing.T) {
	t.Parallel()
	l, log := newLauncher(t)
	l.SweepAtClose = true
	p := start(t, l.With(l.logger), "daemon")
	child := daemonOf(t, log.String)
	p.Kill()
	require.NotEmpty(t, procfs.State(child), "nobody looks for it yet")
	require.NoError(t, l.Close())
	gone(t, child)
}

// What a killed host leaves behind is ended by the next host that uses the same folder.
func TestTheNextHostEndsWhatAKilledHostLeft(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	host := exec.Command(os.Args[0])
	host.Env = append(os.Environ(), "LAUNCH_TEST_HOST="+badProvider, "LAUNCH_TEST_MODE=daemon")
	out, err := host.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, host.Start())
	lines := bufio.NewReader(out)
	var pids []int
	for range 2 {
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		pid, err := strconv.Atoi(strings.TrimSpace(line))
		require.NoError(t, err)
		pids = append(pids, pid)
	}
	running, err := New(hclog.NewNullLogger())
	require.NoError(t, err)
	require.NoError(t, running.Close())
	require.NotContains(t, []string{"", "Z", "X"}, procfs.State(pids[1]), "the host still runs, so its processes are left alone")
	require.NoError(t, host.Process.Kill())
	_ = host.Wait()
	gone(t, pids[0])
	next, err := New(hclog.NewNullLogger())
	require.NoError(t, err)
	require.NoError(t, next.Close())
	gone(t, pids[1])
}
