// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"maps"
	"slices"

	"github.com/wahost/wahost/core/registry/source"
)

// Release is one version of a provider, as one place offers it.
type Release struct {
	Source  source.Address
	Version Version
	// Packages has the package of each platform.
	Packages map[Platform]Package
	// Sums is the file of checksums of the packages, and Signature its signature. They are nil if there is no such file.
	Sums, Signature []byte
	// Origin says where the release is, for people, such as "filesystem mirror /srv/providers".
	Origin string
	// InPlace is true if the packages are programs that are used where they are, and not installed.
	InPlace bool
}

// Package is what a release offers for one platform: a zip archive, or a folder with its content.
type Package struct {
	// Size is the size of the archive in bytes, or 0 if it is not known.
	Size int64
	// SHA256 is that of the archive, in hex. It is empty if the package is a folder or a program.
	SHA256 string
	// Hash is the "h1:" hash of the program, or "" if it is not known before the package is unpacked.
	Hash string
	// At says where the package is, in the way of whoever offers it, such as a path or a URL.
	At string
}

// Platforms returns the platforms of the release, sorted.
func (r *Release) Platforms() []Platform {
	return slices.SortedFunc(maps.Keys(r.Packages), Platform.Compare)
}
