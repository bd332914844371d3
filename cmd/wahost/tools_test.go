// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/internal/testtool"
)

// runTool runs a program of the system in a folder, and returns its output.
func runTool(t *testing.T, dir, path string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s %s\n%s", path, strings.Join(args, " "), out)
	return string(out)
}

// released writes a release of the provider acme, signed with the key in the files acme.pem and acme.pub, into the folder dist of the folder
// that it returns.
func released(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	licence := filepath.Join(dir, "LICENSE")
	require.NoError(t, os.WriteFile(licence, []byte("a licence"), 0o600))
	code, _, stderr := program(t.Context(), "conformance", "keygen", "--out", filepath.Join(dir, "acme"))
	require.Zero(t, code, stderr)
	code, _, stderr = program(t.Context(), "provider", "package", acme(t), "--version", "1.0.0", "--file", licence,
		"--key", filepath.Join(dir, "acme.pem"), "--out", filepath.Join(dir, "dist"))
	require.Zero(t, code, stderr)
	return dir
}

// TestReleasesAreInterrupted runs commands about releases that are interrupted at once.
func TestReleasesAreInterrupted(t *testing.T) {
	t.Parallel()
	if testbin.Raced {
		t.Skip("compresses a program in one goroutine, for most of a minute")
	}
	dir := released(t)
	script := filepath.Join(dir, "wahost-provider-acme")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\n"), 0o600))
	mirror := filepath.Join(dir, "mirror")
	code, _, stderr := program(t.Context(), "providers", "mirror", mirror, "--release", filepath.Join(dir, "dist"), "--source", "acme/acme")
	require.Zero(t, code, stderr)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, args := range map[string][]string{
		"asking the program": {"provider", "package", acme(t), "--version", "1.0.0", "--out", filepath.Join(dir, "again")},
		"writing":            {"provider", "package", "plan9_arm=" + script, "--version", "1.0.0", "--out", filepath.Join(dir, "other")},
		"uploading":          {"providers", "mirror", mirror, "--index-only", "--push", "http://127.0.0.1:9/{name}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := program(ctx, args...)
			require.Equal(t, cli.ExitNegative, code, stderr)
			require.Contains(t, stderr, "Error: interrupted")
		})
	}
}

func zipName() string {
	return "wahost-provider-acme_1.0.0_" + release.Current().String() + ".zip"
}

// TestToolsReadReleases reads a release with programs that know nothing of wahost.
func TestToolsReadReleases(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("compresses a program, and runs programs of the system")
	}
	dir := released(t)
	dist := filepath.Join(dir, "dist")
	t.Run("unzip", func(t *testing.T) {
		t.Parallel()
		unzip := testtool.Path(t, "unzip")
		require.Contains(t, runTool(t, dist, unzip, "-t", zipName()), "No errors detected")
		runTool(t, dist, unzip, "-q", zipName(), "-d", filepath.Join(dir, "unpacked"))
		require.Contains(t, runTool(t, dir, filepath.Join(dir, "unpacked", "wahost-provider-acme"), "describe"), `"name": "acme"`)
	})
	t.Run("sha256sum", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, runTool(t, dist, testtool.Path(t, "sha256sum"), "--strict", "-c", "SHA256SUMS"), zipName()+": OK")
	})
	t.Run("openssl", func(t *testing.T) {
		t.Parallel()
		out := runTool(t, dir, testtool.Path(t, "openssl"), "pkeyutl", "-verify", "-pubin", "-inkey", "acme.pub", "-rawin", "-in", "dist/SHA256SUMS", "-sigfile", "dist/SHA256SUMS.sig")
		require.Contains(t, out, "Signature Verified Successfully")
	})
	t.Run("skopeo", func(t *testing.T) {
		t.Parallel()
		skopeo := testtool.Path(t, "skopeo")
		server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
		t.Cleanup(server.Close)
		code, _, stderr := program(t.Context(), "providers", "mirror", filepath.Join(dir, "mirror"), "--release", dist, "--source", "acme/acme",
			"--push", server.URL+"/providers/{namespace}/{name}")
		require.Zero(t, code, stderr)
		from := "docker://" + strings.TrimPrefix(server.URL, "http://") + "/providers/acme/acme:1.0.0"
		runTool(t, dir, skopeo, "copy", "--all", "--src-tls-verify=false", from, "oci:pulled:1.0.0")
		archive, err := os.ReadFile(filepath.Join(dist, zipName()))
		require.NoError(t, err)
		sum := fmt.Sprintf("%x", sha256.Sum256(archive))
		pulled, err := os.ReadFile(filepath.Join(dir, "pulled", "blobs", "sha256", sum))
		require.NoError(t, err)
		require.True(t, bytes.Equal(archive, pulled), "the layer is the package")
	})
}
