// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"fmt"
	"strings"

	"github.com/wahost/wahost/core/registry/lockfile"
)

// LockedReason is why the lock file does not allow a package.
type LockedReason string

// The reasons.
const (
	// ArchiveDiffers means that the archive is not the one that was locked.
	ArchiveDiffers LockedReason = "archive"
	// ProgramDiffers means that the archive is the one that was locked, and its program is not. Only a change of the lock file does that.
	ProgramDiffers LockedReason = "program"
	// PlatformMissing means that the lock file has no hashes for the platform.
	PlatformMissing LockedReason = "platform"
)

// LockedError is the error of a package that the lock file does not allow.
type LockedError struct {
	Reason LockedReason
	Name   string
	// Package is where the package is, Platform its platform, and Hash the hash that is not locked.
	Package, Platform, Hash string
	// Locked are the platforms in the lock file.
	Locked []string
}

// Error says what differs.
func (e *LockedError) Error() string {
	switch e.Reason {
	case PlatformMissing:
		return fmt.Sprintf("the lock file has the hashes of %s for %s, and not for %s. Lock it with `wahost providers lock --platform %s`",
			e.Name, strings.Join(e.Locked, ", "), e.Platform, e.Platform)
	case ProgramDiffers:
		return fmt.Sprintf("the package %s is the locked one, and its program has the hash %s, which is not in the lock file: the lock file was changed after it was "+
			"written. Restore it from your version control system, or write it again with `wahost providers lock`", e.Package, e.Hash)
	}
	return fmt.Sprintf("the package %s has the hash %s, which is not in the lock file: the release was changed after it was locked, or the lock file was. Do not use it "+
		"until you know why. If it is right, lock it with `wahost providers lock`", e.Package, e.Hash)
}

func (w *Wanted) locked(reason LockedReason, hash string) *LockedError {
	return &LockedError{Reason: reason, Name: w.Release.Source.Name, Package: w.pkg().At, Platform: w.Platform.String(), Hash: hash, Locked: w.Locked.Platforms}
}

// checkArchive compares the checksum of the archive with the lock file, before anything is downloaded.
func (w *Wanted) checkArchive() error {
	if w.Locked == nil || w.Locked.Source == "" {
		return nil
	}
	archive := lockfile.Archive(w.pkg().SHA256)
	switch {
	case w.Locked.Has(archive):
		return nil
	case !w.Locked.HasPlatform(w.Platform.String()):
		return w.locked(PlatformMissing, archive)
	}
	return w.locked(ArchiveDiffers, archive)
}

// checkHashes compares what was unpacked with the lock file.
func (w *Wanted) checkHashes(r *Record) error {
	switch {
	case w.Locked == nil || w.Locked.Has(r.Hash):
		return nil
	case r.SHA256 == "" && !w.Locked.HasPlatform(w.Platform.String()) && w.Locked.Source != "":
		return w.locked(PlatformMissing, r.Hash)
	case r.SHA256 == "" || !w.Locked.Has(lockfile.Archive(r.SHA256)):
		return w.locked(ArchiveDiffers, r.Hash)
	case w.Locked.Programs() >= len(w.Locked.Platforms):
		return w.locked(ProgramDiffers, r.Hash)
	}
	return nil // the archive is locked, and the hash of its program was not known then
}
