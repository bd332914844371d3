// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMemoryLimit sends over a provider that uses more memory than it may. The test does not run in parallel, because it sets
// an environment variable.
func TestMemoryLimit(t *testing.T) {
	t.Setenv("WAHOST_PROVIDER_DIR", providerDir)
	dir := t.TempDir()
	config := `
wahost {
  required_providers {
    bad = { source = "example/bad", memory_limit = %q }
  }
}

channel "bad" "one" {}
`
	write := func(limit string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), fmt.Appendf(nil, config, limit), 0o600))
	}
	write("128MiB")
	code, stdout, stderr := program(t.Context(), "--config", dir, "--json", "send", "--to", "+4915112345678", "--channel", "bad.one", "--text", "hoard")
	assert.Equal(t, 1, code, stderr)
	assert.Contains(t, stdout, `"outcome":"unknown"`)
	assert.Contains(t, stdout, "its memory_limit is 128 MiB")

	code, stdout, stderr = program(t.Context(), "--config", dir, "send", "--to", "+4915112345678", "--channel", "bad.one", "--text", "x")
	assert.Equal(t, 0, code, stdout+stderr)

	code, stdout, _ = program(t.Context(), "--config", dir, "--json", "providers")
	assert.Equal(t, 0, code)
	var list struct {
		Providers []struct {
			Name   string
			Memory int64 `json:"memory_bytes"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &list))
	for _, p := range list.Providers {
		assert.True(t, p.Name != "bad" || p.Memory > 1<<20, "%s uses %d bytes", p.Name, p.Memory)
	}

	write("12 bananas")
	code, _, stderr = program(t.Context(), "--config", dir, "validate")
	assert.Equal(t, 2, code)
	assert.Contains(t, strings.Join(strings.Fields(stderr), " "), `"12 bananas" is not a memory limit. Write a whole number of MiB or GiB`)
}
