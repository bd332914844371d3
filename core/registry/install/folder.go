// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"

	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
	"github.com/wahost/wahost/internal/boundfile"
)

const (
	// EnvCache is the environment variable that names a folder of packages that several configurations share.
	EnvCache = "WAHOST_PLUGIN_CACHE_DIR"
	// recordFile is the name of the file, in an installed package, that says what was installed.
	recordFile = ".wahost-package.json"
	maxRecord  = 1 << 20
	// workDir is where packages are downloaded and unpacked, and lockName the file that keeps others out meanwhile.
	workDir  = ".work"
	lockName = ".lock"
	// lockRetry is the time between two attempts to get the lock of a folder.
	lockRetry = 100 * time.Millisecond
)

// Folder holds installed packages, each in ADDRESS/VERSION/OS_ARCH. Several versions are there side by side.
type Folder struct{ Dir string }

// Of returns the folder of the packages of a configuration.
func Of(configuration string) Folder {
	return Folder{filepath.Join(configuration, ".wahost", "providers")}
}

// Package returns the folder of one package, which need not exist.
func (f Folder) Package(a source.Address, v release.Version, p release.Platform) string {
	return filepath.Join(f.Dir, filepath.FromSlash(a.Path()), v.String(), p.String())
}

// Program returns the path of the program in a package, which need not exist.
func (f Folder) Program(a source.Address, v release.Version, p release.Platform) string {
	return filepath.Join(f.Package(a, v, p), p.Program(a.Name))
}

// Record is what was installed.
type Record struct {
	// Origin says where the package came from, for people.
	Origin string `json:"origin"`
	// SHA256 is that of the archive, in hex, or empty if the package was a folder.
	SHA256 string `json:"sha256,omitempty"`
	// Hash is the "h1:" hash of the program.
	Hash string `json:"hash"`
	// Signers are the names of the keys that signed the checksums of the release.
	Signers []string `json:"signers,omitempty"`
}

// Record returns what was installed as a package. The error wraps fs.ErrNotExist if the package is not installed.
func (f Folder) Record(a source.Address, v release.Version, p release.Platform) (*Record, error) {
	path := filepath.Join(f.Package(a, v, p), recordFile)
	data, err := boundfile.ReadRegular(path, maxRecord)
	if err != nil {
		return nil, err
	}
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &r, nil
}

// Versions returns the installed versions of a provider, newest first.
func (f Folder) Versions(a source.Address) []release.Version {
	entries, _ := os.ReadDir(filepath.Join(f.Dir, filepath.FromSlash(a.Path()))) // a folder that cannot be read holds nothing
	var out []release.Version
	for _, e := range entries {
		if v, err := release.ParseVersion(e.Name()); err == nil {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b release.Version) int { return b.Compare(a) })
	return out
}

// Platforms returns the platforms for which a version is installed.
func (f Folder) Platforms(a source.Address, v release.Version) []release.Platform {
	entries, _ := os.ReadDir(filepath.Join(f.Dir, filepath.FromSlash(a.Path()), v.String()))
	var out []release.Platform
	for _, e := range entries {
		if p, err := release.ParsePlatform(e.Name()); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// Lock makes the folder and keeps others out of it until unlock is called. It waits for whoever is in it; wait is called before that, and
// may be nil. What somebody left who was killed is removed, except downloads that were not finished.
func (f Folder) Lock(ctx context.Context, wait func()) (unlock func(), err error) {
	if err := os.MkdirAll(f.Dir, 0o755); err != nil {
		return nil, err
	}
	l := flock.New(filepath.Join(f.Dir, lockName))
	got, err := l.TryLock()
	if err == nil && !got {
		if wait != nil {
			wait()
		}
		_, err = l.TryLockContext(ctx, lockRetry)
	}
	switch {
	case ctx.Err() != nil && err != nil:
		return nil, fmt.Errorf("the folder %s is in use: %w", f.Dir, err)
	case err != nil:
		return nil, fmt.Errorf("the folder %s cannot be locked: %w", f.Dir, err)
	}
	unlock = func() { _ = l.Unlock() }
	if err := f.sweep(); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// sweep removes what was unpacked and not finished. Downloads that were not finished stay. The caller holds the lock.
func (f Folder) sweep() error {
	left, _ := filepath.Glob(filepath.Join(f.Dir, workDir, "unpack-*")) // the pattern is not wrong
	for _, path := range left {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return nil
}

// Clean removes the downloads that were not finished. The caller holds the lock, and nothing is to be installed any longer.
func (f Folder) Clean() { _ = os.RemoveAll(filepath.Join(f.Dir, workDir)) }

// work makes the folder for downloads and for what is being unpacked. It is on the same file system as the packages.
func (f Folder) work() (string, error) {
	dir := filepath.Join(f.Dir, workDir)
	return dir, os.MkdirAll(dir, 0o755)
}

// intact reports whether a package is installed whose program has the hash of its record.
func (f Folder) intact(a source.Address, v release.Version, p release.Platform) (*Record, bool) {
	r, err := f.Record(a, v, p)
	if err != nil {
		return nil, false
	}
	hash, _, err := lockfile.Hash(f.Program(a, v, p))
	return r, err == nil && hash == r.Hash
}

// move puts an unpacked package in its place. Whoever looks meanwhile sees the old package, no package, or the new one.
func (f Folder) move(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		work, err := f.work()
		if err != nil {
			return err
		}
		old, err := os.MkdirTemp(work, "unpack-old-*")
		if err != nil {
			return err
		}
		if err := os.Rename(to, filepath.Join(old, "package")); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(old) }()
	}
	return os.Rename(from, to)
}
