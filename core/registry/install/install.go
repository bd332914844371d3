// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package install finds provider binaries. Until providers can be downloaded they are looked up where the operator
// put them.
package install

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// EnvDir names the folder that providers are looked up in, instead of `providers` beside the wahost binary.
const EnvDir = "WAHOST_PROVIDER_DIR"

const prefix = "wahost-provider-"

// NotFoundError says where a provider was looked for.
type NotFoundError struct {
	Name, Path string
}

// Error says where the binary was expected and how to name another place.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("provider %q is not installed: there is no %s. Put the provider's binary there, or set %s to the folder that holds it", e.Name, e.Path, EnvDir)
}

// Dir is the folder that holds the provider binaries.
func Dir() (string, error) {
	if dir := os.Getenv(EnvDir); dir != "" {
		return filepath.Abs(dir)
	}
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find the folder of providers: %w", err)
	}
	if resolved, err := filepath.EvalSymlinks(self); err == nil {
		self = resolved
	}
	return filepath.Join(filepath.Dir(self), "providers"), nil
}

// Find gives the path of a provider's binary, or a *NotFoundError.
func Find(name string) (string, error) {
	dir, err := Dir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, prefix+name+exeSuffix())
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return "", &NotFoundError{Name: name, Path: path}
		}
		return "", fmt.Errorf("provider %q: %w", name, err)
	}
	return path, nil
}

// List gives the names of all providers in the folder, sorted. A folder that does not exist holds none.
func List() ([]string, error) {
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list providers: %w", err)
	}
	var names []string
	for _, e := range entries {
		name, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), exeSuffix()), prefix)
		if ok && !e.IsDir() && name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func exeSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
