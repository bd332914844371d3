// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
