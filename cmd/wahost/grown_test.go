// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/core/registry/verify/verifytest"
)

// TestGrownCapabilities enforces a certificate that covers texts, for a provider that declares every kind and a route that takes
// every kind. The test does not run in parallel, because it sets an environment variable.
func TestGrownCapabilities(t *testing.T) {
	built, err := os.ReadFile(acme(t))
	require.NoError(t, err)
	dir := t.TempDir()
	t.Setenv(install.EnvDir, dir)
	binary := filepath.Join(dir, "wahost-provider-acme")
	require.NoError(t, os.WriteFile(binary, built, 0o755))
	signed := sign(t, binary, func(s *verify.Statement) {
		only := verifytest.Statement("acme", s.Subject[0].Digest["sha256"], s.Predicate.StartedOn, "text")
		only.Predicate.Platform = s.Predicate.Platform
		*s = *only
	})
	config := strings.Replace(enforced, `kind = ["text", "list"]`, `country = ["DE"]`, 1)
	for file, content := range map[string][]byte{"main.wahost.hcl": []byte(config), "vendor.pub": signed.public, "certificates/acme.json": signed.certificate} {
		path := filepath.Join(dir, "config", file)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, content, 0o600))
	}
	list := filepath.Join(dir, "list.json")
	require.NoError(t, os.WriteFile(list, []byte(`{"to":"+4915112345678","type":"interactive","interactive":{"type":"list","body":{"text":"b"},`+
		`"action":{"button":"Go","sections":[{"title":"s","rows":[{"id":"1","title":"one"}]}]}}}`), 0o600))
	const why = "the provider declares list, and its certificate does not cover it"
	for name, args := range map[string][]string{
		"explain":              {"explain", "--message", list},
		"explain with channel": {"explain", "--message", list, "--channel", "acme.main"},
		"send with channel":    {"send", "--message", list, "--channel", "acme.main"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := program(t.Context(), append([]string{"--config", filepath.Join(dir, "config")}, args...)...)
			output := strings.Join(strings.Fields(stdout+stderr), " ") // long lines are wrapped
			assert.Contains(t, output, why)
			assert.NotEqual(t, cli.ExitUsage, code, output)
		})
	}
	code, stdout, stderr := program(t.Context(), "--config", filepath.Join(dir, "config"), "explain", "--to", "+4915112345678", "--text", "hello")
	assert.Equal(t, cli.ExitOK, code, stdout+stderr)
	assert.NotContains(t, stdout, "certificate")
}
