//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/internal/procfs"
	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/sdk/client"
)

var badProvider, oldProvider string

func TestMain(m *testing.M) {
	switch os.Getenv("LAUNCH_TEST_HOST") {
	case "":
	case "hidden":
		playHidden()
		return
	default:
		playHost()
		return
	}
	dir, remove := testbin.Build(map[string]string{
		"github.com/wahost/wahost/core/launch/testdata/badprovider": "wahost-provider-bad",
	})
	badProvider = filepath.Join(dir, "wahost-provider-bad")
	oldProvider = badProvider + "-old"
	if err := os.Link(badProvider, oldProvider); err != nil {
		panic(err)
	}
	code := m.Run()
	remove()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// playHost is a host that starts a provider, prints its process id, and waits to be killed.
func playHost() {
	l, err := New(hclog.NewNullLogger())
	if err != nil {
		panic(err)
	}
	spec := Spec{Name: "bad", Path: os.Getenv("LAUNCH_TEST_HOST")}
	if os.Getenv("LAUNCH_TEST_MODE") != "" {
		spec.Env = []string{"BAD_MODE=" + os.Getenv("LAUNCH_TEST_MODE")}
	}
	p, err := l.Start(context.Background(), spec)
	if err != nil {
		panic(err)
	}
	fmt.Println(p.PID())
	for spec.Env != nil {
		if child := childOf(strings.Join(p.LastOutput(), "\n")); child > 0 {
			fmt.Println(child)
			break
		}
		time.Sleep(time.Millisecond)
	}
	select {}
}

func newLauncher(t *testing.T) (*Launcher, *testbin.Buffer) {
	t.Helper()
	log := &testbin.Buffer{}
	l, err := New(hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: log}))
	require.NoError(t, err)
	l.exitGrace = time.Second // a provider with children takes all of it
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l, log
}

func start(t *testing.T, l *Launcher, mode string) *Process {
	t.Helper()
	p, err := l.Start(t.Context(), Spec{Name: "bad", Path: badProvider, Env: []string{"BAD_MODE=" + mode}, StartTimeout: hang})
	require.NoError(t, err)
	t.Cleanup(p.Kill)
	return p
}

// hang is how long a test waits for what must happen. It is no measure: a busy machine may take long.
const hang = 30 * time.Second

// gone waits until a process has ended. A zombie counts as ended.
func gone(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		state := procfs.State(pid)
		return state == "Z" || state == "X" || state == "" && syscall.Kill(pid, 0) != nil
	}, hang, 10*time.Millisecond, "process %d still runs", pid)
}

func TestOddLogLinesDoNotHarmTheHost(t *testing.T) {
	t.Parallel()
	l, log := newLauncher(t)
	p := start(t, l, "odd-logs")
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "after the odd ones") }, hang, 10*time.Millisecond)
	_, err := p.Client.Metadata(t.Context())
	require.NoError(t, err)
	require.Contains(t, log.String(), "[WARN]  provider.bad: after the odd ones")
	require.Contains(t, log.String(), "cut_at_bytes")
	p.Kill()
	require.Contains(t, strings.Join(p.LastOutput(), "\n"), `{"half a`)
}

func TestProvidersEndWithAKilledHost(t *testing.T) {
	t.Parallel()
	host := exec.Command(os.Args[0])
	host.Env = append(os.Environ(), "LAUNCH_TEST_HOST="+badProvider)
	out, err := host.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, host.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	require.NoError(t, host.Process.Kill())
	_ = host.Wait()
	gone(t, pid)
}

