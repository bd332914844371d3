// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/internal/testbin"
)

// TestOutsideProvider certifies a provider as its author would: a module of its own, in a folder that knows nothing of
// this repository, with the commands of wahost, the provider's binary and the dialect.
func TestOutsideProvider(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the whole suite")
	}
	dir := t.TempDir()
	repository, err := filepath.Abs("..")
	require.NoError(t, err)
	copyFiles(t, dir, map[string]string{
		"testdata/formpost/go.mod.txt": "go.mod", "testdata/formpost/main.go": "main.go", "testdata/formpost/wire.go": "wire.go",
		"testdata/formpost/dialect.hcl": "dialect.hcl", "../go.sum": "go.sum",
	})
	const binary = "wahost-provider-formpost"
	goRun(t, dir, "mod", "edit", "-replace", "github.com/wahost/wahost="+repository)
	goRun(t, dir, "build", "-mod=mod", "-o", binary, ".")
	rep := certify(t, dir, binary, "dialect.hcl", "text,image,list,button", "formpost 1.0.0")
	// What makes this vendor a case of its own: texts are found inside JSON inside a form.
	i := slices.IndexFunc(rep.Results, func(r report.Result) bool { return r.ID == "send/list/fidelity" })
	if assert.GreaterOrEqual(t, i, 0, "the list is checked") {
		assert.Equal(t, report.Pass, rep.Results[i].Status)
	}
}

// certify certifies a provider in a folder with the commands of wahost, and returns the report. The provider must pass every check.
// The certificate must hold for the capabilities and be about the name and version.
func certify(t *testing.T, dir, binary, dialect, capabilities, about string) *report.Report {
	t.Helper()
	require.NoError(t, testbin.Into(t.Context(), dir, testbin.Flags(), map[string]string{"github.com/wahost/wahost/cmd/wahost": "wahost"}))
	wahost := func(args ...string) string {
		t.Helper()
		var stdout, stderr bytes.Buffer
		cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "wahost"), append([]string{"conformance"}, args...)...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
		require.NoError(t, cmd.Run(), "%s\n%s", &stdout, &stderr)
		return stdout.String()
	}
	wahost("keygen", "--out", "vendor")
	output := wahost("run", binary, "--dialect", dialect, "--certify", "--sign", "vendor.pem", "--out", "cert")
	assert.Contains(t, output, "Certificate written to")
	output = wahost("verify", "cert/certificate.json", binary, "--key", "vendor.pub", "--capability", capabilities)
	assert.Contains(t, output, "valid: "+about+" is CONFORMANT")

	data, err := os.ReadFile(filepath.Join(dir, "cert", "report.json"))
	require.NoError(t, err)
	rep, err := report.Read(data)
	require.NoError(t, err)
	assert.True(t, rep.Verdict.Certifiable)
	assert.Greater(t, rep.Verdict.Counts[report.Pass], 200)
	for _, r := range rep.Results {
		assert.Contains(t, []report.Status{report.Pass, report.NA}, r.Status, "%s: %v", r.ID, r)
	}
	return rep
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
