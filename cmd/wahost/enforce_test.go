// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/sdk/client"
)

const enforced = `
wahost {
  required_providers {
    acme = { source = "wahost/acme" }
  }
  certificate {
    require_certificate = "enforce"
    trusted_key "vendor" {
      file = "vendor.pub"
      tier = "self"
      providers = ["wahost/*"]
    }
  }
}
provider "acme" {
  api_key = var.key
}
variable "key" {
  type      = string
  sensitive = true
  default   = "secret-key"
}
channel "acme" "main" {
  sender = "4915112345678"
}
route "all" {
  match {
    kind = ["text", "list"]
  }
  channels = [channel.acme.main]
}
`

// TestEnforce does not run in parallel, because it sets an environment variable.
func TestEnforce(t *testing.T) {
	built, err := os.ReadFile(acme(t))
	require.NoError(t, err)
	tests := map[string]struct {
		change func(s *verify.Statement)
		config func(string) string
		tamper bool
		strip  bool // the certificate
		attach bool
		code   int
		say    string
	}{
		"valid":              {code: cli.ExitOK, say: "Valid: 1 channels"},
		"attached":           {attach: true, code: cli.ExitEnvironment, say: "the bytes that it was started from are not known"},
		"missing":            {strip: true, code: cli.ExitEnvironment, say: "there is no such file"},
		"capability missing": {change: func(s *verify.Statement) { s.Predicate.Capabilities = []string{"text"} }, code: cli.ExitEnvironment, say: "does not cover list"},
		"one byte more":      {tamper: true, code: cli.ExitEnvironment, say: "the certificate is for another binary"},
		"ended":              {change: func(s *verify.Statement) { moveTo(s, time.Now().Add(-time.Hour)) }, code: cli.ExitEnvironment, say: "the certificate ended"},
		"predicate type":     {change: func(s *verify.Statement) { s.PredicateType = "https://slsa.dev/provenance/v1" }, code: cli.ExitEnvironment, say: "slsa.dev"},
		"tier": {config: func(c string) string {
			return strings.Replace(c, "trusted_key", "minimum_tier = \"official\"\n    trusted_key", 1)
		}, code: cli.ExitEnvironment, say: `"official" is required`},
		"warn":                  {strip: true, config: func(c string) string { return strings.Replace(c, `"enforce"`, `"warn"`, 1) }, code: cli.ExitOK, say: "Warning: Provider not certified"},
		"off":                   {strip: true, config: func(c string) string { return strings.Replace(c, `"enforce"`, `"off"`, 1) }, code: cli.ExitOK, say: "Valid: 1 channels"},
		"missing key file":      {config: func(c string) string { return strings.Replace(c, "vendor.pub", "nowhere.pub", 1) }, code: cli.ExitUsage, say: "nowhere.pub"},
		"unknown mode":          {config: func(c string) string { return strings.Replace(c, `"enforce"`, `"enforced"`, 1) }, code: cli.ExitUsage, say: `Did you mean "enforce"?`},
		"unreachable threshold": {config: func(c string) string { return strings.Replace(c, "trusted_key", "threshold = 2\n    trusted_key", 1) }, code: cli.ExitUsage, say: "only 1 keys are trusted"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv(install.EnvDir, dir)
			if tt.attach {
				t.Setenv(client.EnvReattach, `{"acme":{"protocol":"grpc","protocol_version":1,"pid":1,"network":"unix","address":"/nowhere"}}`)
			}
			binary := filepath.Join(dir, "wahost-provider-acme")
			require.NoError(t, os.WriteFile(binary, built, 0o755))
			signed := sign(t, binary, tt.change)
			if tt.tamper {
				require.NoError(t, os.WriteFile(binary, append(append([]byte{}, built...), 0), 0o755))
			}
			config := enforced
			if tt.config != nil {
				config = tt.config(config)
			}
			files := map[string][]byte{"main.wahost.hcl": []byte(config), "vendor.pub": signed.public}
			if !tt.strip {
				files["certificates/acme.json"] = signed.certificate
			}
			for file, content := range files {
				path := filepath.Join(dir, "config", file)
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, content, 0o600))
			}
			code, stdout, stderr := program(t.Context(), "--config", filepath.Join(dir, "config"), "validate")
			output := strings.Join(strings.Fields(stdout+stderr), " ") // long lines are wrapped
			assert.Equal(t, tt.code, code, output)
			assert.Contains(t, output, tt.say)
			if tt.code == cli.ExitEnvironment {
				assert.Contains(t, output, "wahost conformance run", "the command that makes a certificate")
			}
		})
	}
}
