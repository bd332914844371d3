//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
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

// limit is the limit of starts that must reach it. The process must get far enough before, on a busy machine too.
const limit = 5 * time.Second

// The children of a provider that never answered are ended too, whoever ends its start: the limit or the caller.
func TestAFailedStartLeavesNoChildren(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(ctx context.Context, t *testing.T, path string) (output string){
		"the limit is over": func(ctx context.Context, t *testing.T, path string) string {
			l, _ := newLauncher(t)
			_, err := l.Start(context.WithoutCancel(ctx), Spec{Name: "bad", Path: path, StartTimeout: limit})
			var failed *StartError
			require.ErrorAs(t, err, &failed)
			require.Equal(t, TimedOut, failed.Kind)
			return strings.Join(failed.Output, "\n") + "\n"
		},
		"the caller gives up": func(ctx context.Context, t *testing.T, path string) string {
			l, log := newLauncher(t)
			_, err := l.Start(ctx, Spec{Name: "bad", Path: path, StartTimeout: time.Hour})
			require.ErrorIs(t, err, context.Canceled)
			return log.String()
		},
		"describe": func(ctx context.Context, t *testing.T, path string) string {
			_, err := Describe(ctx, path)
			var killed *exec.ExitError
			require.ErrorAs(t, err, &killed)
			return string(killed.Stderr)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stuck := badProvider + "-" + strings.ReplaceAll(name, " ", "-") + "-stuck"
			require.NoError(t, os.Link(badProvider, stuck))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				assert.Eventually(t, func() bool { _, err := os.Stat(stuck + ".child"); return err == nil }, hang, time.Millisecond)
				cancel()
			}()
			begin := time.Now()
			child := childOf(ask(ctx, t, stuck))
			require.Less(t, time.Since(begin), limit+hang)
			require.Positive(t, child)
			gone(t, child)
		})
	}
}

// A child that keeps the provider's output open hides its end from go-plugin.
func TestTheEndOfAProviderWithChildrenIsNoticed(t *testing.T) {
	t.Parallel()
	l, _ := newLauncher(t)
	p := start(t, l, "child")
	require.NoError(t, syscall.Kill(p.PID(), syscall.SIGKILL))
	select {
	case <-p.Done():
	case <-time.After(hang):
		t.Fatal("the end was not noticed")
	}
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

func TestFailedStarts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spec Spec
		kind StartErrorKind
		says string
	}{
		"exits at once":     {Spec{Path: badProvider, Env: []string{"BAD_MODE=exit"}}, Failed, "cannot find my licence"},
		"never answers":     {Spec{Path: badProvider, Env: []string{"BAD_MODE=hang"}, StartTimeout: limit}, TimedOut, "still thinking"},
		"serves silently":   {Spec{Path: badProvider, Env: []string{"BAD_MODE=mute"}, StartTimeout: limit}, TimedOut, "did not answer in time"},
		"prints before":     {Spec{Path: badProvider, Env: []string{"BAD_MODE=chatter"}}, Failed, "did not start"},
		"no such file":      {Spec{Path: badProvider + "-missing"}, NotExecutable, "no such file"},
		"not a program":     {Spec{Path: "launch_test.go"}, NotExecutable, "not executable"},
		"other protocol":    {Spec{Path: oldProvider, Env: []string{"BAD_MODE=old"}}, IncompatibleProtocol, "speaks protocol version 99, this wahost speaks 1"},
		"not the same file": {Spec{Path: badProvider, SHA256: make([]byte, 32)}, ChecksumMismatch, "not the one in the lock file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, _ := newLauncher(t)
			test.spec.Name = "bad"
			if test.spec.StartTimeout == 0 {
				test.spec.StartTimeout = time.Hour // what does not wait for the limit ends before
			}
			begin := time.Now()
			_, err := l.Start(t.Context(), test.spec)
			var failed *StartError
			require.ErrorAs(t, err, &failed)
			require.Equal(t, test.kind, failed.Kind, err.Error())
			require.Contains(t, err.Error(), test.says)
			require.Less(t, time.Since(begin), limit+hang)
		})
	}
}

