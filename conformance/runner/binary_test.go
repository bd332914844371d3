// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A run that was killed leaves its copy of the provider behind; the next one removes it, and nothing of runs that go on.
func TestCopiesOfKilledRunsAreSwept(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	program, err := os.Executable()
	require.NoError(t, err)
	first, err := NewCopy(program)
	require.NoError(t, err)
	stale := filepath.Join(copiesBase(), "999999999-left")
	require.NoError(t, os.Mkdir(stale, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(stale, "lock"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(stale, "wahost-provider-acme"), []byte("x"), 0o500))

	second, err := NewCopy(program)
	require.NoError(t, err)
	require.NoDirExists(t, stale)
	require.NoError(t, first.unchanged(), "its run goes on")
	require.NoError(t, first.remove())
	require.NoError(t, second.remove())
	left, err := os.ReadDir(copiesBase())
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestCopiesAreRefusedInAFolderOfOthers(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	require.NoError(t, os.Mkdir(copiesBase(), 0o700))
	require.NoError(t, os.Chmod(copiesBase(), 0o777))
	program, err := os.Executable()
	require.NoError(t, err)
	_, err = NewCopy(program)
	require.ErrorContains(t, err, "must be a folder of this user with mode 0700")
}

// A start compares the copy if it may have changed.
func TestChangesOfTheCopyAreSeen(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for name, change := range map[string]func(t *testing.T, b *Copy){
		"replaced": func(t *testing.T, b *Copy) {
			other := b.path + "-other"
			require.NoError(t, os.WriteFile(other, make([]byte, b.size), 0o500))
			require.NoError(t, os.Rename(other, b.path))
		},
		"written, with its old time": func(t *testing.T, b *Copy) {
			info, err := os.Stat(b.path)
			require.NoError(t, err)
			require.NoError(t, os.Chmod(b.path, 0o700))
			require.NoError(t, os.WriteFile(b.path, make([]byte, b.size), 0o700))
			require.NoError(t, os.Chtimes(b.path, info.ModTime(), info.ModTime()))
		},
		"gone": func(t *testing.T, b *Copy) { require.NoError(t, os.Remove(b.path)) },
	} {
		t.Run(name, func(t *testing.T) {
			program, err := os.Executable()
			require.NoError(t, err)
			b, err := NewCopy(program)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, b.remove()) })
			if _, ok := identify(b.path); ok {
				require.Nil(t, b.expected(), "nothing happened to it")
			}
			require.NoError(t, b.unchanged())
			change(t, b)
			require.Equal(t, b.sum[:], b.expected())
			require.Error(t, b.unchanged())
		})
	}
}
