// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"

	"github.com/wahost/wahost/internal/lazyregexp"
)

// maxVersion bounds a version in bytes, because it becomes part of paths.
const maxVersion = 64

// Version is the version of a release. The zero value is no version.
type Version struct {
	text   string
	parsed *version.Version
}

// semver is the grammar of semantic versions without build metadata. A number has no leading zero, also in a pre-release.
var semver = lazyregexp.New(`^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})(-` + preRelease + `(\.` + preRelease + `)*)?$`)

// preRelease is the grammar of a part of a pre-release between dots.
const preRelease = `(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`

// ParseVersion reads a semantic version, such as "1.4.2" or "1.5.0-rc1". It has no "v", and no build metadata, so that a version has one
// spelling.
func ParseVersion(text string) (Version, error) {
	v, err := version.NewSemver(text)
	if err != nil || v.String() != text || !semver().MatchString(text) || len(text) > maxVersion {
		return Version{}, fmt.Errorf("%q is not a version: write a semantic version, such as 1.4.2", shortened(text))
	}
	return Version{text, v}, nil
}

// String returns the version as it is written.
func (v Version) String() string { return v.text }

// IsZero reports whether there is no version.
func (v Version) IsZero() bool { return v.parsed == nil }

// Compare returns -1, 0 or 1 if v is older than the other version, equal to it or newer.
func (v Version) Compare(other Version) int { return v.parsed.Compare(other.parsed) }

// Constraint says which versions fit. The zero value accepts all that are not pre-releases.
type Constraint struct {
	text   string
	parsed version.Constraints
}

// ParseConstraint reads a constraint, such as "~> 1.0" or ">= 1.0, < 2.0".
func ParseConstraint(text string) (Constraint, error) {
	if strings.TrimSpace(text) == "" {
		return Constraint{}, nil
	}
	c, err := version.NewConstraint(text)
	if err != nil {
		return Constraint{}, fmt.Errorf(`%q is not a version constraint: write for instance "~> 1.2" or ">= 1.0, < 2.0"`, shortened(text))
	}
	return Constraint{text, c}, nil
}

// String returns the constraint as it is written, or "" if all versions fit.
func (c Constraint) String() string { return c.text }

// Allows reports whether a version fits. A pre-release fits only if the constraint names it or another pre-release of the same
// version, except "dev": a build from source counts as the version that it will become.
func (c Constraint) Allows(v Version) bool {
	parsed := v.parsed
	if parsed.Prerelease() == "dev" {
		parsed = parsed.Core()
	}
	if len(c.parsed) == 0 {
		return parsed.Prerelease() == ""
	}
	return c.parsed.Check(parsed)
}

// Newest returns the newest version that fits. The result is false if no version does.
func (c Constraint) Newest(versions []Version) (Version, bool) {
	fitting := slices.DeleteFunc(slices.Clone(versions), func(v Version) bool { return !c.Allows(v) })
	if len(fitting) == 0 {
		return Version{}, false
	}
	return slices.MaxFunc(fitting, Version.Compare), true
}