// The kernel's help is Linux's only: the provider's own watch must do as well.
func TestProvidersNoticeAKilledParentByThemselves(t *testing.T) {
	t.Parallel()
	parent := exec.Command("sh", "-c", `"$0" & echo $!; wait`, badProvider)
	parent.Env = append(os.Environ(), client.Handshake.MagicCookieKey+"="+client.Handshake.MagicCookieValue, "PLUGIN_PROTOCOL_VERSIONS=1",
		"PLUGIN_UNIX_SOCKET_DIR="+t.TempDir())
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	_, err = lines.ReadString('\n') // the handshake: from now on it serves
	require.NoError(t, err)
	require.NoError(t, parent.Process.Kill())
	gone(t, pid)
	_ = parent.Wait()
}

func TestChildrenOfProvidersEndWithThem(t *testing.T) {
	t.Parallel()
	l, log := newLauncher(t)
	p := start(t, l, "child")
	child := 0
	require.Eventually(t, func() bool { child = childOf(log.String()); return child > 0 }, hang, 10*time.Millisecond)
	p.Kill()
	gone(t, child)
}

// childOf returns the id of the child from the output of a provider, or 0 if it is not there.
func childOf(output string) (pid int) {
	_, after, _ := strings.Cut(output, "child ")
	_, _ = fmt.Sscanf(after, "%d\n", &pid)
	return pid
}

func TestSocketsLiveInAFolderOfTheHost(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	base := filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "wahost")
	stale := filepath.Join(base, "999999999-left")
	require.NoError(t, os.MkdirAll(stale, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(stale, lockName), nil, 0o600))
	require.NoError(t, os.Chmod(base, 0o700))
	l, err := New(hclog.NewNullLogger())
	require.NoError(t, err)
	require.NoDirExists(t, stale)
	p := start(t, l, "")
	sockets, err := filepath.Glob(filepath.Join(l.runDir, "*", "plugin*"))
	require.NoError(t, err)
	require.Len(t, sockets, 1)
	info, err := os.Stat(l.runDir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	require.NoError(t, syscall.Kill(p.PID(), syscall.SIGKILL))
	p.Kill()
	require.NoError(t, l.Close())
	require.NoDirExists(t, l.runDir)
}

func TestProvidersSeeAllowedEnvironmentOnly(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "canary")
	t.Setenv("WAHOST_VAR_token", "canary")
	t.Setenv("TZ", "UTC")
	l, _ := newLauncher(t)
	p := start(t, l, "env")
	meta, err := p.Client.Metadata(t.Context())
	require.NoError(t, err)
	require.NotContains(t, meta.DocsURL, "canary")
	require.Contains(t, meta.DocsURL, "TZ=UTC")
	require.Contains(t, meta.DocsURL, "PATH=")
}

func TestStandardInputStaysTheHosts(t *testing.T) {
	t.Parallel()
	l, _ := newLauncher(t)
	p := start(t, l, "stdin")
	meta, err := p.Client.Metadata(t.Context())
	require.NoError(t, err)
	require.Equal(t, `"" EOF`, meta.DocsURL)
}

func TestOutputOutsideOfLogsIsWarnedOf(t *testing.T) {
	t.Parallel()
	l, log := newLauncher(t)
	start(t, l, "print")
	require.Eventually(t, func() bool {
		return strings.Contains(log.String(), "unexpected output") && strings.Contains(log.String(), "printed by the provider")
	}, hang, 10*time.Millisecond)
}

func TestCallsEndWithTheProcess(t *testing.T) {
	t.Parallel()
	l, _ := newLauncher(t)
	p := start(t, l, "")
	ctx, release := p.Context(t.Context())
	defer release()
	require.NoError(t, syscall.Kill(p.PID(), syscall.SIGKILL))
	select {
	case <-ctx.Done():
		require.ErrorIs(t, context.Cause(ctx), ErrProcessEnded)
	case <-time.After(hang):
		t.Fatal("the context outlived the process")
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	d, err := Describe(t.Context(), badProvider)
	require.NoError(t, err)
	require.Equal(t, Description{Name: "bad", Version: "0.0.1", Vendor: "nobody", ProtocolVersions: []int{client.ProtocolVersion}}, d)
}
