// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
)

// Installer installs packages for one configuration.
type Installer struct {
	// Folder is where packages are installed. The caller of Install holds its lock.
	Folder Folder
	// Cache is the folder that configurations share. If its Dir is empty, there is no such folder.
	Cache Folder
	// Progress is called with the number of bytes of the package that are there. It may be nil.
	Progress func(w Wanted, done int64)
	// Waiting is called with the folder of somebody else that is waited for. It may be nil.
	Waiting func(dir string)
}

// Wanted is a package to install.
type Wanted struct {
	Release  *release.Release
	From     fetch.Place
	Platform release.Platform
	// Locked is what the lock file has of this version, or nil. The package must have its hashes.
	Locked *lockfile.Provider
	// Signers are the names of the keys that signed the checksums of the release.
	Signers []string
	// Check decides about the unpacked package in a folder, before it is installed. It may be nil.
	Check func(ctx context.Context, dir, program string) error
}

// program returns the name of the program's file.
func (w *Wanted) program() string { return w.Platform.Program(w.Release.Source.Name) }

// pkg returns the package.
func (w *Wanted) pkg() release.Package { return w.Release.Packages[w.Platform] }

// Install installs a package unless it is installed, and returns its record. The error is a *LockedError, a *fetch.ChecksumError or a
// *release.PackageError if the package must not be installed. An interrupt at any time leaves nothing that a later Install cannot
// complete.
func (i *Installer) Install(ctx context.Context, w Wanted) (*Record, error) {
	a, v, p := w.Release.Source, w.Release.Version, w.Platform
	if r, ok := i.Folder.intact(a, v, p); ok && w.trusts(r) {
		return r, i.check(ctx, w, i.Folder.Package(a, v, p))
	}
	if i.Cache.Dir == "" {
		return i.unpack(ctx, w, i.Folder)
	}
	cached, release, err := i.cached(ctx, w)
	if err != nil {
		return nil, err
	}
	defer release()
	work, err := i.Folder.work()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(work, "unpack-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := copyTree(i.Cache.Package(a, v, p), dir); err != nil {
		return nil, err
	}
	return cached, i.finish(ctx, w, i.Folder, dir)
}

// cached installs the package in the cache, unless it is there, and keeps others out of the cache until release is called.
func (i *Installer) cached(ctx context.Context, w Wanted) (r *Record, release func(), err error) {
	unlock, err := i.Cache.Lock(ctx, func() {
		if i.Waiting != nil {
			i.Waiting(i.Cache.Dir)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	a, v, p := w.Release.Source, w.Release.Version, w.Platform
	r, ok := i.Cache.intact(a, v, p)
	// The cache belongs to the user, so its record tells which archive it was made from.
	if ok && (w.trusts(r) || w.pkg().SHA256 != "" && r.SHA256 == w.pkg().SHA256 && w.checkHashes(r) == nil) {
		return r, unlock, nil
	}
	if r, err = i.unpack(ctx, w, i.Cache); err != nil {
		unlock()
		return nil, nil, err
	}
	return r, unlock, nil
}

// trusts reports whether an installed package needs no second look at its archive: its program is the one that the lock file or the
// release names.
func (w *Wanted) trusts(r *Record) bool {
	if w.Locked.Has(r.Hash) {
		return w.pkg().Hash == "" || w.pkg().Hash == r.Hash
	}
	return w.Locked == nil && w.pkg().Hash == r.Hash && r.Hash != ""
}

// unpack downloads and unpacks the package into a folder of packages.
func (i *Installer) unpack(ctx context.Context, w Wanted, to Folder) (*Record, error) {
	work, err := to.work()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(work, "unpack-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	pkg := w.pkg()
	var archive string
	if pkg.SHA256 == "" {
		err = copyTree(pkg.At, dir)
	} else {
		if err := w.checkArchive(); err != nil {
			return nil, err
		}
		archive = filepath.Join(work, pkg.SHA256+".zip")
		err = i.extract(ctx, w, archive, dir)
	}
	if err != nil {
		return nil, err
	}
	r := &Record{Origin: w.Release.Origin, SHA256: pkg.SHA256, Signers: w.Signers}
	if r.Hash, _, err = lockfile.Hash(filepath.Join(dir, w.program())); err != nil {
		return nil, err
	}
	if pkg.Hash != "" && pkg.Hash != r.Hash {
		return nil, &release.PackageError{Package: pkg.At, Problem: fmt.Sprintf("its program has the hash %s, and the release promises %s", r.Hash, pkg.Hash)}
	}
	if err := w.checkHashes(r); err != nil {
		return nil, err
	}
	if err := writeRecord(dir, r); err != nil {
		return nil, err
	}
	if err := i.finish(ctx, w, to, dir); err != nil {
		return nil, err
	}
	if archive != "" {
		_ = os.Remove(archive) // it is not needed any longer, and the next one has another name
	}
	return r, nil
}

// extract downloads an archive and unpacks it into a folder.
func (i *Installer) extract(ctx context.Context, w Wanted, archive, dir string) error {
	pkg := w.pkg()
	file, err := fetch.Download(ctx, w.From, pkg, archive, func(done int64) {
		if i.Progress != nil {
			i.Progress(w, done)
		}
	})
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return release.Unpack(pkg.At, file, info.Size(), dir, w.program())
}

// finish checks an unpacked package and puts it in its place.
func (i *Installer) finish(ctx context.Context, w Wanted, to Folder, dir string) error {
	if err := i.check(ctx, w, dir); err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	return to.move(dir, to.Package(w.Release.Source, w.Release.Version, w.Platform))
}

func (i *Installer) check(ctx context.Context, w Wanted, dir string) error {
	if w.Check == nil {
		return nil
	}
	return w.Check(ctx, dir, filepath.Join(dir, w.program()))
}

func writeRecord(dir string, r *Record) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, recordFile)
	if err := os.RemoveAll(path); err != nil { // a package that brings one would decide what is told of it
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o444)
}

// copyTree copies the ordinary files of a folder into another, which exists. Anything else in it is an error.
func copyTree(from, to string) error {
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == from {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return root.Mkdir(name, 0o755)
		case !info.Mode().IsRegular():
			return &release.PackageError{Package: from, Problem: fmt.Sprintf("%s is a link or a device, and a package has only ordinary files", name)}
		}
		mode := fs.FileMode(0o444)
		if info.Mode().Perm()&0o111 != 0 {
			mode = 0o555
		}
		return copyFile(path, root, name, mode)
	})
}

func copyFile(from string, root *os.Root, name string, mode fs.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
