// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
	"github.com/wahost/wahost/core/registry/verify"
)

// platformError is the error of a release that has no package for a platform.
type platformError struct {
	release  *release.Release
	platform release.Platform
}

func (e *platformError) Error() string {
	return fmt.Sprintf("Version %s of %s is offered for %s, and not for %s (%s). Choose another version in required_providers, or ask the author of the provider for a release for this platform.",
		e.release.Version, e.release.Source, joined(e.release.Platforms()), e.platform, e.release.Origin)
}

// release asks for a release, and compares its packages with its checksums and those with their signature.
func (i *initializer) release(ctx context.Context, a source.Address, o fetch.Offer) (*release.Release, []string, error) {
	r, err := o.From.Release(ctx, a, o.Version)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", o.From, err)
	}
	if err := r.CheckSums(); err != nil {
		return nil, nil, err
	}
	if i.h.certificates == nil || r.Sums == nil {
		return r, nil, nil
	}
	signers, err := i.h.certificates.policy.SumsSigners(ctx, a.String(), r.Sums, r.Signature)
	return r, signers, err
}

// install installs a release for this platform, and completes the row and its lock. Locked is the lock of this version, or nil.
func (i *initializer) install(ctx context.Context, row *Initialized, r *release.Release, from fetch.Place, locked *lockfile.Provider) error {
	p := release.Current()
	pkg, ok := r.Packages[p]
	if !ok {
		return &platformError{r, p}
	}
	lock := lockOf(row, r, locked)
	row.locked = lock
	if r.InPlace {
		row.Action, row.Path = ActionInPlace, pkg.At
		if locked != nil && !locked.Has(pkg.Hash) {
			return &lockfile.MismatchError{Name: row.Name, Path: pkg.At, Hash: pkg.Hash, LockPath: i.h.lock.Path}
		}
		return i.certify(row, pkg.At, "")
	}
	row.Action = ActionInstalled
	if i.options.DryRun {
		return nil
	}
	record, err := i.installer.Install(ctx, install.Wanted{
		Release: r, From: from, Platform: p, Locked: locked, Signers: row.Signers,
		Check: func(_ context.Context, dir, program string) error { return i.certify(row, program, dir) },
	})
	if err != nil {
		return err
	}
	row.Path = i.h.places.folder.Program(r.Source, r.Version, p)
	if !lock.Has(record.Hash) {
		lock.Hashes = append(lock.Hashes, record.Hash)
	}
	row.Unhashed = unhashed(lock, r, p)
	return nil
}

// unhashed returns the locked platforms of a release, other than this one, whose program has no known hash.
func unhashed(lock *lockfile.Provider, r *release.Release, this release.Platform) []string {
	if lock.Programs() >= len(lock.Platforms) {
		return nil
	}
	var out []string
	for _, p := range r.Platforms() {
		if p != this && r.Packages[p].Hash == "" && lock.HasPlatform(p.String()) {
			out = append(out, p.String())
		}
	}
	return out
}

// lockOf returns the lock of a release. What is locked of this version already stays as it is.
func lockOf(row *Initialized, r *release.Release, locked *lockfile.Provider) *lockfile.Provider {
	out := &lockfile.Provider{Name: row.Name, Source: row.Source, Version: r.Version.String(), Constraints: row.Constraints}
	if locked != nil {
		out.Hashes, out.Platforms = slices.Clone(locked.Hashes), slices.Clone(locked.Platforms)
		if locked.Source != "" {
			return out
		}
		// The lock was written by hand, and has the hashes of programs only.
		if p := release.Current(); locked.Has(r.Packages[p].Hash) {
			addHashes(out, r, p)
		}
		return out
	}
	addHashes(out, r, r.Platforms()...)
	return out
}

// addHashes adds what is known of the packages for platforms.
func addHashes(to *lockfile.Provider, r *release.Release, platforms ...release.Platform) {
	for _, p := range platforms {
		pkg := r.Packages[p]
		to.Platforms = append(to.Platforms, p.String())
		if pkg.SHA256 != "" {
			to.Hashes = append(to.Hashes, lockfile.Archive(pkg.SHA256))
		}
		if pkg.Hash != "" {
			to.Hashes = append(to.Hashes, pkg.Hash)
		}
	}
	for _, list := range []*[]string{&to.Platforms, &to.Hashes} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// certify verifies the certificate of a program in the folder of its package, if the configuration demands certificates. The error is an
// *uncertifiedError if a provider without one may not start.
func (i *initializer) certify(row *Initialized, program, dir string) error {
	c := i.h.certificates
	if c == nil {
		row.Uncertified = "the configuration demands no certificates"
		return nil
	}
	verified, err := c.check(row.Name, program, dir)
	var refused *uncertifiedError
	if errors.As(err, &refused) && dir != "" {
		// The package is not installed, so its folder is about to be removed.
		inPackage := *refused
		inPackage.file = strings.ReplaceAll(refused.file, dir+string(filepath.Separator), "in the package, ")
		inPackage.path = filepath.Base(program)
		return &inPackage
	}
	if err != nil {
		return err
	}
	row.Certified = verified != nil
	if verified != nil {
		return nil
	}
	for _, w := range c.warned() {
		if w.name == row.Name {
			row.Uncertified = w.cause.Error()
		}
	}
	return nil
}

// initText returns the summary and the detail of the diagnostic about a provider that cannot be installed.
func initText(r config.Requirement, err error) (summary, detail string) {
	var (
		version     *versionError
		platform    *platformError
		locked      *install.LockedError
		mismatch    *lockfile.MismatchError
		checksum    *fetch.ChecksumError
		pkg         *release.PackageError
		signature   *verify.SignatureError
		missing     *fetch.NotOfferedError
		uncertified *uncertifiedError
		status      *fetch.StatusError
	)
	switch {
	case errors.As(err, &version):
		return version.summary, version.detail
	case errors.As(err, &platform):
		return "Platform not offered", platform.Error()
	case errors.As(err, &locked) && locked.Reason == install.PlatformMissing:
		return "Platform not locked", lang.Sentence(locked)
	case errors.As(err, &locked) && locked.Reason == install.ProgramDiffers:
		return "Lock file does not match the package", lang.Sentence(locked)
	case errors.As(err, &locked):
		return "Package does not match the lock file", lang.Sentence(locked)
	case errors.As(err, &mismatch):
		return "Provider does not match the lock file", lang.Sentence(mismatch)
	case errors.As(err, &checksum):
		return "Package does not match its checksum", lang.Sentence(checksum) + " Ask whoever keeps the place for the right one, and run `wahost init` again."
	case errors.As(err, &pkg):
		return "Package not usable", lang.Sentence(pkg) + " Ask whoever keeps the place for the right one, and run `wahost init` again."
	case errors.As(err, &signature):
		return "Checksums not signed by a trusted key", lang.Sentence(signature) + " Add the author's key as a trusted_key to the certificate block if you trust it; otherwise do not install the provider."
	case errors.As(err, &uncertified):
		p := uncertified.providerError()
		return "Provider not certified", p.Detail
	case errors.As(err, &missing):
		return "Provider not found", lang.Sentence(missing) + " Put its program beside wahost, or say in a provider_installation block from where it comes."
	case errors.As(err, &status) && (status.Status == http.StatusUnauthorized || status.Status == http.StatusForbidden):
		return "Place not accessible", lang.Sentence(status) + " " + refusedText(status)
	}
	return "Provider not installed", fmt.Sprintf("The provider %s (%s) could not be installed: %s.", r.Name, r.Source, strings.TrimSuffix(err.Error(), "."))
}
