// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance"
)

// nodeExample is the provider in JavaScript.
const nodeExample = "../examples/provider-node"

// TestNodeProvider builds the provider in JavaScript as one executable, and certifies it like any other. Before that it runs the checks
// in which an ordinary run differs most from an isolated one: the handshake, and connections over TLS to an authority of the suite.
func TestNodeProvider(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the whole suite")
	}
	dir := t.TempDir()
	const binary = "wahost-provider-harbor"
	buildNode(t, filepath.Join(dir, binary))
	dialect, err := filepath.Abs(filepath.Join(nodeExample, "dialect.hcl"))
	require.NoError(t, err)
	conformance.Test(t, conformance.Options{
		Command: filepath.Join(dir, binary), Dialect: dialect,
		Selectors: []string{"proto/**", "life/**", "secret/tls", "retry/over-https", "vendor/http1-http2"},
	})
	certify(t, dir, binary, dialect, "text,image", "harbor 1.0.0")
}

// buildNode builds the example. A machine need not have Node: then the test is skipped, unless the environment variable
// WAHOST_TEST_NODE is "required", as in the gate.
func buildNode(t *testing.T, output string) {
	t.Helper()
	missing := t.Skipf
	if os.Getenv("WAHOST_TEST_NODE") == "required" {
		missing = t.Fatalf
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("there is no Node here: %v", err)
	}
	if _, err := os.Stat(filepath.Join(nodeExample, "node_modules")); err != nil {
		missing("the packages of the example are missing, run `npm ci --ignore-scripts` in examples/provider-node: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), node, "build.mjs", output)
	cmd.Dir = nodeExample
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
