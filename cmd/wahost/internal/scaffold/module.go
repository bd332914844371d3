// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

const (
	// goVersion is the version of Go that wahost needs.
	goVersion = "1.26.0"
	// ctyModule is the only other module that the code of a new provider imports.
	ctyModule = "github.com/zclconf/go-cty"
	// program is the package of wahost, so that `go tool wahost` runs the version that go.mod names.
	program = Host + "/cmd/wahost"
	// unpublished is the version that the go command writes for a module that is replaced by a folder.
	unpublished = "v0.0.0-00010101000000-000000000000"
)

// Requirement is where a provider's module takes wahost from. One of its fields is set.
type Requirement struct {
	// Version is a published version, such as "1.2.3".
	Version string
	// Source is the folder of a checkout.
	Source string
}

// files returns go.mod and go.sum. The latter is nil if only the go command can write it.
func (r Requirement) files(path string) (mod, sum []byte, err error) {
	f := new(modfile.File)
	errs := []error{f.AddModuleStmt(path), f.AddGoStmt(goVersion), f.AddTool(program)}
	if r.Source == "" {
		errs = append(errs, f.AddRequire(Host, "v"+r.Version))
		return modfile.Format(f.Syntax), nil, errors.Join(errs...)
	}
	host, err := readModule(r.Source)
	if err != nil {
		return nil, nil, err
	}
	f.AddNewRequire(Host, unpublished, false)
	// The requirements of the checkout, so that the first build needs no network. `go mod tidy` removes what is not needed.
	for _, require := range host.Require {
		f.AddNewRequire(require.Mod.Path, require.Mod.Version, require.Mod.Path != ctyModule)
	}
	errs = append(errs, f.AddReplace(Host, "", r.Source, ""))
	f.SetRequireSeparateIndirect(f.Require)
	f.Cleanup()
	sum, err = os.ReadFile(filepath.Join(r.Source, "go.sum"))
	return modfile.Format(f.Syntax), sum, errors.Join(append(errs, err)...)
}

// CheckSource returns the absolute path of a folder, without symbolic links, or an error unless it is a checkout of wahost.
func CheckSource(dir string) (string, error) {
	if _, err := readModule(dir); err != nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	return filepath.Abs(dir)
}

// readModule reads the go.mod of a checkout of wahost.
func readModule(dir string) (*modfile.File, error) {
	name := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s is not a checkout of wahost: it has no go.mod", dir)
	case err != nil:
		return nil, err
	case modfile.ModulePath(data) != Host:
		return nil, fmt.Errorf("%s is not a checkout of wahost: its go.mod is that of the module %q", dir, modfile.ModulePath(data))
	}
	return modfile.Parse(name, data, nil)
}

// FindSource returns the checkout that one of the folders is in, or "".
func FindSource(folders ...string) string {
	for _, dir := range folders {
		for dir != "" {
			if found, err := CheckSource(dir); err == nil {
				return found
			}
			parent := filepath.Dir(dir)
			if parent == dir {
				break
			}
			dir = parent
		}
	}
	return ""
}
