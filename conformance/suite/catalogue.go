// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/registry/verify"
)

// Version is the version of the suite. Its major number changes when a provider that conformed may no longer do so.
const Version = "1.0.0"

var (
	validID = regexp.MustCompile(`^[a-z]+(/[a-zA-Z0-9_.\-]+)+$`)
	levels  = []report.Level{report.Core, report.Cap, report.Rec, report.Info}
)

// Catalogue returns the checks of all groups for what is known of a provider, sorted by id. It returns an error if the
// suite itself is wrong: a check is not complete, or an id occurs twice.
func Catalogue(f *Facts, groups ...Group) ([]Check, error) {
	var all []Check
	for _, g := range groups {
		all = append(all, g(f)...)
	}
	slices.SortFunc(all, func(a, b Check) int { return strings.Compare(a.ID, b.ID) })
	for i, c := range all {
		switch {
		case !validID.MatchString(c.ID):
			return nil, fmt.Errorf("the check id %q is not group/slug", c.ID)
		case i > 0 && all[i-1].ID == c.ID:
			return nil, fmt.Errorf("the check id %q occurs twice", c.ID)
		case !slices.Contains(levels, c.Level):
			return nil, fmt.Errorf("check %s: the level %q does not exist", c.ID, c.Level)
		case c.Requirement == "":
			return nil, fmt.Errorf("check %s has no requirement", c.ID)
		case c.Run == nil && (c.Needs == nil || c.Needs(f) == ""):
			return nil, fmt.Errorf("check %s has nothing to run", c.ID)
		}
	}
	return all, nil
}

// RowFamilies are the beginnings of the ids of checks that the rows of a dialect make. The rest of such an id is the name of the
// row.
func RowFamilies() []string { return []string{"error/dialect-table/"} }

// Digest returns the sha256, in hex, of what the checks are and how much they count. It does not depend on the wording of the
// requirements.
func Digest(checks []Check) string { return verify.CatalogueDigest(Entries(checks)) }

// Entries returns the checks as the verification of certificates knows them.
func Entries(checks []Check) []verify.Check {
	out := make([]verify.Check, 0, len(checks))
	for _, c := range checks {
		out = append(out, verify.Check{ID: c.ID, Level: string(c.Level), Capability: c.Capability, Provisional: c.Provisional, Since: c.Since})
	}
	return out
}
