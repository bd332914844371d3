// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package thirdparty

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// ofPrograms is the beginning of a listing for programs of others.
const ofPrograms = `# Third-party licences

The programs in this package contain packages of the modules below and of Go's standard library.
`

// Build are the modules of Go programs that were built on this machine.
type Build struct {
	// Modules are sorted by path. The module of the programs themselves is not among them.
	Modules  []Module
	standard Module
}

// ReadBuild reads the licences of the modules that the Go tool recorded in programs. Modules are looked for where the Go tool of this machine
// keeps them. The error names the module that is not there.
func ReadBuild(ctx context.Context, programs []*debug.BuildInfo) (*Build, error) {
	cache, err := goCommand(ctx, "", nil, "env", "GOMODCACHE")
	if err != nil {
		return nil, err
	}
	b := &Build{}
	if b.standard, err = standardLibrary(ctx, ""); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, program := range programs {
		for _, dep := range program.Deps {
			from := dep
			if dep.Replace != nil {
				from = dep.Replace
			}
			key := dep.Path + "@" + dep.Version
			if seen[key] {
				continue
			}
			seen[key] = true
			m, err := readModule(cache[0], dep, from)
			if err != nil {
				return nil, err
			}
			b.Modules = append(b.Modules, *m)
		}
	}
	sortModules(b.Modules)
	return b, nil
}

// readModule reads the module dep, whose source is that of the module from.
func readModule(cache string, dep, from *debug.Module) (*Module, error) {
	dir := from.Path
	if !modfile.IsDirectoryPath(dir) {
		path, err := module.EscapePath(from.Path)
		if err != nil {
			return nil, err
		}
		version, err := module.EscapeVersion(from.Version)
		if err != nil {
			return nil, err
		}
		dir = filepath.Join(cache, filepath.FromSlash(path)+"@"+version)
	}
	folders, err := sourceFolders(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the licences of %s %s cannot be read, because its source is not in %s: run `go mod download` in the folder of the provider",
			dep.Path, dep.Version, dir)
	}
	if err != nil {
		return nil, err
	}
	m := &Module{Path: dep.Path, Version: dep.Version}
	if err := m.read(dir, folders); err != nil {
		return nil, fmt.Errorf("%s %s: %w", dep.Path, dep.Version, err)
	}
	return m, nil
}

// sourceFolders returns the folders of a module that may hold packages which are linked into programs.
func sourceFolders(dir string) (map[string]bool, error) {
	folders := map[string]bool{}
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name := d.Name()
		if path != dir && (name == "testdata" || name == "vendor" || name == "examples" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			return fs.SkipDir
		}
		folders[path] = true
		return nil
	})
	return folders, err
}

// Licences returns the SPDX identifiers of the licences of the modules, by path.
func (b *Build) Licences() map[string][]string {
	licences := make(map[string][]string, len(b.Modules))
	for _, m := range b.Modules {
		licences[m.Path] = m.Licences
	}
	return licences
}

// Listing returns a file with the licences of the modules, as Listing does for this module.
func (b *Build) Listing() string { return listing(ofPrograms, b.Modules, b.standard) }
