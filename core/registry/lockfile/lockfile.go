// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package lockfile reads .wahost.lock.hcl, which pins each provider to a version and to the hashes of its binary, so that
// a binary that was replaced is not started.
package lockfile

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"

	"github.com/wahost/wahost/internal/boundfile"
	"github.com/wahost/wahost/internal/hclbound"
)

// Name is the file's name in the folder of the configuration.
const Name = ".wahost.lock.hcl"

// File is the content of a lock file.
type File struct {
	Path      string
	Providers []Provider
	// Source is the parsed file, so that diagnostics can show it. It is nil if there is no file.
	Source *hcl.File
}

// Provider is one locked provider.
type Provider struct {
	Name string `hcl:"name,label"`
	// Source is the source address. It is empty in a lock that was written by hand.
	Source  string `hcl:"source,optional"`
	Version string `hcl:"version"`
	// Constraints is the version constraint of the configuration when the provider was locked, or empty.
	Constraints string `hcl:"constraints,optional"`
	// Platforms are those whose hashes are here, such as "linux_amd64". It is empty in a lock that was written by hand.
	Platforms []string `hcl:"platforms,optional"`
	// Hashes are "h1:" hashes of the binary, one for each platform, and "zh:" hashes of the archives that a release has.
	Hashes []string  `hcl:"hashes"`
	Range  hcl.Range `hcl:",def_range"`
}

// Has reports whether the lock has a hash.
func (p *Provider) Has(hash string) bool { return p != nil && slices.Contains(p.Hashes, hash) }

// HasPlatform reports whether the lock has the hashes of a platform, such as "linux_amd64".
func (p *Provider) HasPlatform(platform string) bool {
	return p != nil && slices.Contains(p.Platforms, platform)
}

// Programs returns how many programs the lock has hashes of. A lock with fewer than platforms is complete only for some of them.
func (p *Provider) Programs() int {
	n := 0
	if p == nil {
		return n
	}
	for _, h := range p.Hashes {
		if strings.HasPrefix(h, "h1:") {
			n++
		}
	}
	return n
}

// Archive returns the "zh:" hash of an archive, which is its sha256 in hex.
func Archive(sha256 string) string { return "zh:" + sha256 }

// Read reads the lock file of a folder. If there is no lock file, or no such folder, it returns an empty File without
// diagnostics; a missing folder is reported when the configuration is read. The File is never nil. After errors it locks
// nothing, and no provider may start.
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

// read reads a regular file. It refuses anything else, such as a pipe, which might never end.
func read(path string) ([]byte, error) {
	src, err := boundfile.ReadRegular(path, hclbound.MaxFile)
	return src, reason(err)
}

// reason returns an error without its path, for messages that name the path already.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Provider returns the lock of a provider, or nil if it is not locked.
func (f *File) Provider(name string) *Provider {
	i := slices.IndexFunc(f.Providers, func(p Provider) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &f.Providers[i]
}

// MismatchError is the error that the lock file does not allow a binary.
type MismatchError struct {
	Name, Path, Hash, LockPath string
}

// Error says what differs and what to do about it.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("provider %q: %s has the hash %s, which is not among those in %s. If you replaced the binary on purpose, lock it with `wahost providers lock`; "+
		"otherwise do not run it", e.Name, e.Path, e.Hash, e.LockPath)
}

// Check compares the "h1:" hash of a provider's binary with the lock. It returns nil if the provider is not locked, and a *MismatchError if the
// lock does not allow the binary.
func (f *File) Check(name, path, h1 string) error {
	if locked := f.Provider(name); locked != nil && !locked.Has(h1) {
		return &MismatchError{Name: name, Path: path, Hash: h1, LockPath: f.Path}
	}
	return nil
}

// Hash returns a binary's "h1:" hash, as the lock file holds it, and the sha256 of its bytes. The hash is what dirhash.Hash1 returns for one
// file, from the sha256: the file is read and hashed once.
func Hash(path string) (h1 string, sum []byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", nil, fmt.Errorf("hash %s: %w", path, err)
	}
	defer func() { _ = file.Close() }()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return "", nil, fmt.Errorf("hash %s: %w", path, err)
	}
	sum = digest.Sum(nil)
	line := sha256.Sum256(fmt.Appendf(nil, "%x  %s\n", sum, filepath.Base(path)))
	return "h1:" + base64.StdEncoding.EncodeToString(line[:]), sum, nil
}
