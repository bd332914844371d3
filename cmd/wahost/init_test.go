// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/verify"
)

// packed returns a package with files that are not compressed.
func packed(files map[string][]byte) ([]byte, error) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return archive.Bytes(), err
}

// packProvider implements `pack FOLDER VERSION PLATFORM...`, which writes packages of the provider acme with their checksums into a
// folder. The platform "this" is the one of the test, whose package has the real program.
func packProvider(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: pack FOLDER VERSION PLATFORM...")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	v, err := release.ParseVersion(args[1])
	ts.Check(err)
	var sums strings.Builder
	for _, text := range args[2:] {
		p := release.Current()
		program := []byte("a program of version " + args[1] + " for " + text)
		if text == "this" {
			program, err = os.ReadFile(filepath.Join(providerDir, "wahost-provider-acme"))
		} else {
			p, err = release.ParsePlatform(text)
		}
		ts.Check(err)
		archive, err := packed(map[string][]byte{p.Program("acme"): program, "doc/README": []byte("version " + args[1])})
		ts.Check(err)
		name := release.File{Provider: "acme", Version: v, Platform: p}.Name()
		ts.Check(os.WriteFile(filepath.Join(dir, name), archive, 0o600))
		sum := sha256.Sum256(archive)
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	ts.Check(os.WriteFile(filepath.Join(dir, release.SumsFiles("acme", v)[0]), []byte(sums.String()), 0o600))
}

// flipByte implements `flip FILE`, which changes a byte in the middle of a file.
func flipByte(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: flip FILE")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR, 0)
	ts.Check(err)
	size, err := f.Seek(0, io.SeekEnd)
	ts.Check(err)
	b := make([]byte, 1)
	_, err = f.ReadAt(b, size/2)
	ts.Check(err)
	b[0] ^= 1
	_, err = f.WriteAt(b, size/2)
	ts.Check(err)
	ts.Check(f.Close())
}

// serveMirror implements `mirror NAME FOLDER [AUTHORIZATION]`, which serves the files of a folder with TLS, to those who send the header
// Authorization if one is given. It sets NAME_URL, NAME_HOST as in an address, NAME_TOKEN_VARIABLE, NAME_PATH as in a path, and
// SSL_CERT_FILE to the certificate of the server.
func serveMirror(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: mirror NAME FOLDER [AUTHORIZATION]")
	}
	files := http.FileServer(http.Dir(ts.MkAbs(args[1])))
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(args) > 2 && r.Header.Get("Authorization") != args[2] {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		files.ServeHTTP(w, r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	ts.Defer(server.Close)
	host := strings.TrimPrefix(server.URL, "https://")
	ts.Setenv(args[0]+"_URL", server.URL)
	ts.Setenv(args[0]+"_HOST", host)
	ts.Setenv(args[0]+"_TOKEN_VARIABLE", fetch.TokenVariable(host))
	ts.Setenv(args[0]+"_PATH", strings.ReplaceAll(host, ":", "_"))
	trust := ts.MkAbs(args[0] + ".pem")
	ts.Check(os.WriteFile(trust, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	ts.Setenv("SSL_CERT_FILE", trust)
}

// signFile implements `sign FILE KEY`, which signs a file with a private key, as `openssl pkeyutl -sign -rawin` does.
func signFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sign FILE KEY")
	}
	key, err := verify.ReadPrivateKey(ts.MkAbs(args[1]))
	ts.Check(err)
	signature, err := key.Sign(context.Background(), []byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+release.SignatureEnding), signature, 0o600))
}

// startRegistry implements `registry NAME`, which starts a registry of OCI artifacts and sets NAME_URL.
func startRegistry(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: registry NAME")
	}
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	ts.Defer(server.Close)
	ts.Setenv(args[0]+"_URL", server.URL)
}

// setNamed implements `env-name NAME VALUE`, which sets the variable whose name is the value of the variable NAME.
func setNamed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: env-name NAME VALUE")
	}
	ts.Setenv(ts.Getenv(args[0]), args[1])
}
