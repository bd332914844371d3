// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"text/template"
)

// formulaFile is the formula for Homebrew, and formulaTemplate the template of it in the repository.
const (
	formulaFile     = "wahost.rb"
	formulaTemplate = "packaging/wahost.rb.tmpl"
)

// formulaSystem is a system that Homebrew runs on.
type formulaSystem struct {
	// Homebrew is its name in formulas.
	Homebrew string
	Archives []formulaArchive
}

// formulaArchive is the archive for a kind of processor.
type formulaArchive struct{ Homebrew, File, SHA256 string }

// formula writes the formula for Homebrew. Without an archive for one of its systems there is none.
func (d *distribution) formula(archives []archive) error {
	var systems []formulaSystem
	for _, system := range [][2]string{{"darwin", "macos"}, {"linux", "linux"}} {
		one := formulaSystem{Homebrew: system[1]}
		for _, a := range archives {
			processor, known := map[string]string{"amd64": "intel", "arm64": "arm"}[a.platform.Arch]
			if a.platform.OS == system[0] && known {
				one.Archives = append(one.Archives, formulaArchive{processor, a.file, a.sha256})
			}
		}
		if len(one.Archives) > 0 {
			systems = append(systems, one)
		}
	}
	if len(systems) == 0 {
		return nil
	}
	t, err := template.ParseFiles(filepath.Join(d.root, formulaTemplate))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, map[string]any{"Version": d.version.String(), "Commit": d.commit, "Systems": systems}); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.out, formulaFile), b.Bytes(), 0o644)
}
