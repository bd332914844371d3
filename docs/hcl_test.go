// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/sdk/message"
)

// TestConfigurations loads each block of HCL with the real providers. There must be neither an error nor a warning.
func TestConfigurations(t *testing.T) {
	t.Parallel()
	var dialects []string
	for _, page := range pages(t) {
		for _, f := range fences(t, page) {
			if f.lang != "hcl" || f.has("file") || f.has("submission") {
				continue // files are loaded by the commands of their page; submissions in the tests of their command
			}
			if f.has("dialect") {
				dialects = append(dialects, f.text)
				continue
			}
			t.Run(filepath.ToSlash(strings.TrimPrefix(f.String(), "../")), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				write := func(name, text string) {
					require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
				}
				switch {
				case f.has("lock"):
					write(lockfile.Name, f.text)
					_, diags := lockfile.Read(dir)
					require.Empty(t, diags)
				case f.has("unchecked"):
					write("main.wahost.hcl", f.text)
					_, _, diags := load.Load(t.Context(), dir, load.Options{})
					require.Empty(t, diags)
				case f.has("tests"):
					write("routes.wahosttest.hcl", f.text)
					added, env := frame(f.text)
					write("frame.wahost.hcl", added+testedRoute)
					out, err := wahost(t.Context(), dir, env, "test")
					require.NoError(t, err, "%s\n%s", out, added)
				default:
					write("main.wahost.hcl", f.text)
					added, env := frame(f.text)
					write("frame.wahost.hcl", added)
					out, err := wahost(t.Context(), dir, env, "validate")
					require.NoError(t, err, "%s\n%s", out, added)
					require.NotContains(t, out, "Warning", added)
				}
			})
		}
	}
	t.Run("dialect", func(t *testing.T) {
		t.Parallel()
		lintDialect(t, dialects)
	})
}

// testedRoute is what the tests of docs/operating/testing.md are about.
const testedRoute = `
route "orders" {
  channels = [channel.innopaas.in_otp, channel.pushwoosh.eu]
}

template "order_shipped" {
  category   = "utility"
  parameters = ["customer", "order_no"]
  binding {
    channels  = [channel.innopaas.in_otp, channel.pushwoosh.eu]
    name      = "order_shipped"
    languages = ["en"]
  }
}
`

// missingInDialect is what the blocks of docs/providers/dialect.md refer to without showing it.
const missingInDialect = `
channel_config = { sender = number("sender") }

error "bad_token" {
  status = 401
  body   = { error = "bad_token" }
  reason = "unauthenticated"
  retry  = "never"
  source = "https://docs.acme.example/errors"
}

error "bad_client" {
  status = 401
  body   = { error = "bad_client" }
  reason = "unauthenticated"
  retry  = "never"
  source = "https://docs.acme.example/errors"
}

route "status" {
  method = "GET"
  path   = "/status"
  accept = "query"
  reply  = { status = 200, body = { status = message.status } }
}
`

// lintDialect checks the blocks of docs/providers/dialect.md as one dialect: the first one has the others in it.
func lintDialect(t *testing.T, blocks []string) {
	t.Helper()
	require.Greater(t, len(blocks), 5)
	first := strings.TrimSuffix(strings.TrimSpace(blocks[0]), "}")
	dir := t.TempDir()
	text := first + strings.Join(blocks[1:], "\n") + missingInDialect + "}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "acme.hcl"), []byte(text), 0o600))
	out, err := wahost(t.Context(), dir, nil, "conformance", "dialect", "lint", "acme.hcl")
	require.NoError(t, err, out)
}

// TestSubmission checks the PLUGIN.hcl of the certification page: what is wrong with a folder that has nothing else is not it.
func TestSubmission(t *testing.T) {
	t.Parallel()
	found := 0
	for _, page := range pages(t) {
		for _, f := range fences(t, page) {
			if f.has("submission") {
				found++
				dir := t.TempDir()
				require.NoError(t, os.WriteFile(filepath.Join(dir, "PLUGIN.hcl"), []byte(f.text), 0o600))
				out, err := wahost(t.Context(), dir, nil, "conformance", "submission", dir)
				require.Error(t, err)
				require.Contains(t, out, "report.json")
				require.NotContains(t, out, "PLUGIN.hcl", f.String())
			}
		}
	}
	require.Positive(t, found)
}

