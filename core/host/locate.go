// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
	"github.com/wahost/wahost/internal/printable"
	"github.com/wahost/wahost/sdk/provider"
)

// Location is where the program of a provider is.
type Location struct {
	Path string
	// Origin says where the program came from, for people.
	Origin string
	// Override is true for a program under development, which no lock file is about.
	Override bool
	// dir is the folder of the installed package, and record what was installed. They are empty for other programs.
	dir    string
	record *install.Record
}

// Locate returns the program of a provider, without checking whether it may start. The error is a *load.ProviderError if it is not
// installed, or a *install.NotFoundError.
func (h *Host) Locate(name string) (Location, error) {
	required, _ := h.folder.Requirements("")
	a, err := source.Parse(required[name].Source)
	if err != nil {
		return h.locateBundled(name) // it is not required, or its address is reported as wrong
	}
	if path := h.places.override(a); path != "" {
		return Location{Path: path, Origin: "dev_overrides in " + h.places.user.Path, Override: true}, nil
	}
	if h.variable(install.EnvDir) != "" || h.customFind {
		return h.locateBundled(name)
	}
	locked := h.lock.Provider(name)
	if locked == nil {
		if versions := h.places.folder.Versions(a); len(versions) > 0 {
			return Location{}, h.unusable(load.NotLocked, name, "It is installed in %s, and %s does not name it, so nothing tells whether it was changed. Run `wahost init`, which installs it and "+
				"locks it.", h.places.folder.Dir, h.lock.Path)
		}
		return h.locateBundled(name)
	}
	if locked.Source == "" {
		return h.locateBundled(name) // locked by hand
	}
	if locked.Source != a.String() {
		return Location{}, h.unusable(load.SourceChanged, name, "The configuration requires %s, and %s is about %s. If the address was changed on purpose, run `wahost init`, which installs and "+
			"locks the other provider.", a, h.lock.Path, locked.Source)
	}
	return h.locateLocked(name, a, locked)
}

// locateLocked finds the locked version: the package that was installed, or the program beside wahost if that is the locked one.
func (h *Host) locateLocked(name string, a source.Address, locked *lockfile.Provider) (Location, error) {
	v, err := release.ParseVersion(locked.Version)
	if err != nil {
		return Location{}, h.unusable(load.OtherFailure, name, "In %s, %v. Restore the file from your version control system, or run `wahost init --upgrade`.", h.lock.Path, err)
	}
	p, folder := release.Current(), h.places.folder
	path := folder.Program(a, v, p)
	if _, err := os.Lstat(path); err == nil {
		l := Location{Path: path, Origin: folder.Dir, dir: folder.Package(a, v, p)}
		if r, err := folder.Record(a, v, p); err == nil {
			l.Origin, l.record = r.Origin, r
		}
		return l, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return Location{}, err
	}
	if others := folder.Platforms(a, v); len(others) > 0 {
		return Location{}, h.unusable(load.OtherPlatform, name, "Version %s is installed in %s for %s, and this is %s. Run `wahost init`, which installs it for this platform.",
			v, folder.Dir, joined(others), p)
	}
	if l, err := h.locateBundled(name); err == nil {
		if hash, _, err := h.hashes.of(l.Path); err == nil && locked.Has(hash) {
			return l, nil
		}
	}
	if len(locked.Platforms) > 0 && !locked.HasPlatform(p.String()) {
		return Location{}, h.unusable(load.OtherPlatform, name, "Version %s is locked for %s, and this is %s. Run `wahost providers lock --platform %s`, and then `wahost init`.",
			v, strings.Join(locked.Platforms, ", "), p, p)
	}
	return Location{}, h.unusable(load.NotInstalled, name, "Version %s of %s is locked in %s, and it is not installed. Run `wahost init`.", v, a, h.lock.Path)
}

func joined(platforms []release.Platform) string {
	var out []string
	for _, p := range platforms {
		out = append(out, p.String())
	}
	return strings.Join(out, ", ")
}

// locateBundled finds the program beside wahost, or in the folder that the environment names.
func (h *Host) locateBundled(name string) (Location, error) {
	path, err := h.options.Find(name)
	if err != nil {
		return Location{}, err
	}
	origin := "beside wahost"
	if dir := h.variable(install.EnvDir); dir != "" {
		origin = install.EnvDir
	}
	return Location{Path: path, Origin: origin}, nil
}

func (h *Host) unusable(kind load.FailureKind, name, format string, args ...any) *load.ProviderError {
	return &load.ProviderError{Kind: kind, Name: name, Detail: fmt.Sprintf(format, args...)}
}

