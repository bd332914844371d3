// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestANoexecFolderIsNamed(t *testing.T) {
	t.Parallel()
	temp := filepath.FromSlash("/tmp")
	for name, test := range map[string]struct {
		dir    string
		noexec bool
		says   []string
	}{
		"below the temporary folder": {"/tmp/x", true, []string{filepath.FromSlash("/tmp/x"), "noexec", "set TMPDIR"}},
		"the temporary folder":       {"/tmp", true, []string{"noexec", "set TMPDIR"}},
		"elsewhere":                  {"/opt/providers", true, []string{filepath.FromSlash("/opt/providers"), "noexec", "move the provider"}},
		"a longer name":              {"/tmpfs", true, []string{"move the provider"}},
		"a usual folder":             {"/tmp/x", false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := explainNoexec(filepath.FromSlash(test.dir), temp, func(string) bool { return test.noexec }, fs.ErrPermission)
			require.ErrorIs(t, err, fs.ErrPermission)
			for _, text := range test.says {
				require.ErrorContains(t, err, text)
			}
			if test.says == nil {
				require.Equal(t, fs.ErrPermission, err)
			}
		})
	}
	require.Equal(t, fs.ErrNotExist, explainDenied("/x", fs.ErrNotExist))
}

// TestNoexec compares noexec with the mounts of the system that the test runs on.
func TestNoexec(t *testing.T) {
	t.Parallel()
	require.False(t, noexec(filepath.Dir(os.Args[0])), "this very program was started from there")
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		require.NotEqual(t, "linux", runtime.GOOS)
		return
	}
	for line := range strings.Lines(string(mounts)) {
		if f := strings.Fields(line); f[1] == "/proc" {
			require.Equal(t, strings.Contains(","+f[3]+",", ",noexec,"), noexec("/proc"))
		}
	}
}
