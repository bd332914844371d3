// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package lockfile reads .wahost.lock.hcl, which pins each provider to a version and to what its binary hashes to, so
// that a binary that was exchanged does not start unnoticed.
package lockfile

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"
	"golang.org/x/mod/sumdb/dirhash"

	"github.com/wahost/wahost/internal/boundfile"
	"github.com/wahost/wahost/internal/hclbound"
)

// Name is the file's name in the folder of the configuration.
const Name = ".wahost.lock.hcl"

// File is the content of a lock file.
type File struct {
	Path      string
	Providers []Provider
	// Source is what was parsed, so that diagnostics can show it; nil without a file.
	Source *hcl.File
}

// Provider is one locked provider.
type Provider struct {
	Name    string `hcl:"name,label"`
	Version string `hcl:"version"`
	// Hashes are "h1:" hashes of the binary, one for each platform.
	Hashes []string  `hcl:"hashes"`
	Range  hcl.Range `hcl:",def_range"`
}

// Read reads the lock file of a folder. A folder without one gives an empty File and no diagnostics, and so does what
// is no folder: whoever reads the configuration says so. The File is never nil; after errors it locks nothing, and no
// provider may start.
func Read(folder string) (*File, hcl.Diagnostics) {
	file := &File{Path: filepath.Join(folder, Name)}
	if !isFolder(folder) {
		return file, nil
	}
	src, err := read(file.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return file, nil
	}
	if err != nil {
		return file, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Lock file not readable", Detail: fmt.Sprintf(
			"The file %s cannot be read: %s. Without it no provider is started.", file.Path, err)}}
	}
	if d := hclbound.Check(src, file.Path); d != nil {
		return file, hcl.Diagnostics{d}
	}
	parsed, diags := hclparse.NewParser().ParseHCL(src, file.Path)
	file.Source = parsed
	if diags.HasErrors() {
		return file, diags
	}
	var content struct {
		Providers []Provider `hcl:"provider,block"`
	}
	diags = append(diags, gohcl.DecodeBody(parsed.Body, nil, &content)...)
	if !diags.HasErrors() {
		file.Providers = content.Providers
	}
	return file, diags
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// read reads an ordinary file: anything else, such as a pipe, might never end.
func read(path string) ([]byte, error) {
	src, err := boundfile.ReadRegular(path, hclbound.MaxFile)
	return src, reason(err)
}

// reason takes the path out of an error whose message names it already.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Provider gives the lock of a provider, or nil where it is not locked.
func (f *File) Provider(name string) *Provider {
	i := slices.IndexFunc(f.Providers, func(p Provider) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &f.Providers[i]
}

// MismatchError says that a binary is not one that the lock file allows.
type MismatchError struct {
	Name, Path, Hash, LockPath string
}

// Error says what differs and what to do about it.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("provider %q: %s has the hash %s, which is not among those in %s. If you exchanged the binary on purpose, put its hash there; if not, do not run it", e.Name, e.Path, e.Hash, e.LockPath)
}

// Verify checks a provider's binary against the lock and gives its sha256, for a second check at the moment of its
// start. A provider that is not locked gives nil.
func (f *File) Verify(name, path string) ([]byte, error) {
	locked := f.Provider(name)
	if locked == nil {
		return nil, nil
	}
	h1, sum, err := Hash(path)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(locked.Hashes, h1) {
		return nil, &MismatchError{Name: name, Path: path, Hash: h1, LockPath: f.Path}
	}
	return sum, nil
}

// Hash gives a binary's "h1:" hash, as the lock file holds it, and the sha256 of its bytes.
func Hash(path string) (h1 string, sum []byte, err error) {
	digest := sha256.New()
	h1, err = dirhash.Hash1([]string{filepath.Base(path)}, func(string) (io.ReadCloser, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{io.TeeReader(file, digest), file}, nil
	})
	if err != nil {
		return "", nil, fmt.Errorf("hash %s: %w", path, err)
	}
	return h1, digest.Sum(nil), nil
}
