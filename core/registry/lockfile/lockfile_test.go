// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lockfile

import (
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/dirhash"
)

func TestRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare func(t *testing.T, dir string) (folder string)
		locked  bool
		err     string
	}{
		"none":      {prepare: func(_ *testing.T, dir string) string { return dir }},
		"no folder": {prepare: func(_ *testing.T, dir string) string { return filepath.Join(dir, "none") }},
		"a file":    {prepare: func(t *testing.T, dir string) string { return write(t, filepath.Join(dir, "x"), "") }},
		"a lock":    {prepare: lock(`provider "p" {` + "\n" + `version = "1"` + "\n" + `hashes = ["h1:x"]` + "\n}\n"), locked: true},
		"no hashes": {prepare: lock(`provider "p" {}`), err: "Missing required argument"},
		"no HCL":    {prepare: lock(`provider "p" {`), err: "Unclosed configuration block"},
		"no ordinary file": {prepare: func(t *testing.T, dir string) string {
			require.NoError(t, os.Mkdir(filepath.Join(dir, Name), 0o700))
			return dir
		}, err: "Lock file not readable"},
		"more than is known": {prepare: lock("other = 1\n"), err: "Unsupported argument"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, diags := Read(tt.prepare(t, t.TempDir()))
			require.NotNil(t, file)
			require.Equal(t, tt.locked, file.Provider("p") != nil)
			if tt.err == "" {
				require.Empty(t, diags)
				return
			}
			require.NotEmpty(t, diags)
			require.Equal(t, tt.err, diags[0].Summary)
		})
	}
}

func lock(content string) func(t *testing.T, dir string) string {
	return func(t *testing.T, dir string) string {
		write(t, filepath.Join(dir, Name), content)
		return dir
	}
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// TestHash compares with the library that defines the hash.
func TestHash(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "wahost-provider-a"), "the program")
	h1, sum, err := Hash(path)
	require.NoError(t, err)
	want, err := dirhash.Hash1([]string{filepath.Base(path)}, func(string) (io.ReadCloser, error) { return os.Open(path) })
	require.NoError(t, err)
	require.Equal(t, want, h1)
	bytes := sha256.Sum256([]byte("the program"))
	require.Equal(t, bytes[:], sum)
	_, _, err = Hash(path + "x")
	require.ErrorIs(t, err, os.ErrNotExist)
}
