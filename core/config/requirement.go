// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import "github.com/hashicorp/go-version"

// Requirement is one entry of required_providers.
type Requirement struct {
	Name string
	// Source is where the provider comes from, as written.
	Source string
	// Version is the constraint as written, such as "~> 1.2", or empty to allow any version.
	Version string
	// Certificates are the names of the files and folders with the provider's certificates, relative to the folder of the
	// configuration. It is empty for the default.
	Certificates []string
	// MemoryLimit is the largest resident memory of the provider's process in bytes. Zero means no limit.
	MemoryLimit int64
	// Range is the range of the entry.
	Range Range
}

// Allows reports whether the constraint allows a provider's version, such as "1.4.2". Text that is not a version is
// allowed only if there is no constraint.
func (r Requirement) Allows(providerVersion string) bool {
	if r.Version == "" {
		return true
	}
	constraint, err := version.NewConstraint(r.Version)
	if err != nil {
		return false
	}
	v, err := version.NewVersion(providerVersion)
	if err != nil {
		return false
	}
	if v.Prerelease() == "dev" {
		// A build from source counts as the version that it will become.
		v = v.Core()
	}
	return constraint.Check(v)
}
