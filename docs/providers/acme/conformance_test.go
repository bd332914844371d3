// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/wahost/wahost/conformance"
)

// TestConformance builds the provider and runs the conformance suite on it, with an emulator of the vendor that dialect.hcl
// describes. Each check is a subtest. It takes about twenty seconds; `go test -short` leaves it out.
func TestConformance(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the conformance suite")
	}
	binary := filepath.Join(t.TempDir(), "wahost-provider-acme")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	conformance.Test(t, conformance.Options{Command: binary, Dialect: "dialect.hcl"})
}
