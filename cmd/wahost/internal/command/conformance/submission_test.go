// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/certificate"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/sdk/capability"
)

const goodPlugin = `organisation = "Acme Ltd"
contact      = "mailto:support@acme.example"
url          = "https://acme.example/wahost"
licence      = "(MIT OR Apache-2.0)"
support      = "Two years from each release, by mail."
`

func TestPluginFile(t *testing.T) {
	t.Parallel()
	with := func(name, value string) string {
		var out []string
		for line := range strings.Lines(goodPlugin) {
			if strings.HasPrefix(line, name+" ") {
				line = name + " = " + value + "\n"
			}
			out = append(out, line)
		}
		return strings.Join(out, "")
	}
	tests := map[string]struct{ text, say string }{
		"good":              {goodPlugin, ""},
		"contact by web":    {with("contact", `"https://acme.example/help"`), ""},
		"own licence":       {with("licence", `"LicenseRef-Proprietary"`), ""},
		"unknown key":       {goodPlugin + "urls = \"x\"\n", `PLUGIN.hcl:6,1-5: Unsupported argument; An argument named "urls" is not expected here.`},
		"unknown block":     {goodPlugin + "plugin \"x\" {}\n", ":6,1-7: Unsupported block type"},
		"missing key":       {strings.Replace(goodPlugin, "licence ", "#", 1), `Missing required argument; The argument "licence" is required`},
		"no HCL":            {"organisation = ", "PLUGIN.hcl:1,16"},
		"empty":             {with("organisation", `""`), ":1,16-18: Incorrect value; The argument organisation must be a name on one line"},
		"two lines":         {with("support", `"a\nb"`), "a sentence on one line"},
		"too long":          {with("support", `"`+strings.Repeat("x", 301)+`"`), "at most 300 bytes"},
		"number":            {with("support", `7`), "a sentence on one line"},
		"null":              {with("support", `null`), "a sentence on one line"},
		"variable":          {with("support", `var.x`), "Variables not allowed"},
		"contact no link":   {with("contact", `"support@acme.example"`), "an https:// or mailto: address"},
		"link without host": {with("url", `"https://"`), "an https:// address"},
		"link without TLS":  {with("url", `"http://acme.example"`), "an https:// address"},
		"credentials":       {with("url", `"https://me:hunter22@acme.example"`), "an https:// address"},
		"licence in words":  {with("licence", `"free for all!"`), "an SPDX expression"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "PLUGIN.hcl")
			require.NoError(t, os.WriteFile(path, []byte(tt.text), 0o600))
			f, diags := readPluginFile(path)
			lines := strings.Join(diagLines(diags), "\n")
			if tt.say == "" {
				require.Empty(t, lines)
				assert.Equal(t, "Acme Ltd", f.Organisation)
				return
			}
			assert.Nil(t, f)
			assert.Contains(t, lines, tt.say)
			assert.NotContains(t, lines, "hunter22")
		})
	}
}

// submission writes a complete folder for an invented run.
func submission(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "1", "acme")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	write := func(name string, data []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	vendor, err := os.ReadFile(acmeDialect)
	require.NoError(t, err)
	write("dialect.hcl", vendor)
	d, diags := dialect.Load(filepath.Join(dir, "dialect.hcl"))
	require.False(t, diags.HasErrors(), "%v", diags)
	r := conformantReport(d)
	require.NoError(t, r.WriteFile("json", filepath.Join(dir, "report.json")))
	private, public, err := verify.Generate()
	require.NoError(t, err)
	key, err := verify.ParsePrivate(private)
	require.NoError(t, err)
	s, err := certificate.New(r, certificate.DefaultValidity)
	require.NoError(t, err)
	data, err := certificate.Sign(t.Context(), s, key)
	require.NoError(t, err)
	write("certificate.json", data)
	write("signer.pub", public)
	write("PLUGIN.hcl", []byte(goodPlugin))
	write("README.md", []byte("# Reproduce\n\n    wahost conformance run bin/acme --dialect dialect.hcl --certify\n"))
	return dir
}

