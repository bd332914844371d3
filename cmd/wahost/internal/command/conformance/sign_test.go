// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/registry/verify"
)

// signedFolder writes a report and a key into a folder, and no binary.
func signedFolder(t *testing.T, change func(*report.Report)) (dir, key string) {
	t.Helper()
	dir = t.TempDir()
	d, diags := dialect.Load(acmeDialect)
	require.False(t, diags.HasErrors(), "%v", diags)
	r := conformantReport(d)
	if change != nil {
		change(r)
		r.Judge()
	}
	require.NoError(t, r.WriteFile("json", filepath.Join(dir, "report.json")))
	key = filepath.Join(dir, "project")
	code, _, stderr := command(t.Context(), "conformance", "keygen", "--out", key)
	require.Equal(t, cli.ExitOK, code, stderr)
	return dir, key
}

// TestSignIsAStepOfItsOwn signs where no provider runs and no binary is, so that a provider cannot steal the key.
func TestSignIsAStepOfItsOwn(t *testing.T) {
	t.Parallel()
	dir, key := signedFolder(t, nil)
	code, stdout, stderr := command(t.Context(), "conformance", "sign", dir, "--key", key+".pem")
	require.Equal(t, cli.ExitOK, code, stdout+stderr)
	data, err := os.ReadFile(filepath.Join(dir, "certificate.json"))
	require.NoError(t, err)
	s, err := verify.ReadStatement(data)
	require.NoError(t, err)
	assert.Equal(t, "acme", s.Predicate.Provider)
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*report.Report)
		args   func(t *testing.T, dir, key string) []string
		code   int
		say    string
	}{
		"no key": {nil, func(*testing.T, string, string) []string { return nil }, cli.ExitUsage, "no key: use --key FILE"},
		"countersign, no key": {nil, func(_ *testing.T, dir, key string) []string {
			return []string{"--key", key + ".pem", "--countersign", dir}
		}, cli.ExitUsage, "--trust with the public key"},
		"failed":   {func(r *report.Report) { r.Results[0].Status = report.Fail }, func(_ *testing.T, _, key string) []string { return []string{"--key", key + ".pem"} }, cli.ExitNegative, "No certificate was written: the verdict is nonconformant"},
		"open run": {func(r *report.Report) { r.Run.Mode = report.ModeOpen }, func(_ *testing.T, _, key string) []string { return []string{"--key", key + ".pem"} }, cli.ExitNegative, "and the run was open"},
		"key that others can read": {nil, func(t *testing.T, _, key string) []string {
			if runtime.GOOS == "windows" {
				t.Skip("Windows has no such modes")
			}
			require.NoError(t, os.Chmod(key+".pem", 0o644))
			return []string{"--key", key + ".pem"}
		}, cli.ExitUsage, "can be read by other users"},
		"changed report": {nil, func(t *testing.T, dir, key string) []string {
			path := filepath.Join(dir, "report.json")
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(data), `"status": "na"`, `"status": "pass"`, 1)), 0o600))
			return []string{"--key", key + ".pem"}
		}, cli.ExitUsage, "the report was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, key := signedFolder(t, tt.change)
			code, stdout, stderr := command(t.Context(), append([]string{"conformance", "sign", dir}, tt.args(t, dir, key)...)...)
			assert.Equal(t, tt.code, code, stdout+stderr)
			assert.Contains(t, stdout+stderr, tt.say)
			assert.NoFileExists(t, filepath.Join(dir, "certificate.json"))
		})
	}
}

// TestCertifyRefusesScripts: a wrapper cannot be certified in place of the program behind it.
func TestCertifyRefusesScripts(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := command(t.Context(), "conformance", "run", script(t, `exec ./real "$@"`), "--dialect", acmeDialect, "--certify", "--out", t.TempDir())
	assert.Equal(t, cli.ExitUsage, code, stdout+stderr)
	assert.Contains(t, stderr, `is a script that "/bin/sh" runs`)
	assert.Contains(t, stderr, "PyInstaller")
}

func TestUpgradePlan(t *testing.T) {
	t.Parallel()
	dir, _ := signedFolder(t, func(r *report.Report) {
		r.Planned, r.Results = r.Planned[1:], r.Results[1:]
		for i := range r.Results {
			if r.Results[i].ID == "send/text/fidelity" {
				r.Results[i].Status = report.Fail
			}
		}
		r.Suite.Version = "0.9.0"
	})
	code, stdout, stderr := command(t.Context(), "conformance", "upgrade-plan", filepath.Join(dir, "report.json"))
	require.Equal(t, cli.ExitOK, code, stdout+stderr)
	assert.Contains(t, stdout, "acme was tested with suite 0.9.0")
	assert.Contains(t, stdout, "send/text/fidelity (was: fail)")
	assert.NotContains(t, stdout, "send/list/", "it is about what the provider carried")
	code, _, stderr = command(t.Context(), "conformance", "upgrade-plan", acmeDialect)
	assert.Equal(t, cli.ExitUsage, code)
	assert.Contains(t, stderr, "neither a certificate nor a report")
}