// verify checks a program against the lock file and returns the sha256 that it must have, or nil if it may have any.
func (h *Host) verify(name string, l Location) ([]byte, error) {
	if l.Override || h.lock.Provider(name) == nil {
		return nil, nil
	}
	hash, sum, err := h.hashes.of(l.Path)
	if err != nil {
		return nil, err
	}
	err = h.lock.Check(name, l.Path, hash)
	var mismatch *lockfile.MismatchError
	switch {
	case err == nil:
		return sum, nil
	case errors.As(err, &mismatch) && h.shadows(name):
		return nil, h.unusable(load.LockMismatch, name, "%s is set, so the program %s is used. Its hash %s is not in %s, which has the one of version %s in %s. Unset the variable to use that "+
			"version. A program under development belongs into dev_overrides of the user's own %s.", install.EnvDir, l.Path, mismatch.Hash, h.lock.Path, h.lock.Provider(name).Version,
			h.places.folder.Dir, load.UserFileName)
	case !errors.As(err, &mismatch) || l.record == nil:
		return nil, err
	case l.record.Hash == mismatch.Hash:
		return nil, h.unusable(load.LockChanged, name, "The program %s is the one that was installed from %s, and its hash %s is not in %s: the lock file was changed. Restore it from your version "+
			"control system, or run `wahost providers lock` if you trust the program.", l.Path, l.Origin, mismatch.Hash, h.lock.Path)
	}
	return nil, h.unusable(load.LockMismatch, name, "The program %s has the hash %s, which is not in %s: it was changed after it was installed. Run `wahost init`, which installs it again from where it "+
		"came from, and find out who changed it.", l.Path, mismatch.Hash, h.lock.Path)
}

// Unlocked returns the names of the required providers that the lock file does not name, sorted: whatever program is found for them is
// started. Overrides and attached providers, which no lock file is about, are not among them.
func (h *Host) Unlocked() []string {
	if h.startErrors.HasErrors() {
		return nil // the lock file may be damaged, and nothing starts
	}
	required, _ := h.folder.Requirements("")
	var out []string
	for _, name := range slices.Sorted(maps.Keys(required)) {
		if h.lock.Provider(name) != nil || h.launcher.Attaches(name) {
			continue
		}
		if l, err := h.Locate(name); err == nil && !l.Override {
			out = append(out, name)
		}
	}
	return out
}

// shadows reports whether WAHOST_PROVIDER_DIR hides the installed package of a provider that the lock file names.
func (h *Host) shadows(name string) bool {
	required, _ := h.folder.Requirements("")
	a, err := source.Parse(required[name].Source)
	locked := h.lock.Provider(name)
	if err != nil || h.variable(install.EnvDir) == "" || h.customFind || locked == nil || locked.Source != a.String() || h.places.override(a) != "" {
		return false
	}
	v, err := release.ParseVersion(locked.Version)
	if err != nil {
		return false
	}
	_, err = os.Lstat(h.places.folder.Program(a, v, release.Current()))
	return err == nil
}

// Shadowed returns the names of the providers whose installed package is not used because WAHOST_PROVIDER_DIR names another folder, sorted.
func (h *Host) Shadowed() []string {
	required, _ := h.folder.Requirements("")
	return slices.DeleteFunc(slices.Sorted(maps.Keys(required)), func(name string) bool { return !h.shadows(name) || h.launcher.Attaches(name) })
}

// checkLockedVersion compares the version of a running provider with that of the package from which it was installed.
func (h *Host) checkLockedVersion(name string, meta provider.Metadata) error {
	if h.launcher.Attaches(name) {
		return nil
	}
	l, err := h.Locate(name)
	if err != nil {
		return err
	}
	if l.dir == "" || h.lock.Provider(name).Version == meta.Version {
		return nil
	}
	return h.unusable(load.OtherVersion, name, "The program %s says that it is version %s, and the lock file has version %s: the release from %s has a wrong name, or the wrong program. "+
		"Ask whoever keeps that place, and choose another version in required_providers.", l.Path, printable.Line(meta.Version), h.lock.Provider(name).Version, l.Origin)
}

// LockedVersion returns the version of a provider in the lock file, or "" if the provider is not locked.
func (h *Host) LockedVersion(name string) string {
	if locked := h.lock.Provider(name); locked != nil {
		return locked.Version
	}
	return ""
}

// packageDir returns the folder of the installed package of a provider, or "".
func (h *Host) packageDir(name string) string {
	l, err := h.Locate(name)
	if err != nil {
		return ""
	}
	return l.dir
}
