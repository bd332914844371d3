// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package scaffold

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var some = map[string][]byte{"a": []byte("1"), "b/c": []byte("2"), ".d/e": []byte("3")}

// contents returns the files below a folder.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		found[filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator)))] = data
		return err
	}))
	return found
}

func TestWrite(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]func(parent string) (string, error){
		"new":          func(parent string) (string, error) { return filepath.Join(parent, "x"), nil },
		"deep":         func(parent string) (string, error) { return filepath.Join(parent, "x", "y"), nil },
		"empty":        func(parent string) (string, error) { d := filepath.Join(parent, "x"); return d, os.Mkdir(d, 0o755) },
		"with a slash": func(parent string) (string, error) { return filepath.Join(parent, "x") + "/", nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent := t.TempDir()
			to, err := dir(parent)
			require.NoError(t, err)
			require.NoError(t, Write(to, some))
			assert.Equal(t, some, contents(t, filepath.Clean(to)))
			entries, err := os.ReadDir(parent)
			require.NoError(t, err)
			assert.Len(t, entries, 1, "nothing else is left beside it")
		})
	}
}

// TestWriteStaysInside writes into an empty folder. The folder above, which may be on another file system, is not written to.
func TestWriteStaysInside(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := filepath.Join(parent, "x")
	require.NoError(t, os.Mkdir(dir, 0o755))
	long := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, os.Chtimes(parent, long, long))
	require.NoError(t, Write(dir, some))
	assert.Equal(t, some, contents(t, dir))
	info, err := os.Stat(parent)
	require.NoError(t, err)
	assert.True(t, info.ModTime().Equal(long), info.ModTime())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, len(some), "nothing else is left in it")
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	full, file, link := filepath.Join(parent, "full"), filepath.Join(parent, "file"), filepath.Join(parent, "link")
	require.NoError(t, os.Mkdir(full, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(full, "mine"), []byte("mine"), 0o600))
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	require.NoError(t, os.Symlink("nowhere", link))
	before := contents(t, full)
	for _, dir := range []string{full, file, link} {
		require.ErrorIs(t, Write(dir, some), ErrOccupied, dir)
	}
	assert.Equal(t, before, contents(t, full))

	// A file cannot be written: nothing is left.
	require.Error(t, Write(filepath.Join(parent, "new"), map[string][]byte{"a": nil, "a/b": nil}))
	require.Error(t, Write(filepath.Join(file, "new"), some))
	entries, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Len(t, entries, 3)
}

// TestFillUndone moves files into a folder in which one of them cannot be put.
func TestFillUndone(t *testing.T) {
	t.Parallel()
	dir, content := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(content, "a"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(content, "b"), nil, 0o600))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "b", "mine"), 0o755))
	require.Error(t, fill(dir, content))
	assert.NoFileExists(t, filepath.Join(dir, "a"))
	assert.DirExists(t, filepath.Join(dir, "b", "mine"))
}
