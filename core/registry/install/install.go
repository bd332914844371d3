// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package install finds provider binaries where the operator put them, and installs packages for a configuration.
package install

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/registry/release"
)

// EnvDir is the environment variable that names the only folder in which providers are looked up.
const EnvDir = "WAHOST_PROVIDER_DIR"

// NotFoundError is the error of a provider that is not installed.
type NotFoundError struct {
	Name string
	// Paths are the files that were looked for.
	Paths []string
}

// Error says where the binary is expected and how to choose another folder.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("provider %q is not installed: there is no %s. Run `wahost init` if a registry or a mirror offers it. Otherwise put the provider's binary there, or set %s to the folder that contains it",
		e.Name, strings.Join(e.Paths, " and no "), EnvDir)
}

// Dirs returns the folders in which providers are looked up, in order: the one that EnvDir names, or the folder
// "providers" beside the wahost binary and the folder of the binary itself, where `go install` puts providers.
func Dirs() ([]string, error) {
	if dir := os.Getenv(EnvDir); dir != "" {
		dir, err := filepath.Abs(dir)
		return []string{dir}, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the folder of providers: %w", err)
	}
	if resolved, err := filepath.EvalSymlinks(self); err == nil {
		self = resolved
	}
	beside := filepath.Dir(self)
	return []string{filepath.Join(beside, "providers"), beside}, nil
}

// Find returns the path of a provider's binary. The error is a *NotFoundError if it is not installed.
func Find(name string) (string, error) {
	dirs, err := Dirs()
	if err != nil {
		return "", err
	}
	missing := &NotFoundError{Name: name}
	for _, dir := range dirs {
		path := filepath.Join(dir, release.Current().Program(name))
		_, err := os.Stat(path)
		switch {
		case err == nil:
			return path, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("provider %q: %w", name, err)
		}
		missing.Paths = append(missing.Paths, path)
	}
	return "", missing
}

// List returns the names of all installed providers, sorted. A folder that does not exist contains none.
func List() ([]string, error) {
	dirs, err := Dirs()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("list providers: %w", err)
		}
		for _, e := range entries {
			name, ok := release.Current().Provider(e.Name())
			if ok && !e.IsDir() {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
