// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReplaceFile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		links []string // each leads to the one before it, the first to the file
	}{
		"file":         {},
		"link":         {links: []string{"link"}},
		"link-to-link": {links: []string{"link", "other/link"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "shared"), 0o700))
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "other"), 0o700))
			file := filepath.Join(dir, "shared", "main.wahost.hcl")
			require.NoError(t, os.WriteFile(file, []byte("a=1\n"), 0o600))
			require.NoError(t, os.Chmod(file, 0o640)) // whatever the umask is
			path := file
			for _, link := range tt.links {
				link = filepath.Join(dir, link)
				target, err := filepath.Rel(filepath.Dir(link), path)
				require.NoError(t, err)
				if err := os.Symlink(target, link); err != nil {
					t.Skipf("this system makes no symbolic links: %v", err)
				}
				path = link
			}
			require.NoError(t, ReplaceFile(path, []byte("a = 1\n")))

			got, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, "a = 1\n", string(got))
			info, err := os.Stat(file)
			require.NoError(t, err)
			require.Equal(t, fs.FileMode(0o640), info.Mode().Perm())
			for _, link := range tt.links {
				info, err := os.Lstat(filepath.Join(dir, link))
				require.NoError(t, err)
				require.Equal(t, fs.ModeSymlink, info.Mode().Type(), "%s is still a link", link)
			}
			entries, err := os.ReadDir(filepath.Dir(file))
			require.NoError(t, err)
			require.Len(t, entries, 1, "no temporary file is left")
		})
	}
	require.ErrorIs(t, ReplaceFile(filepath.Join(t.TempDir(), "missing"), nil), fs.ErrNotExist)
}

func TestReplaceFileKeepsTheFileAfterAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link := filepath.Join(dir, "dangling")
	if err := os.Symlink("missing", link); err != nil {
		t.Skipf("this system makes no symbolic links: %v", err)
	}
	require.ErrorIs(t, ReplaceFile(link, nil), fs.ErrNotExist)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}
