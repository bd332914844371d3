// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// certifiedCopy returns a private copy of the test's provider, what it may execute, and another program with the same behaviour.
func certifiedCopy(t *testing.T) (path string, c *Certified, other string) {
	t.Helper()
	dir := t.TempDir()
	data, err := os.ReadFile(badProvider)
	require.NoError(t, err)
	other = filepath.Join(dir, "other")
	require.NoError(t, os.WriteFile(other, append(data, 0), 0o700))
	copies, err := NewCopies()
	require.NoError(t, err)
	t.Cleanup(func() { _ = copies.Close() })
	path, sum, err := copies.Add(badProvider)
	require.NoError(t, err)
	return path, &Certified{SHA256: hex.EncodeToString(sum[:]), Original: badProvider}, other
}

func TestCertifiedProgram(t *testing.T) {
	t.Parallel()
	l, _ := newLauncher(t)
	path, certified, _ := certifiedCopy(t)
	p, err := l.Start(t.Context(), Spec{Name: "bad", Path: path, Certified: certified, StartTimeout: hang})
	require.NoError(t, err)
	defer p.Kill()
	running, err := p.Running()
	require.NoError(t, err)
	assert.Equal(t, Running{SHA256: certified.SHA256}, running, "it is linked statically, and runs nothing else")
	assert.NoError(t, p.CheckCertified())
}

// TestOtherProgramsAreRefused starts what has the right hash and lets other bytes do the work.
func TestOtherProgramsAreRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ mode, say string }{
		"it executes another program":  {"exec-other", "the process executes other bytes than those of"},
		"its child is the provider":    {"spawn-other", "the provider runs a program that is not the certified one"},
		"the process is left as it is": {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, _ := newLauncher(t)
			path, certified, other := certifiedCopy(t)
			p, err := l.Start(t.Context(), Spec{
				Name: "bad", Path: path, Certified: certified, StartTimeout: hang, Env: []string{"BAD_MODE=" + tt.mode, "BAD_OTHER=" + other},
			})
			if tt.say == "" {
				require.NoError(t, err)
				p.Kill()
				return
			}
			var failed *StartError
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, OtherProgram, failed.Kind)
			assert.ErrorContains(t, err, tt.say)
		})
	}
}

// TestRenameLoop swaps the installed binary for another one all the time. What runs is what was hashed, or nothing runs.
func TestRenameLoop(t *testing.T) {
	t.Parallel()
	l, _ := newLauncher(t)
	_, certified, other := certifiedCopy(t)
	dir := t.TempDir()
	installed, spare := filepath.Join(dir, "wahost-provider-bad"), filepath.Join(dir, "spare")
	for to, from := range map[string]string{installed: badProvider, spare: other} {
		data, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(to, data, 0o700))
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			third := filepath.Join(dir, "third")
			_, _, _ = os.Rename(installed, third), os.Rename(spare, installed), os.Rename(third, spare)
		}
	}()
	defer func() { close(stop); <-stopped }()
	copies, err := NewCopies()
	require.NoError(t, err)
	defer func() { _ = copies.Close() }()
	for range 5 {
		path, sum, err := copies.Add(installed)
		if err != nil {
			continue // it was just away
		}
		p, err := l.Start(t.Context(), Spec{Name: "bad", Path: path, Certified: certified, StartTimeout: hang})
		if hex.EncodeToString(sum[:]) != certified.SHA256 {
			require.ErrorContains(t, err, "the process executes other bytes than those of "+badProvider)
			continue
		}
		require.NoError(t, err)
		running, err := p.Running()
		require.NoError(t, err)
		assert.Equal(t, certified.SHA256, running.SHA256)
		p.Kill()
	}
}

// TestLateExec executes another program after the start has been checked.
func TestLateExec(t *testing.T) {
	t.Parallel()
	sleep, err := exec.LookPath("sleep")
	require.NoError(t, err)
	for name, say := range map[string]string{"late-child": "it was ended: the provider runs a program that is not the certified one", "late-exec": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, _ := newLauncher(t)
			path, certified, _ := certifiedCopy(t)
			trigger := filepath.Join(t.TempDir(), "now")
			p, err := l.Start(t.Context(), Spec{
				Name: "bad", Path: path, Certified: certified, StartTimeout: hang, Env: []string{"BAD_MODE=" + name, "BAD_OTHER=" + sleep, "BAD_TRIGGER=" + trigger},
			})
			require.NoError(t, err)
			defer p.Kill()
			require.NoError(t, os.WriteFile(trigger, nil, 0o600))
			select {
			case <-p.Done():
			case <-time.After(hang):
				t.Fatal("it still serves")
			}
			if say != "" {
				assert.Contains(t, p.OverLimit(), say)
			}
		})
	}
}

func TestCompareCertified(t *testing.T) {
	t.Parallel()
	c := &Certified{SHA256: "aa", Libraries: []string{"11"}, Original: "/opt/p"}
	for name, tt := range map[string]struct {
		running Running
		say     string
	}{
		"same":            {Running{SHA256: "aa", Libraries: []Library{{"/lib/libc.so.6", "11"}}}, ""},
		"other program":   {Running{SHA256: "bb"}, "other bytes than those of /opt/p: sha256:bb instead of the certified sha256:aa"},
		"child":           {Running{SHA256: "aa", Others: []string{"process 7 executes /bin/sh"}}, "process 7 executes /bin/sh"},
		"changed library": {Running{SHA256: "aa", Libraries: []Library{{"/lib/libc.so.6", "22"}}}, "loads the library libc.so.6, sha256:22, which was not certified"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.compare(tt.running, "/copy")
			if tt.say == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.say)
		})
	}
}

func TestDynamicProgram(t *testing.T) {
	t.Parallel()
	sleep, err := exec.LookPath("sleep")
	require.NoError(t, err)
	linker, dynamic := Dynamic(sleep)
	if !dynamic {
		t.Log("this system links its programs statically")
	} else {
		assert.True(t, strings.HasPrefix(linker, "/"), linker)
	}
	_, dynamic = Dynamic(badProvider)
	assert.False(t, dynamic)
}
