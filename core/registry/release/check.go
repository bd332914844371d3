// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package release

import "fmt"

// CheckSums compares the packages with the checksums of the release. A release without a file of checksums passes. The error is a
// *PackageError that names the package at fault.
func (r *Release) CheckSums() error {
	if r.Sums == nil {
		return nil
	}
	sums, err := ParseSums(r.Sums)
	if err != nil {
		return &PackageError{fmt.Sprintf("%s %s (%s)", r.Source, r.Version, SumsFile), err.Error()}
	}
	for _, p := range r.Platforms() {
		pkg := r.Packages[p]
		if pkg.SHA256 == "" {
			continue
		}
		name := File{r.Source.Name, r.Version, p}.Name()
		switch sum, listed := sums[name]; {
		case !listed:
			return &PackageError{pkg.At, fmt.Sprintf("the checksums of the release do not have %s", name)}
		case sum != pkg.SHA256:
			return &PackageError{pkg.At, fmt.Sprintf("its sha256 is %s, and the checksums of the release have %s: it was changed or damaged", pkg.SHA256, sum)}
		}
	}
	return nil
}
