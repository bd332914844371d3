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

// buildNode builds the example in a folder of its own, with the packages that were installed in the folder that WAHOST_TEST_NODE names,
// as in the gate. A machine need not have Node and the packages: without the variable the test is skipped.
func buildNode(t *testing.T, output string) {
	t.Helper()
	installed := os.Getenv("WAHOST_TEST_NODE")
	if installed == "" {
		t.Skip("WAHOST_TEST_NODE does not name a folder with package.json of " + nodeExample + " in which `npm ci --ignore-scripts` was run")
	}
	dir := t.TempDir()
	example := filepath.Join(dir, "examples", "provider-node")
	require.NoError(t, os.CopyFS(example, os.DirFS(nodeExample)))
	require.NoError(t, os.CopyFS(filepath.Join(dir, "sdk", "proto"), os.DirFS("../sdk/proto")))
	require.NoError(t, os.RemoveAll(filepath.Join(example, "node_modules")))
	require.NoError(t, os.Symlink(filepath.Join(installed, "node_modules"), filepath.Join(example, "node_modules")))
	cmd := exec.CommandContext(t.Context(), "node", "build.mjs", output)
	cmd.Dir = example
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
