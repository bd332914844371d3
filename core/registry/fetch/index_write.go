// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// WriteIndex writes the index of the packed packages of a provider in a filesystem mirror, so that a web server with its files is an HTTPS
// mirror. A damaged package is an error.
func (f Filesystem) WriteIndex(ctx context.Context, a source.Address) error {
	versions, err := f.Versions(ctx, a)
	if err != nil {
		return err
	}
	x := Index{FormatVersion: indexFormat, Source: a.String(), Versions: map[string]IndexVersion{}}
	for _, v := range versions {
		r, err := f.Release(ctx, a, v)
		if err != nil {
			return err
		}
		if err := r.CheckSums(); err != nil {
			return err
		}
		one := IndexVersion{Packages: map[string]IndexPackage{}}
		for _, p := range r.Platforms() {
			pkg := r.Packages[p]
			switch {
			case pkg.SHA256 == "":
				continue // unpacked
			case pkg.Hash == "":
				return &release.PackageError{Package: pkg.At, Problem: fmt.Sprintf("it is damaged, or does not contain the program %s", p.Program(a.Name))}
			}
			one.Packages[p.String()] = IndexPackage{File: filepath.Base(pkg.At), Size: pkg.Size, SHA256: pkg.SHA256, Hash: pkg.Hash}
		}
		if len(one.Packages) == 0 {
			continue
		}
		for _, name := range release.SumsFiles(a.Name, v) {
			if r.Sums == nil || !exists(filepath.Join(f.folder(a), name)) {
				continue
			}
			one.Sums = name
			if r.Signature != nil {
				one.Signature = name + release.SignatureEnding
			}
			break
		}
		x.Versions[v.String()] = one
	}
	data, err := json.MarshalIndent(x, "", "  ")
	if err != nil {
		return err
	}
	return lockfile.Replace(filepath.Join(f.folder(a), IndexFile), append(data, '\n'))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Addresses returns the source addresses of the providers with packed packages in the mirror, sorted.
func (f Filesystem) Addresses() ([]source.Address, error) {
	var out []source.Address
	err := filepath.WalkDir(f.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name, err := filepath.Rel(f.Dir, path)
		if err != nil {
			return err
		}
		// Other folders are above a provider, or something else.
		if a, err := source.ParsePath(filepath.ToSlash(name)); err == nil && f.hasPackages(a) {
			out = append(out, a)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s", f.Dir)
	}
	return out, err
}

// hasPackages reports whether there is a packed package of a provider.
func (f Filesystem) hasPackages(a source.Address) bool {
	entries, _ := os.ReadDir(f.folder(a)) // a folder that cannot be read has been reported
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		file, ok := release.ParseFile(e.Name())
		return ok && file.Provider == a.Name
	})
}

// PutSums writes the checksums of a release and their signature, where there are any, beside the packages that Copy brought.
func (f Filesystem) PutSums(r *release.Release) error {
	sums := filepath.Join(f.folder(r.Source), release.SumsFiles(r.Source.Name, r.Version)[0])
	if r.Sums != nil {
		if err := lockfile.Replace(sums, r.Sums); err != nil {
			return err
		}
	}
	if r.Signature != nil {
		return lockfile.Replace(sums+release.SignatureEnding, r.Signature)
	}
	return nil
}
