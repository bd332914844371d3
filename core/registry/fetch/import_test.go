// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/release"
)

// TestCopyKeepsWhatIsThere copies a package twice, and then another one of the same version.
func TestCopyKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	const at, name = "/mirror/acme/acme/p.zip", "wahost-provider-acme_1.0.0_linux_amd64.zip"
	linux := release.Platform{OS: "linux", Arch: "amd64"}
	s := newSite(t)
	offer := func(content string) *release.Release {
		s.files[at] = content
		pkg := release.Package{Size: int64(len(content)), SHA256: sha(content), At: s.URL + at}
		return &release.Release{Source: acme, Version: version(t, "1.0.0"), Packages: map[release.Platform]release.Package{linux: pkg}}
	}
	f := Filesystem{Dir: t.TempDir()}
	for range 2 {
		require.NoError(t, f.Copy(t.Context(), s.place(t), offer("content"), linux, nil))
	}
	require.Equal(t, []string{at}, s.seen(), "what is there is not downloaded again")
	err := f.Copy(t.Context(), s.place(t), offer("changed"), linux, nil)
	require.ErrorContains(t, err, name+" is there already, and has other bytes")
	entries, err := os.ReadDir(filepath.Join(f.Dir, "acme", "acme"))
	require.NoError(t, err)
	require.Len(t, entries, 1)
	content, err := os.ReadFile(filepath.Join(f.Dir, "acme", "acme", name))
	require.NoError(t, err)
	require.Equal(t, "content", string(content))
	info, err := entries[0].Info()
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o644), info.Mode().Perm())
}