var (
	usedProviders = regexp.MustCompile(`(?m)^(?:provider|channel) "([a-z-]+)"`)
	usedVariables = regexp.MustCompile(`\bvar\.([a-z0-9_]+)`)
	usedChannels  = regexp.MustCompile(`\bchannel\.([a-z-]+)\.([a-z0-9_]+)`)
	usedTemplates = regexp.MustCompile(`\btemplate\.([a-z0-9_]+)`)
)

// requiredArguments are those of the channels and providers that a fragment refers to and does not declare.
var requiredArguments = map[string]struct{ provider, channel string }{
	"innopaas":        {`app_key = var.frame_secret` + "\n" + `authorization = var.frame_secret`, `waba_id = "1"` + "\n" + `send_number = "+919900112233"`},
	"innopaas-mmlite": {`app_key = var.frame_secret` + "\n" + `authorization = var.frame_secret` + "\n" + `send_path = "/send"`, `waba_id = "1"` + "\n" + `send_number = "+919900112233"`},
	"cloudapi":        {`access_token = var.frame_secret`, `phone_number_id = "106540352242922"`},
	"twilio":          {`account_sid = "AC0123456789abcdef0123456789abcdef"` + "\n" + `auth_token = var.frame_secret`, `from = "+14155238886"`},
	"pushwoosh":       {`auth = var.frame_secret`, `application = "AAAAA-BBBBB"`},
}

// frame returns what makes a fragment a whole configuration: the required providers, and the blocks of what the fragment refers
// to without declaring it. It also returns the environment that gives values to the variables that the fragment declares.
func frame(text string) (added string, env []string) {
	var b strings.Builder
	block := func(header, body string) { fmt.Fprintf(&b, "%s {\n%s\n}\n", header, body) }
	declares := func(header string) bool { return strings.Contains(text, header) }
	providers := map[string]bool{}
	for _, m := range usedProviders.FindAllStringSubmatch(text, -1) {
		providers[m[1]] = true
	}
	var seen []string
	once := func(key string) bool {
		if slices.Contains(seen, key) {
			return false
		}
		seen = append(seen, key)
		return true
	}
	for _, m := range usedChannels.FindAllStringSubmatch(text, -1) {
		header := fmt.Sprintf("channel %q %q", m[1], m[2])
		if !declares(header) && once(header) {
			block(header, requiredArguments[m[1]].channel)
		}
		providers[m[1]] = true
	}
	for _, m := range usedVariables.FindAllStringSubmatch(text, -1) {
		header := fmt.Sprintf("variable %q", m[1])
		if !declares(header) && once(header) {
			block(header, "sensitive = true\ndefault = \"/value\"")
		}
		value := "/value"
		if m[1] == "database" {
			value = "postgres://localhost/value"
		}
		env = append(env, "WAHOST_VAR_"+m[1]+"="+value)
	}
	for _, m := range usedTemplates.FindAllStringSubmatch(text, -1) {
		header := fmt.Sprintf("template %q", m[1])
		if !declares(header) && once(header) {
			var channels []string
			for _, c := range usedChannels.FindAllString(text, -1) {
				if !slices.Contains(channels, c) {
					channels = append(channels, c)
				}
			}
			block(header, fmt.Sprintf("category = \"utility\"\nbinding {\nchannels = [%s]\nname = \"x\"\nlanguages = [\"en\"]\n}", strings.Join(channels, ", ")))
		}
	}
	block(`variable "frame_secret"`, "sensitive = true\ndefault = \"/value\"")
	for name := range providers {
		if header := fmt.Sprintf("provider %q", name); !declares(header) && requiredArguments[name].provider != "" {
			block(header, requiredArguments[name].provider)
		}
		if !declares("required_providers") {
			block("wahost", fmt.Sprintf("required_providers {\n%s = { source = \"wahost/%s\" }\n}", name, name))
		}
	}
	return b.String(), env
}

// TestJSON parses each block of JSON. An object with a type is a message, unless it is a record that a command prints or a JSON Schema.
func TestJSON(t *testing.T) {
	t.Parallel()
	count := 0
	for _, page := range pages(t) {
		for _, f := range fences(t, page) {
			if f.lang != "json" {
				continue
			}
			count++
			var object map[string]any
			require.NoError(t, json.Unmarshal([]byte(f.text), &object), f.String())
			if object["type"] != nil && object["format_version"] == nil && object["$schema"] == nil {
				_, err := message.Parse([]byte(f.text))
				require.NoError(t, err, f.String())
			}
		}
	}
	require.Positive(t, count)
}
