// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const brokenConfig = `
wahost {
  required_providers {
    bad  = { source = "example/bad" }
    NAME = { source = "example/NAME"%s }
  }
}

provider "bad" {}

provider "NAME" {
  token = "%s"
}

channel "bad" "good" {}

channel "NAME" "broken" {}

route "good" {
  match {
    country = ["DE"]
  }
  channels = [channel.bad.good]
}

route "both" {
  channels = [channel.NAME.broken, channel.bad.good]
}
`

// TestABrokenProviderDoesNotStopTheOthers breaks one of two providers in every way. A message that does not need it is sent at
// once, a route with a healthy channel goes on, the reason is shown, and validate reports an error.
func TestABrokenProviderDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("file modes and links are different there")
	}
	// A program that is written while other tests start processes may not be executable for a moment, so it is linked.
	built := filepath.Join(providerDir, "wahost-provider-bad")
	for kind, test := range map[string]struct {
		name     string // of the provider; "bad2" if it is empty
		install  func(path string) error
		token    string
		version  string
		extra    string // of the configuration
		validate int    // the exit code of validate
		reason   string // a part of the reason why the channel is skipped
		hangs    bool
	}{
		"missing":            {install: func(string) error { return nil }, validate: 3, reason: "not installed"},
		"not executable":     {install: func(path string) error { return os.WriteFile(path, []byte("program"), 0o600) }, validate: 3, reason: "not executable"},
		"not a program":      {install: func(path string) error { return os.WriteFile(path, []byte("text"), 0o700) }, validate: 3, reason: "did not start"},
		"another name":       {name: "other", validate: 3, reason: "bad"},
		"exits at start":     {name: "bad-at-start-exit", validate: 3, reason: "did not start"},
		"another protocol":   {name: "bad-at-start-old", validate: 3, reason: "rotocol"},
		"hangs at start":     {name: "bad-at-start-hang", validate: 3, reason: "did not answer in time", hangs: true},
		"unusable schema":    {name: "bad-type", validate: 3, reason: "schema"},
		"another version":    {version: `, version = ">= 7"`, validate: -1, reason: "version"},
		"refuses, validated": {token: "refuse-validate", validate: 2, reason: "the token is refused"},
		"crashes, validated": {token: "canary-crash", validate: 3, reason: "crash"},
		"hangs, validated":   {token: "hang-validate", validate: 3, reason: "did not answer in time", hangs: true},
		"refuses, opened":    {token: "refuse-configure", validate: 0, reason: "was not configured"},
		"hangs, opened":      {token: "hang-configure", validate: 0, reason: "", hangs: true},
		"not the locked one": {validate: 3, reason: "lock", extra: "lock"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir, providers := t.TempDir(), t.TempDir()
			program := func(args ...string) (code int, stdout, stderr string) {
				return process(t, []string{"WAHOST_PROVIDER_DIR=" + providers}, args...)
			}
			name := test.name
			if name == "" {
				name = "bad2"
			}
			require.NoError(t, os.Link(built, filepath.Join(providers, "wahost-provider-bad")))
			install := test.install
			if install == nil {
				install = func(path string) error { return os.Link(built, path) }
			}
			require.NoError(t, install(filepath.Join(providers, "wahost-provider-"+name)))
			config := fmt.Sprintf(strings.ReplaceAll(brokenConfig, "NAME", name), test.version, test.token)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), []byte(config), 0o600))
			if test.extra == "lock" {
				lock := fmt.Sprintf("provider %q {\n  version = \"0.0.1\"\n  hashes = [\"h1:%s=\"]\n}\n", name, strings.Repeat("A", 43))
				require.NoError(t, os.WriteFile(filepath.Join(dir, ".wahost.lock.hcl"), []byte(lock), 0o600))
			}

			began := time.Now()
			code, stdout, stderr := program("--config", dir, "send", "--to", "+4915112345678", "--text", "x")
			unneeded := time.Since(began)
			assert.Equal(t, 0, code, stderr)
			assert.Contains(t, stdout, "accepted")
			assert.NotContains(t, stderr, "Error:")
			began = time.Now()
			code, stdout, stderr = program("--config", dir, "--json", "send", "--to", "+6281200000001", "--text", "x")
			assert.Equal(t, 0, code, stderr)
			if test.hangs {
				assert.Less(t, unneeded, time.Since(began), "a message waited as long for a provider that it does not need as for one that it needs")
			}
			var row struct {
				Channel string
				Skipped []struct{ Channel, Reason, Detail string }
			}
			require.NoError(t, json.Unmarshal([]byte(stdout), &row), stdout+stderr)
			assert.Equal(t, "bad.good", row.Channel)
			require.Len(t, row.Skipped, 1)
			assert.Equal(t, name+".broken", row.Skipped[0].Channel)
			assert.Contains(t, row.Skipped[0].Detail, test.reason)

			if test.hangs && test.token != "" {
				return // each further command takes as long again
			}
			code, _, stderr = program("--config", dir, "validate")
			if test.validate >= 0 {
				assert.Equal(t, test.validate, code, stderr)
			} else {
				assert.NotZero(t, code)
			}
			if test.hangs {
				return
			}
			code, stdout, stderr = program("--config", dir, "explain", "--to", "+6281200000001", "--text", "x")
			assert.Equal(t, 0, code, stderr)
			assert.Contains(t, stdout, "1. bad.good")
			assert.Contains(t, stdout, name+".broken skipped (unhealthy): ")

			code, _, stderr = program("--config", dir, "send", "--to", "+4915112345678", "--text", "x", "--channel", name+".broken")
			assert.NotZero(t, code)
			assert.Contains(t, stderr, "Error:")
		})
	}
}

// process runs wahost as a process of its own, with further variables in its environment.
func process(t *testing.T, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	program, err := exec.LookPath("wahost")
	require.NoError(t, err)
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), append(env, "NO_COLOR=1")...), &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil {
		require.ErrorAs(t, err, &exit)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}
