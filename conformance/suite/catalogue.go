// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/report"
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

// Digest returns the sha256, in hex, of the ids, levels and requirements of the checks.
func Digest(checks []Check) string {
	h := sha256.New()
	for _, c := range checks {
		fmt.Fprintf(h, "%s\x00%s\x00%t\x00%s\n", c.ID, c.Level, c.Provisional, c.Requirement)
	}
	return hex.EncodeToString(h.Sum(nil))
}
