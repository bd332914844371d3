// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func shell(t *testing.T, i *Isolation, o WorldOptions, script string) (string, *World) {
	t.Helper()
	w, err := i.World(o)
	require.NoError(t, err)
	t.Cleanup(w.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", script)
	require.NoError(t, w.Enter(cmd))
	start := time.Now()
	out, err := cmd.CombinedOutput()
	t.Log(time.Since(start), err)
	require.NoError(t, w.Err(), "%s", out)
	return string(out), w
}

func TestWorld(t *testing.T) {
	i, err := New(Options{Seed: 1, Binary: "/bin/sh"})
	require.NoError(t, err)
	defer func() { require.NoError(t, i.Close()) }()
	out, w := shell(t, i, WorldOptions{}, `id; hostname; cat /proc/1/cmdline | tr '\0' ' '; cat /proc/1/environ; ls -la / /dev /tmp /etc /sys; cat /proc/self/status /proc/self/uid_map /proc/self/mountinfo; cat /proc/net/route /proc/net/fib_trie; ls -l /proc/self/fd; ls /proc; env; pwd; cat /proc/self/cgroup; echo hi > /tmp/x; echo a > $HOME/y; echo no > /etc/z; ls -l /proc/1/exe /proc/1/fd; getent hosts telemetry.example.com; bash -c 'echo >/dev/tcp/127.0.0.1/99; echo > /dev/tcp/8.8.8.8/443; echo x > /dev/udp/9.9.9.9/999; echo x > /dev/tcp/2001:db8::1/80'`)
	t.Log(out)
	for _, a := range w.Attempts() {
		t.Log(a.What)
	}
	for _, f := range w.Files() {
		t.Log(f.Path, string(f.Content))
	}
}

func BenchmarkWorld(b *testing.B) {
	i, err := New(Options{Seed: 1, Binary: "/bin/true"})
	require.NoError(b, err)
	defer func() { require.NoError(b, i.Close()) }()
	for b.Loop() {
		w, err := i.World(WorldOptions{})
		require.NoError(b, err)
		cmd := exec.CommandContext(b.Context(), "/bin/true")
		require.NoError(b, w.Enter(cmd))
		require.NoError(b, cmd.Run())
		w.Close()
	}
}
