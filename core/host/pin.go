// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// Pinned is a provider that Lock locked, or whose packages Mirror copied.
type Pinned struct {
	Name    string `json:"name"`
	Source  string `json:"source"`
	Version string `json:"version"`
	// Platforms are those that are locked now, or that were copied.
	Platforms []string `json:"platforms"`
	// Unhashed are the platforms whose archive is locked, and whose program is not, because its hash is not known.
	Unhashed []string `json:"platforms_without_program_hash,omitempty"`
	// Origin says where the release was found, and is empty for a provider that the user's file overrides.
	Origin string `json:"origin,omitempty"`

	locked *lockfile.Provider
}

// Lock writes the hashes of releases into the lock file without installing anything: of the locked versions, or of the newest ones that fit.
// With platforms, it adds their hashes. Without them, it replaces what is locked by what is offered now. A package whose program has no known
// hash is downloaded for that, if it is for one of the platforms.
func (h *Host) Lock(ctx context.Context, platforms []release.Platform, options InitOptions) ([]Pinned, Diagnosis, error) {
	rows, found, err := h.eachRelease(ctx, options, func(ctx context.Context, i *initializer, row *Pinned, r *release.Release, from fetch.Place) error {
		lock := &lockfile.Provider{Name: row.Name, Source: row.Source, Version: row.Version, Constraints: i.constraint(row.Name)}
		wanted := platforms
		if old := i.h.lock.Provider(row.Name); len(platforms) > 0 && old != nil && old.Version == row.Version && old.Source == row.Source {
			lock.Platforms, lock.Hashes = slices.Clone(old.Platforms), slices.Clone(old.Hashes)
		} else if len(platforms) == 0 {
			wanted = r.Platforms()
		}
		for _, p := range wanted {
			if _, ok := r.Packages[p]; !ok {
				return &platformError{r, p}
			}
			if err := i.learn(ctx, r, p, from, len(platforms) > 0); err != nil {
				return err
			}
		}
		addHashes(lock, r, wanted...)
		row.Platforms, row.locked = lock.Platforms, lock
		row.Unhashed = unhashed(lock, r, release.Platform{})
		return nil
	})
	if err != nil || found.HasErrors() {
		return nil, found, err
	}
	var locks []lockfile.Provider
	for _, row := range rows {
		if row.locked != nil {
			locks = append(locks, *row.locked)
		}
	}
	return rows, found, h.writeLock(locks)
}

// learn finds out the hash of a program that the release does not tell, if somebody asked for this platform.
func (i *initializer) learn(ctx context.Context, r *release.Release, p release.Platform, from fetch.Place, asked bool) error {
	pkg := r.Packages[p]
	if pkg.Hash != "" || !asked {
		return nil
	}
	work, err := os.MkdirTemp("", "wahost-lock-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	file, err := fetch.Download(ctx, from, pkg, filepath.Join(work, "package"), i.progress(r, pkg))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if pkg.Hash, err = release.ProgramHash(pkg.At, file, info.Size(), p.Program(r.Source.Name)); err != nil {
		return err
	}
	r.Packages[p] = pkg
	return nil
}

func (i *initializer) progress(r *release.Release, pkg release.Package) func(int64) {
	return func(done int64) {
		if i.options.Progress != nil {
			i.options.Progress(r.Source.Name, r.Version.String(), done, pkg.Size)
		}
	}
}

func (i *initializer) constraint(name string) string {
	required, _ := i.h.folder.Requirements("")
	return required[name].Version
}

// Mirror copies the packages of releases into a folder that is a filesystem mirror, and writes the indexes with which a web server makes it an HTTPS
// mirror: the locked versions, or the newest ones that fit. Without platforms, it copies all that are offered.
func (h *Host) Mirror(ctx context.Context, to fetch.Filesystem, platforms []release.Platform, options InitOptions) ([]Pinned, Diagnosis, error) {
	return h.eachRelease(ctx, options, func(ctx context.Context, i *initializer, row *Pinned, r *release.Release, from fetch.Place) error {
		wanted := platforms
		if len(wanted) == 0 {
			wanted = r.Platforms()
		}
		locked := i.h.lock.Provider(row.Name)
		for _, p := range wanted {
			pkg, ok := r.Packages[p]
			switch {
			case !ok:
				return &platformError{r, p}
			case pkg.SHA256 == "":
				return fmt.Errorf("%s is not an archive, and a mirror has archives", pkg.At)
			case locked != nil && locked.Source == row.Source && locked.Version == row.Version && locked.HasPlatform(p.String()) && !locked.Has(lockfile.Archive(pkg.SHA256)):
				return &lockfile.MismatchError{Name: row.Name, Path: pkg.At, Hash: lockfile.Archive(pkg.SHA256), LockPath: i.h.lock.Path}
			}
			if err := to.Copy(ctx, from, r, p, i.progress(r, pkg)); err != nil {
				return err
			}
			row.Platforms = append(row.Platforms, p.String())
		}
		if err := to.PutSums(r); err != nil {
			return err
		}
		return to.WriteIndex(ctx, r.Source)
	})
}

// eachRelease calls use with the release of each required provider: of the locked version, or else of the newest that fits.
func (h *Host) eachRelease(ctx context.Context, options InitOptions,
	use func(context.Context, *initializer, *Pinned, *release.Release, fetch.Place) error) ([]Pinned, Diagnosis, error) {
	i, required, found, err := h.initializer(options)
	if err != nil || found.HasErrors() {
		return nil, found, err
	}
	unlock, err := h.enter(ctx, options.Waiting)
	if err != nil {
		return nil, Diagnosis{}, err
	}
	defer unlock()
	diags := slices.Clone(h.startErrors)
	rows := []Pinned{}
	for _, name := range slices.Sorted(maps.Keys(required)) {
		row, err := i.pin(ctx, required[name], use)
		switch {
		case ctx.Err() != nil:
			return nil, Diagnosis{}, ctx.Err()
		case err != nil:
			diags = append(diags, initDiagnostic(required[name], err))
		default:
			rows = append(rows, *row)
		}
	}
	return rows, h.diagnosis(diags), nil
}

func (i *initializer) pin(ctx context.Context, r config.Requirement,
	use func(context.Context, *initializer, *Pinned, *release.Release, fetch.Place) error) (*Pinned, error) {
	a, err := source.Parse(r.Source)
	if err != nil {
		return nil, err
	}
	row := &Pinned{Name: r.Name, Source: r.Source, locked: i.h.lock.Provider(r.Name)}
	if i.h.places.override(a) != "" {
		return row, nil
	}
	locked := row.locked
	if locked != nil && locked.Source != r.Source {
		locked = nil
	}
	offer, err := i.choose(ctx, &Initialized{Constraints: r.Version}, a, locked)
	if err != nil {
		return nil, err
	}
	rel, _, err := i.release(ctx, a, *offer)
	if err != nil {
		return nil, err
	}
	row.Version, row.Origin = rel.Version.String(), rel.Origin
	return row, use(ctx, i, row, rel, offer.From)
}

// initializer returns what installs providers, with the providers that the configuration requires.
func (h *Host) initializer(options InitOptions) (*initializer, map[string]config.Requirement, Diagnosis, error) {
	// Unlike the list of providers, this needs a configuration.
	required, diags := h.folder.Requirements(h.options.Version)
	found := h.diagnosis(diags)
	if h.startErrors.HasErrors() && !found.HasErrors() {
		found = h.diagnosis(h.startErrors)
	}
	if found.HasErrors() {
		return nil, nil, found, nil
	}
	methods, err := h.methods()
	return &initializer{h: h, options: options, methods: methods}, required, found, err
}
