// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/install"
)

const hostileConfig = `
wahost {
  required_providers {
    bad-hostile = { source = "example/bad-hostile" }
  }
}

provider "bad-hostile" {
  token = "TOKEN"
}

channel "bad-hostile" "one" {}

channel "bad-hostile" "two" {}

route "all" {
  channels    = [channel.bad-hostile.one, channel.bad-hostile.two]
  fallback_on = ["vendor_rejected"]
}
`

// TestHostileTextsAreEscaped runs every command that shows something of a provider each text of which clears the screen, forges
// lines and hides characters. The test does not run in parallel, because it sets environment variables.
func TestHostileTextsAreEscaped(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("WAHOST_PROVIDER_DIR", dir)
	t.Setenv("WAHOST_LOG", "trace")
	t.Setenv("WAHOST_LOG_PROVIDER", "trace")
	t.Setenv("GITHUB_ACTIONS", "true")
	binary := filepath.Join(dir, "wahost-provider-bad-hostile")
	require.NoError(t, os.Link(filepath.Join(providerDir, "wahost-provider-bad"), binary))
	folder := func(token string) string {
		dir := t.TempDir()
		config := strings.ReplaceAll(hostileConfig, "TOKEN", token)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), []byte(config), 0o600))
		return dir
	}
	good, rows := folder("good"), filepath.Join(t.TempDir(), "rows.csv")
	require.NoError(t, os.WriteFile(rows, []byte("to\n+4915112345678\n+4915112345679\n"), 0o600))
	reports := t.TempDir()
	dialect := hostileDialect(t)
	send := func(body string) []string {
		return []string{"--config", good, "send", "--to", "+4915112345678", "--text", body}
	}
	for name, test := range map[string]struct {
		args []string
		code int
		says string // a part of the text that a person sees
	}{
		"validate":               {[]string{"--config", good, "validate"}, 0, ""},
		"providers":              {[]string{"--config", good, "providers"}, 0, `0.0.1\u001b[2J`},
		"providers schema":       {[]string{"--config", good, "providers", "schema", "bad-hostile"}, 0, `nobody\u001b[2J`},
		"explain":                {[]string{"--config", good, "explain", "--verbose", "--to", "+4915112345678", "--text", "x"}, 0, ""},
		"accepted":               {send("x"), 0, `vendor id id-`},
		"rejected":               {send("refuse"), 1, `never\u001b[2J`},
		"no outcome":             {send("nothing"), 1, ""},
		"crashed":                {send("crash hostile"), 1, ""},
		"a panic of a handler":   {send("panic"), 1, ""},
		"a file":                 {[]string{"--config", good, "send", "--to-file", rows, "--text", "refuse"}, 1, `never\u001b[2J`},
		"refused when validated": {[]string{"--config", folder("refuse-validate"), "validate"}, 2, `It is not valid.\u001b[2J`},
		"refused when opened":    {[]string{"--config", folder("refuse-configure"), "send", "--to", "+4915112345678", "--text", "x"}, -1, `It has ended.\u001b[2J`},
		"crash while validating": {[]string{"--config", folder("canary-crash"), "validate"}, 3, ""},
		"conformance run": {[]string{"conformance", "run", binary, "--dialect", dialect, "config/**", "--out", reports,
			"--output", "html=report.html", "--output", "md=report.md", "--output", "junit=junit.xml"}, -1, ""},
		"conformance verdict": {[]string{"conformance", "run", binary, "--dialect", dialect, "config/**", "--out", reports, "--progress", "json"}, -1, ""},
	} {
		for _, mode := range []string{"text", "json"} {
			t.Run(name+" "+mode, func(t *testing.T) {
				args := test.args
				if mode == "json" {
					args = append([]string{"--json"}, args...)
				}
				code, stdout, stderr := program(t.Context(), args...)
				if test.code >= 0 {
					assert.Equal(t, test.code, code, stderr)
				}
				requireHarmless(t, "standard output", stdout)
				requireHarmless(t, "standard error", stderr)
				if !strings.HasPrefix(name, "conformance") {
					require.Contains(t, stderr, `json \u001b[2J\naccepted  forged`, "the log of the provider")
				}
				if mode == "text" {
					require.Contains(t, stdout+stderr, test.says)
				}
				if mode == "json" {
					for dec := json.NewDecoder(strings.NewReader(stdout)); ; {
						var v any
						if err := dec.Decode(&v); err == io.EOF {
							break
						} else {
							require.NoError(t, err, stdout)
						}
					}
				}
			})
		}
	}
	files, err := filepath.Glob(filepath.Join(reports, "*"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 4)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		requireHarmless(t, filepath.Base(file), string(data))
		if strings.HasSuffix(file, ".html") {
			require.NotContains(t, string(data), "forged\u009b2J<b>")
		}
	}
	installed, err := install.List()
	require.NoError(t, err)
	require.Equal(t, []string{"bad-hostile"}, installed)
}

// requireHarmless requires that a text has no character that could control a terminal, and no line that a provider forged.
func requireHarmless(t *testing.T, what, text string) {
	t.Helper()
	require.True(t, utf8.ValidString(text), what)
	for i, r := range text {
		if r != '\n' && r != '\t' && (unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)) {
			require.Failf(t, "a dangerous character", "%s: %U after %q", what, r, text[max(0, i-60):i])
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasSuffix(what, ".html") {
			continue // a page is not shown line by line
		}
		require.False(t, strings.HasPrefix(line, "accepted  forged"), "%s: %q", what, line)
		if strings.HasPrefix(what, "standard ") { // which a runner of GitHub Actions reads
			require.False(t, strings.HasPrefix(strings.TrimSpace(line), "::error::forged"), "%s: %q", what, line)
			require.NotContains(t, line, "##[error]", what)
		}
	}
}

// hostileDialect writes the dialect of acme with the arguments of the bad provider, and without webhooks.
func hostileDialect(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../../conformance/reference/dialect.hcl")
	require.NoError(t, err)
	text := string(source)
	for _, change := range [][3]string{
		{"  config = {", "  options = {", "config = { token = secret(\"api_key\") }\n  channel_config = { url = endpoint() }\n"},
		{"\n  webhook {", "\n  samples {", ""},
	} {
		before, rest, ok := strings.Cut(text, change[0])
		_, after, found := strings.Cut(rest, change[1])
		require.True(t, ok && found, change[0])
		text = before + change[2] + change[1] + after
	}
	path := filepath.Join(t.TempDir(), "dialect.hcl")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