// conformantReport returns the report of a certified run in which everything about texts passed.
func conformantReport(d *dialect.Dialect) *report.Report {
	sum := strings.Repeat("aa11", 16)
	r := &report.Report{
		FormatVersion: report.FormatVersion,
		Suite:         report.SuiteInfo{Version: suite.Version, Protocol: 1, Go: "go1.26.0", Build: report.Build{Version: "0.1.0", SHA256: sum}},
		Run:           report.RunInfo{Mode: report.ModeCertified, Seed: 7, Started: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), Platform: "linux/amd64"},
		Provider: report.ProviderInfo{
			Name: "acme", Version: "1.0.0", File: "wahost-provider-acme", SHA256: sum, SHA256After: sum, Kinds: []string{"text"}, Protocol: 1,
			Capabilities: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}},
		},
		Dialect: report.DialectInfo{Name: d.Name, Version: d.Version, Digest: d.Digest},
	}
	var list []verify.Check
	for _, c := range verify.CatalogueOf(1).Checks() {
		if c.Sometimes {
			continue
		}
		res := report.Result{ID: c.ID, Level: report.Level(c.Level), Capability: c.Capability, Provisional: c.Provisional, Status: report.Pass}
		if about := c.Subject(); about != "" && about != "text" {
			res.Status = report.NA
			r.NotApplicable = append(r.NotApplicable, report.NotApplicable{ID: c.ID, Reason: "not declared"})
		}
		list = append(list, c)
		r.Planned, r.Results = append(r.Planned, c.ID), append(r.Results, res)
	}
	r.Suite.CatalogueDigest = verify.CatalogueDigest(list)
	r.Judge()
	return r
}

func TestSubmission(t *testing.T) {
	t.Parallel()
	replaced := func(name, old, with string) func(*testing.T, string) string {
		return func(t *testing.T, dir string) string {
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			changed := bytes.Replace(data, []byte(old), []byte(with), 1)
			require.NotEqual(t, data, changed)
			require.NoError(t, os.WriteFile(path, changed, 0o600))
			return dir
		}
	}
	without := func(name string) func(*testing.T, string) string {
		return func(t *testing.T, dir string) string {
			require.NoError(t, os.Remove(filepath.Join(dir, name)))
			return dir
		}
	}
	tests := map[string]struct {
		change func(*testing.T, string) string
		code   int
		say    string
	}{
		"complete":                {func(_ *testing.T, dir string) string { return dir }, cli.ExitOK, "complete and consistent"},
		"no plugin":               {without("PLUGIN.hcl"), cli.ExitNegative, "PLUGIN.hcl"},
		"no readme":               {without("README.md"), cli.ExitNegative, "README.md"},
		"no report":               {without("report.json"), cli.ExitNegative, "report.json"},
		"no dialect":              {without("dialect.hcl"), cli.ExitNegative, "dialect.hcl"},
		"no certificate":          {without("certificate.json"), cli.ExitNegative, "certificate.json"},
		"no key":                  {without("signer.pub"), cli.ExitNegative, "signer.pub"},
		"readme begins otherwise": {replaced("README.md", "# Reproduce", "# Acme"), cli.ExitNegative, `must begin with "# Reproduce"`},
		"no command":              {replaced("README.md", "conformance run", "conformance list"), cli.ExitNegative, "wahost conformance run"},
		"plugin key":              {replaced("PLUGIN.hcl", "support ", "helps "), cli.ExitNegative, "Unsupported argument"},
		"dialect":                 {replaced("dialect.hcl", "version", "# changed\n  version"), cli.ExitNegative, "dialect.hcl has the sha256"},
		"result":                  {replaced("report.json", `"status": "pass"`, `"status": "fail"`), cli.ExitNegative, "the report was changed"},
		"other key": {func(t *testing.T, dir string) string {
			_, public, err := verify.Generate()
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "signer.pub"), public, 0o600))
			return dir
		}, cli.ExitNegative, "is not trusted; trusted keys: signer.pub"},
		"folder of another name": {func(t *testing.T, dir string) string {
			other := filepath.Join(filepath.Dir(dir), "other")
			require.NoError(t, os.Rename(dir, other))
			return other
		}, cli.ExitNegative, "name it 1/acme"},
		"of another run": {func(t *testing.T, dir string) string {
			r, err := readReport(filepath.Join(dir, "report.json"))
			require.NoError(t, err)
			r.Run.Seed = 8
			r.Judge()
			require.NoError(t, r.WriteFile("json", filepath.Join(dir, "report.json")))
			return dir
		}, cli.ExitNegative, "submit both from the same run"},
		"open run": {func(t *testing.T, dir string) string {
			r, err := readReport(filepath.Join(dir, "report.json"))
			require.NoError(t, err)
			r.Run.Mode = report.ModeOpen
			r.Judge()
			require.NoError(t, r.WriteFile("json", filepath.Join(dir, "report.json")))
			return dir
		}, cli.ExitNegative, "does not prove conformance"},
		"no folder": {func(_ *testing.T, dir string) string { return filepath.Join(dir, "README.md") }, cli.ExitUsage, "is not a folder"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := tt.change(t, submission(t))
			code, stdout, stderr := command(t.Context(), "conformance", "submission", dir)
			assert.Equal(t, tt.code, code, "%s%s", stdout, stderr)
			assert.Contains(t, stdout+stderr, tt.say)
		})
	}
}
