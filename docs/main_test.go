// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"context"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/internal/testbin"
)

var update = flag.Bool("update", false, "write what follows from the code, and what commands print, into the pages")

// bin holds wahost and its providers.
var bin string

func TestMain(m *testing.M) {
	dir, remove := testbin.Build(map[string]string{
		"github.com/wahost/wahost/cmd/wahost":                                              "wahost",
		"github.com/wahost/wahost/plugins/pushwoosh/wahost-provider-pushwoosh":             "wahost-provider-pushwoosh",
		"github.com/wahost/wahost/plugins/innopaas/wahost-provider-innopaas":               "wahost-provider-innopaas",
		"github.com/wahost/wahost/plugins/innopaas-mmlite/wahost-provider-innopaas-mmlite": "wahost-provider-innopaas-mmlite",
		"github.com/wahost/wahost/plugins/cloudapi/wahost-provider-cloudapi":               "wahost-provider-cloudapi",
		"github.com/wahost/wahost/plugins/twilio/wahost-provider-twilio":                   "wahost-provider-twilio",
		"github.com/wahost/wahost/conformance/reference/wahost-provider-acme":              "wahost-provider-acme",
	})
	bin = dir
	code := m.Run()
	remove()
	os.Exit(code)
}

// environment returns the environment of a reader who has built wahost and is in the folder.
func environment(dir string) []string {
	return []string{
		"PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir(), "NO_COLOR=1",
	}
}

// wahost runs one command line in a folder and returns what it printed and its error.
func wahost(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "wahost"), args...)
	cmd.Dir = dir
	cmd.Env = append(environment(dir), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// pages returns the paths of all pages of the repository.
func pages(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{"bin", ".git", "testdata", "node_modules"}, d.Name()) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".md" && d.Name() != "THIRD_PARTY_LICENSES.md" {
			all = append(all, path)
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(all), 20)
	return all
}
