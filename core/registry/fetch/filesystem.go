// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
	"github.com/wahost/wahost/internal/boundfile"
)

// Filesystem is a folder with providers, below the path of their source addresses. A package is packed, as
// ADDRESS/wahost-provider-NAME_VERSION_OS_ARCH.zip, or unpacked, as the folder ADDRESS/VERSION/OS_ARCH. If there are both, the packed one
// counts.
type Filesystem struct {
	Dir string
	// flat is true if the packages are in the folder itself, as those of a release.
	flat bool
}

// String names the folder.
func (f Filesystem) String() string { return "filesystem mirror " + f.Dir }

func (f Filesystem) folder(a source.Address) string {
	if f.flat {
		return f.Dir
	}
	return filepath.Join(f.Dir, filepath.FromSlash(a.Path()))
}

// Versions looks at the names of files and folders.
func (f Filesystem) Versions(_ context.Context, a source.Address) ([]release.Version, error) {
	entries, err := f.list(a)
	if err != nil {
		return nil, err
	}
	var versions []release.Version
	add := func(v release.Version) {
		if !slices.ContainsFunc(versions, func(o release.Version) bool { return o.Compare(v) == 0 }) {
			versions = append(versions, v)
		}
	}
	for _, e := range entries {
		if file, ok := release.ParseFile(e.Name()); ok && file.Provider == a.Name && !e.IsDir() {
			add(file.Version)
		} else if v, err := release.ParseVersion(e.Name()); err == nil && len(f.unpacked(a, v)) > 0 {
			add(v)
		}
	}
	if len(versions) == 0 {
		return nil, ErrNotOffered
	}
	return versions, nil
}

// list returns what is in the folder of a provider. A mirror that does not exist at all is an error, and not an empty mirror.
func (f Filesystem) list(a source.Address) ([]fs.DirEntry, error) {
	if info, err := os.Stat(f.Dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", f.Dir)
	}
	entries, err := os.ReadDir(f.folder(a))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotOffered
	}
	return entries, err
}

// unpacked returns the folders of unpacked packages of a version that hold the program.
func (f Filesystem) unpacked(a source.Address, v release.Version) map[release.Platform]string {
	out := map[release.Platform]string{}
	dir := filepath.Join(f.folder(a), v.String())
	entries, _ := os.ReadDir(dir) // a folder that cannot be read offers nothing
	for _, e := range entries {
		p, err := release.ParsePlatform(e.Name())
		if err != nil {
			continue
		}
		program := filepath.Join(dir, e.Name(), p.Program(a.Name))
		if info, err := os.Stat(program); err == nil && info.Mode().IsRegular() {
			out[p] = filepath.Dir(program)
		}
	}
	return out
}

// Release reads and hashes the packages of all platforms.
func (f Filesystem) Release(ctx context.Context, a source.Address, v release.Version) (*release.Release, error) {
	r := &release.Release{Source: a, Version: v, Packages: map[release.Platform]release.Package{}, Origin: f.String()}
	for p, dir := range f.unpacked(a, v) {
		hash, _, err := lockfile.Hash(filepath.Join(dir, p.Program(a.Name)))
		if err != nil {
			return nil, err
		}
		r.Packages[p] = release.Package{Hash: hash, At: dir}
	}
	entries, err := f.list(a)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		file, ok := release.ParseFile(e.Name())
		if !ok || file.Provider != a.Name || file.Version.Compare(v) != 0 || e.IsDir() {
			continue
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		pkg, err := Inspect(filepath.Join(f.folder(a), e.Name()), file)
		if err != nil {
			return nil, err
		}
		r.Packages[file.Platform] = pkg
	}
	if len(r.Packages) == 0 {
		return nil, ErrNotOffered
	}
	for _, name := range release.SumsFiles(a.Name, v) {
		path := filepath.Join(f.folder(a), name)
		if r.Sums, err = boundfile.ReadRegular(path, release.MaxSums); errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		if r.Signature, err = boundfile.ReadRegular(path+release.SignatureEnding, release.MaxSums); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		break
	}
	return r, nil
}

// Inspect reads a packed package and returns what is known of it. A damaged archive is no error here, so that a checksum can tell of it
// first; it has no hash of its program.
func Inspect(path string, file release.File) (release.Package, error) {
	in, err := os.Open(path)
	if err != nil {
		return release.Package{}, err
	}
	defer func() { _ = in.Close() }()
	pkg := release.Package{At: path}
	if pkg.SHA256, pkg.Size, err = release.ArchiveHash(in); err != nil {
		return pkg, fmt.Errorf("%s: %w", path, err)
	}
	pkg.Hash, _ = release.ProgramHash(path, in, pkg.Size, file.Platform.Program(file.Provider))
	return pkg, nil
}

// Open opens the archive.
func (Filesystem) Open(_ context.Context, pkg release.Package, offset int64) (io.ReadCloser, int64, error) {
	in, err := os.Open(pkg.At)
	if err != nil {
		return nil, 0, permanentError{err}
	}
	if _, err := in.Seek(offset, io.SeekStart); err != nil {
		return nil, 0, errors.Join(err, in.Close())
	}
	return in, offset, nil
}
