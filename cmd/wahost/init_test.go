// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wahost/wahost/core/registry/release"
)

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
		var archive bytes.Buffer
		w := zip.NewWriter(&archive)
		for name, content := range map[string][]byte{p.Program("acme"): program, "doc/README": []byte("version " + args[1])} {
			f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
			ts.Check(err)
			_, err = f.Write(content)
			ts.Check(err)
		}
		ts.Check(w.Close())
		name := release.File{Provider: "acme", Version: v, Platform: p}.Name()
		ts.Check(os.WriteFile(filepath.Join(dir, name), archive.Bytes(), 0o600))
		sum := sha256.Sum256(archive.Bytes())
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
