// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lockfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALockFileIsBounded(t *testing.T) {
	t.Parallel()
	for want, src := range map[string]string{
		"Number out of range": "provider \"a\" {\n  version = \"${1e333333339}\"\n  hashes = []\n}\n",
		"Nesting too deep":    "provider \"a\" {\n  version = " + strings.Repeat("[", 500_000) + "\n}\n",
		"more than":           strings.Repeat("#\n", 1<<20),
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, Name), []byte(src), 0o600))
		file, diags := Read(dir)
		require.ErrorContains(t, diags, want)
		require.Empty(t, file.Providers)
	}
}

// FuzzRead reads whatever a lock file may hold.
func FuzzRead(f *testing.F) {
	f.Add("provider \"a\" {\n  version = \"1.0.0\"\n  hashes  = [\"h1:x\"]\n}\n")
	f.Add("provider \"a\" {\n  version = \"${1e333333339}\"\n  hashes = [1]\n}\n")
	f.Fuzz(func(t *testing.T, src string) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, Name), []byte(src), 0o600))
		file, diags := Read(dir)
		if diags.HasErrors() && len(file.Providers) > 0 {
			t.Fatal("a lock file with errors locks something")
		}
	})
}
