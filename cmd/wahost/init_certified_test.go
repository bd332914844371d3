// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/registry/verify"
)

// demandCertificates returns a block certificate that trusts the key in vendor.pub for the providers of acme.
func demandCertificates(mode string) string {
	return `  certificate {
    require_certificate = "` + mode + `"
    trusted_key "vendor" {
      file      = "vendor.pub"
      tier      = "self"
      providers = ["acme/*"]
    }
  }
`
}

// TestInitVerifiesCertificates installs packages that bring a certificate with them, for a configuration that demands one.
func TestInitVerifiesCertificates(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "wahost-provider-acme")
	program, err := os.ReadFile(acme(t))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(binary, program, 0o600))
	good, other := sign(t, binary, nil), sign(t, binary, nil)
	wrong := sign(t, binary, func(s *verify.Statement) { s.Predicate.Platform = "plan9/arm" })
	tests := map[string]struct {
		mode        string
		certificate []byte
		public      []byte
		code        int
		say         string
	}{
		"certified":        {"enforce", good.certificate, good.public, cli.ExitOK, "installed  certified"},
		"no certificate":   {"enforce", nil, good.public, cli.ExitUsage, "Error: Provider not certified"},
		"of another":       {"enforce", other.certificate, good.public, cli.ExitUsage, "in the package, certificate.json"},
		"another platform": {"enforce", wrong.certificate, wrong.public, cli.ExitUsage, "plan9/arm"},
		"only a warning":   {"warn", nil, good.public, cli.ExitOK, "installed  not certified"},
		"valid, a warning": {"warn", good.certificate, good.public, cli.ExitOK, "installed  certified"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := map[string][]byte{}
			if tt.certificate != nil {
				files["certificate.json"] = tt.certificate
			}
			i := newInstallation(t, files)
			i.write("vendor.pub", string(tt.public))
			i.write("certificate.wahost.hcl", "wahost {\n"+demandCertificates(tt.mode)+"}\n")
			code, out := i.run("init")
			require.Equal(t, tt.code, code, out)
			require.Contains(t, out, tt.say)
			_, err := os.Stat(filepath.Join(i.dir, ".wahost", "providers", "acme"))
			assert.Equal(t, tt.code == cli.ExitOK, err == nil, "installed")
			if tt.code != cli.ExitOK {
				return
			}
			code, out = i.run("providers")
			require.Zero(t, code, out)
			if tt.certificate != nil {
				assert.Contains(t, out, "valid")
			}
			// What is installed already is verified again.
			code, out = i.run("init")
			require.Zero(t, code, out)
			require.Contains(t, out, "unchanged  ")
		})
	}
}

// TestInitVerifiesProgramsBesideWahost demands certificates of a program that init locks where it is.
func TestInitVerifiesProgramsBesideWahost(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		mode      string
		certified bool
		code      int
		say       string
	}{
		"certified":      {"enforce", true, cli.ExitOK, "in place  certified"},
		"no certificate": {"enforce", false, cli.ExitUsage, "Error: Provider not certified"},
		"only a warning": {"warn", false, cli.ExitOK, "in place  not certified"},
		"not demanded":   {"off", true, cli.ExitOK, "in place  not certified"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := sign(t, acme(t), nil)
			i := newInstallation(t, nil)
			i.beside = providerDir
			i.write("vendor.pub", string(good.public))
			if tt.certified {
				i.write("certificates/acme.json", string(good.certificate))
			}
			i.write("main.wahost.hcl", `wahost {
  required_providers {
    acme = { source = "acme/acme" }
  }
`+demandCertificates(tt.mode)+`}
`)
			code, out := i.run("init")
			require.Equal(t, tt.code, code, out)
			require.Contains(t, out, tt.say)
			_, err := os.Stat(filepath.Join(i.dir, ".wahost.lock.hcl"))
			assert.Equal(t, tt.code == cli.ExitOK, err == nil, "locked")
			code, out = i.run("doctor")
			assert.Equal(t, tt.code == cli.ExitOK, code == cli.ExitOK, out)
		})
	}
}
