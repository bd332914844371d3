//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"
)

func TestFoldersOfLivingHostsStay(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	require.NoError(t, os.Chmod(base, 0o700))
	living, remove, err := MakeDir(base)
	require.NoError(t, err)
	// A host that lives in another namespace has an id that does not exist in this one.
	foreign := filepath.Join(base, "999999999-foreign")
	require.NoError(t, os.Rename(living, foreign))
	old := time.Now().Add(-48 * time.Hour)
	folder := func(name string, locked bool, at time.Time) string {
		dir := filepath.Join(base, name)
		require.NoError(t, os.Mkdir(dir, 0o700))
		if locked {
			require.NoError(t, os.WriteFile(filepath.Join(dir, lockName), nil, 0o600))
		}
		require.NoError(t, os.Chtimes(dir, at, at))
		return dir
	}
	killed := folder("1-killed", true, time.Now())
	young, aged := folder("999999998-young", false, time.Now()), folder("999999998-aged", false, old)
	made, abandoned := folder("new-1", true, time.Now()), folder("new-2", true, old)

	_, removeOther, err := MakeDir(base)
	require.NoError(t, err)
	for _, dir := range []string{foreign, young, made} {
		require.DirExists(t, dir)
	}
	for _, dir := range []string{killed, aged, abandoned} {
		require.NoDirExists(t, dir)
	}
	require.NoError(t, removeOther())
	require.NoError(t, remove(), "its folder has another name by now")
	sweep(base)
	require.NoDirExists(t, foreign)
}

// envBase makes the test below a host in a namespace of its own.
const envBase = "WAHOST_TEST_RUN_BASE"

// TestHostsInOtherNamespacesShareATemporaryFolder runs itself where the ids of the processes outside cannot be seen.
func TestHostsInOtherNamespacesShareATemporaryFolder(t *testing.T) {
	if base := os.Getenv(envBase); base != "" {
		_, remove, err := MakeDir(base)
		require.NoError(t, err)
		require.NoError(t, remove())
		return
	}
	t.Parallel()
	if err := exec.CommandContext(t.Context(), "unshare", "-p", "-f", "--mount-proc", "true").Run(); err != nil {
		t.Skipf("no process namespace can be made here: %v", err)
	}
	base := t.TempDir()
	require.NoError(t, os.Chmod(base, 0o700))
	dir, remove, err := MakeDir(base)
	require.NoError(t, err)
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), "unshare", "-p", "-f", "--mount-proc", self, "-test.run", "^TestHostsInOtherNamespacesShareATemporaryFolder$")
	cmd.Env = append(os.Environ(), envBase+"="+base)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.DirExists(t, dir)
	require.NoError(t, remove())
}

func TestNoPlaceForSocketsNamesTMPDIR(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", "")
	t.Setenv("TMPDIR", "/dev/null") // not even root can make a folder in it
	_, err := New(hclog.NewNullLogger())
	require.ErrorContains(t, err, "Set TMPDIR to a folder that you can write to")
}

func TestARuntimeFolderThatCannotBeUsedIsNoFault(t *testing.T) {
	runtime := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(runtime, "wahost"), nil, 0o600))
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	l, err := New(hclog.NewNullLogger())
	require.NoError(t, err)
	require.NotContains(t, l.runDir, runtime)
	require.NoError(t, l.Close())
}
