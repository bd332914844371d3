// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

// ChangeKind is what a release of the suite did to a check.
type ChangeKind string

// The kinds.
const (
	// Added checks are provisional in the minor version that adds them, unless a major version does.
	Added ChangeKind = "added"
	// Counted checks were provisional, and have an effect on the verdict since then. Only a major version counts a check that
	// providers must pass.
	Counted ChangeKind = "counted"
	// Removed checks are not run any longer. Their ids are never used again.
	Removed ChangeKind = "removed"
)

// Change is what a release did to one check.
type Change struct {
	ID   string
	Kind ChangeKind
	// Why is one sentence.
	Why string
}

// Release is a version of the suite.
type Release struct {
	Version string
	// Summary is one or two sentences.
	Summary string
	Changes []Change
}

// Releases returns the versions of the suite, newest first. The checks of the first version are not listed as changes.
func Releases() []Release {
	return []Release{
		{Version: "1.0.0", Summary: "The first version."},
	}
}