// The start of a process cannot be interrupted: one that was given up before it began leaves nothing either.
func TestAStartThatWasGivenUp(t *testing.T) {
	t.Parallel()
	l, _ := newLauncher(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 {
		_, err := l.Start(ctx, Spec{Name: "bad", Path: badProvider})
		require.ErrorIs(t, err, context.Canceled)
	}
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

// debugged starts the provider as a person does under a debugger, and returns what it prints.
func debugged(t *testing.T) (value string) {
	t.Helper()
	debug := exec.Command(badProvider, "-debug")
	debug.Env = append(os.Environ(), "PLUGIN_UNIX_SOCKET_DIR="+t.TempDir())
	out, err := debug.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, debug.Start())
	t.Cleanup(func() { _ = debug.Process.Kill(); _ = debug.Wait() })
	for lines := bufio.NewScanner(out); value == "" && lines.Scan(); {
		if _, after, ok := strings.Cut(lines.Text(), client.EnvReattach+"="); ok {
			value = strings.Trim(after, "'")
		}
	}
	return value
}

func TestReattach(t *testing.T) {
	value := debugged(t)
	t.Setenv(client.EnvReattach, value)
	l, _ := newLauncher(t)
	for range 2 { // the first host must leave it running
		p, err := l.Start(t.Context(), Spec{Name: "bad", Path: "/nonexistent"})
		require.NoError(t, err)
		meta, err := p.Client.Metadata(t.Context())
		require.NoError(t, err)
		require.Equal(t, "bad", meta.Name)
		require.True(t, p.Attached())
		require.Zero(t, p.Stop(t.Context(), time.Second))
	}
	require.True(t, l.Attaches("bad"))
	require.Equal(t, []string{"bad"}, l.Attachable())
	require.False(t, l.Attaches("other"))
	_, err := l.Start(t.Context(), Spec{Name: "bad", Path: "/nonexistent", NoAttach: true})
	require.ErrorContains(t, err, "/nonexistent", "the binary is meant, not what runs already")

	t.Setenv(client.EnvReattach, "")
	l, _ = newLauncher(t)
	for _, text := range []string{value, client.EnvReattach + "='" + value + "'"} {
		a, err := ParseAttachment(text)
		require.NoError(t, err)
		require.Equal(t, "bad", a.Name)
		p, err := l.Attach(t.Context(), a)
		require.NoError(t, err)
		p.Kill()
		require.True(t, p.Ended())
	}
}

// A provider whose metadata has another name than its file is another vendor's, or was renamed.
func TestTheNameOfABinary(t *testing.T) {
	t.Parallel()
	l, _ := newLauncher(t)
	_, err := l.Start(t.Context(), Spec{Name: "acme", Path: badProvider})
	var start *StartError
	require.ErrorAs(t, err, &start)
	require.Equal(t, WrongName, start.Kind)
	require.Equal(t, `provider "acme": the binary `+badProvider+` says that its name is "bad". `+
		`The file of a provider is named wahost-provider-NAME after the name in its metadata: install the right binary, or rename the file to wahost-provider-bad`, err.Error())
	p, err := l.Start(t.Context(), Spec{Name: "acme", Path: badProvider, AnyName: true})
	require.NoError(t, err)
	p.Kill()
}

func TestTheNameOfAnAttachedProvider(t *testing.T) {
	value := debugged(t)
	t.Setenv(client.EnvReattach, strings.Replace(value, `{"bad"`, `{"acme"`, 1))
	l, _ := newLauncher(t)
	_, err := l.Start(t.Context(), Spec{Name: "acme"})
	require.EqualError(t, err, `provider "acme": the process that WAHOST_REATTACH_PROVIDERS names for it says that its name is "bad". Set the variable to what that process prints`)
}

// A variable that outlived its process says so, and what to do.
func TestAStaleAttachment(t *testing.T) {
	for name, address := range map[string]string{
		"no socket":            filepath.Join(t.TempDir(), "gone"),
		"nobody listens":       listenedOnce(t),
		"it is not a provider": notAProvider(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(client.EnvReattach, `{"bad":{"protocol":"grpc","protocol_version":1,"pid":1,"network":"unix","address":"`+address+`"}}`)
			l, _ := newLauncher(t)
			_, err := l.Start(t.Context(), Spec{Name: "bad", Path: "/nonexistent"})
			var start *StartError
			require.ErrorAs(t, err, &start)
			require.Equal(t, Stale, start.Kind, "%v", err)
			require.ErrorContains(t, err, "WAHOST_REATTACH_PROVIDERS names a process that does not serve any more")
			require.ErrorContains(t, err, "Start the provider with -debug again")
		})
	}
}

// listenedOnce returns the path of a socket at which nobody listens any more.
func listenedOnce(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "socket")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	listener.SetUnlinkOnClose(false)
	require.NoError(t, listener.Close())
	return path
}

// notAProvider returns the path of a socket at which a program listens that closes all connections.
func notAProvider(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "socket")
	listener, err := net.Listen("unix", path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	return path
}

func TestParseAttachment(t *testing.T) {
	t.Parallel()
	const one = `{"protocol":"grpc","protocol_version":1,"pid":1,"network":"unix","address":"/x"}`
	for name, tt := range map[string]struct{ value, say string }{
		"nothing":         {"", "0 are named"},
		"no provider":     {"{}", "0 are named"},
		"two providers":   {`{"a":` + one + `,"b":` + one + `}`, "2 are named"},
		"no JSON":         {"/tmp/plugin123", "expected the JSON"},
		"unknown network": {`{"a":{"network":"udp","address":"x"}}`, "neither unix nor tcp"},
		"no address":      {`{"a":{"network":"tcp"}}`, "address"},
		"no path":         {`{"a":{"network":"unix"}}`, "address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseAttachment(tt.value)
			require.ErrorContains(t, err, tt.say)
		})
	}
}
