// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var header = regexp.MustCompile(`SPDX-FileCopyrightText: \d{4} The wahost Authors\n(//|#) SPDX-License-Identifier: Apache-2\.0\n`)

// TestFilesNameTheirLicence checks the first lines of all source files.
func TestFilesNameTheirLicence(t *testing.T) {
	t.Parallel()
	ignored := ignoredFolders(t)
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == ".git" || name == "testdata" || slices.Contains(ignored, path) {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains([]string{".go", ".proto", ".hcl", ".mk"}, filepath.Ext(path)) && filepath.Base(path) != "Makefile" || strings.HasSuffix(path, ".pb.go") {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		var head strings.Builder
		lines := bufio.NewScanner(f)
		for i := 0; i < 6 && lines.Scan(); i++ {
			head.WriteString(lines.Text() + "\n")
		}
		if !header.MatchString(head.String()) {
			t.Errorf("%s does not begin with the two SPDX lines", path)
		}
		return nil
	})
	require.NoError(t, err)
}

// ignoredFolders returns the folders that .gitignore names: what commands of the README and of the reports write there is not
// part of the project.
func ignoredFolders(t *testing.T) (paths []string) {
	t.Helper()
	text, err := os.ReadFile("../../.gitignore")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if name := strings.TrimSpace(line); strings.HasPrefix(name, "/") && strings.HasSuffix(name, "/") {
			paths = append(paths, filepath.Join("../..", name))
		}
	}
	require.NotEmpty(t, paths)
	return paths
}
