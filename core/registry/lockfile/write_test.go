// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lockfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const written = header + `
provider "acme" {
  source      = "acme/acme"
  version     = "0.1.0"
  constraints = "~> 0.1"
  platforms = [
    "darwin_arm64",
    "linux_amd64",
  ]
  hashes = [
    "h1:a",
    "h1:b",
    "zh:c",
  ]
}

provider "by-hand" {
  version = "1.0.0"
  hashes = [
    "h1:x",
  ]
}
`

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, diags := Read(dir)
	require.Empty(t, diags)
	changed, err := f.Write(nil)
	require.NoError(t, err)
	require.False(t, changed, "a lock file that would be empty is not written")
	require.NoFileExists(t, f.Path)

	providers := []Provider{
		{Name: "by-hand", Version: "1.0.0", Hashes: []string{"h1:x"}},
		{
			Name: "acme", Source: "acme/acme", Version: "0.1.0", Constraints: "~> 0.1",
			Platforms: []string{"linux_amd64", "darwin_arm64"}, Hashes: []string{"zh:c", "h1:b", "h1:a", "h1:b"},
		},
	}
	changed, err = f.Write(providers)
	require.NoError(t, err)
	require.True(t, changed)
	content, err := os.ReadFile(f.Path)
	require.NoError(t, err)
	require.Equal(t, written, string(content))

	back, diags := Read(dir)
	require.Empty(t, diags)
	require.True(t, back.Provider("acme").Has("zh:c"))
	require.True(t, back.Provider("acme").HasPlatform("linux_amd64"))
	require.False(t, back.Provider("acme").HasPlatform("windows_amd64"))
	require.Empty(t, back.Provider("by-hand").Source)
	require.False(t, back.Provider("gone").Has("h1:x"))
	changed, err = back.Write(back.Providers)
	require.NoError(t, err)
	require.False(t, changed)
}

func TestWriteThroughALink(t *testing.T) {
	t.Parallel()
	dir, other := t.TempDir(), t.TempDir()
	target := filepath.Join(other, "lock.hcl")
	require.NoError(t, os.WriteFile(target, nil, 0o600))
	require.NoError(t, os.Symlink(target, filepath.Join(dir, Name)))
	f, diags := Read(dir)
	require.Empty(t, diags)
	_, err := f.Write([]Provider{{Name: "a", Version: "1.0.0", Hashes: []string{"h1:x"}}})
	require.NoError(t, err)
	info, err := os.Lstat(f.Path)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink)
	content, err := os.ReadFile(target)
	require.NoError(t, err)
	require.Contains(t, string(content), `provider "a"`)
}
