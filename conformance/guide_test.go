// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance"
	"github.com/wahost/wahost/conformance/report"
)

const binaryOfGuide = "wahost-provider-acme"

// TestGuide builds the program of docs/providers/writing-a-provider.md as its reader does, in a folder of its own. The
// program must be conformant without advice.
func TestGuide(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the whole suite")
	}
	dir := t.TempDir()
	copyFiles(t, dir, map[string]string{"../docs/providers/acme/main.go": "main.go", "../docs/providers/acme/dialect.hcl": "dialect.hcl", "../go.sum": "go.sum"})
	repository, err := filepath.Abs("..")
	require.NoError(t, err)
	goRun(t, dir, "mod", "init", "acme.example/"+binaryOfGuide)
	goRun(t, dir, "mod", "edit", "-require", "github.com/wahost/wahost@v0.0.0", "-replace", "github.com/wahost/wahost="+repository)
	goRun(t, dir, "build", "-mod=mod", "-o", binaryOfGuide, ".")

	rep := conformance.Test(t, conformance.Options{Command: filepath.Join(dir, binaryOfGuide), Dialect: filepath.Join(dir, "dialect.hcl")})
	assert.Equal(t, report.Conformant, rep.Verdict.Word)
	for status, count := range rep.Verdict.Counts {
		if status != report.Pass && status != report.NA {
			assert.Zero(t, count, status)
		}
	}
}

// copyFiles copies files into a folder, each under its new name.
func copyFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for from, to := range files {
		data, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, to), data, 0o600))
	}
}

// goRun runs the go command without the network.
func goRun(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOPROXY=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s: %s", strings.Join(args, " "), out)
}
