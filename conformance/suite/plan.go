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

// planned is one check of a run.
type planned struct {
	check Check
	// number is the check's place in the full catalogue, whatever was selected.
	number int
	// missing is the capability that keeps it from running; skipped says that the operator left it out, or that it
	// cannot be run on a provider that runs already; why says which.
	missing string
	skipped bool
	why     string
}

var (
	validID = regexp.MustCompile(`^[a-z]+(/[a-zA-Z0-9_.\-]+)+$`)
	levels  = []report.Level{report.Core, report.Cap, report.Rec, report.Info}
)

// Catalogue gives all checks of the groups for what is known of a provider, sorted by id. A check that is not
// complete, or an id that occurs twice, is an error of the suite itself.
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
			return nil, fmt.Errorf("check %s: the level %q is not known", c.ID, c.Level)
		case c.Requirement == "":
			return nil, fmt.Errorf("check %s has no requirement", c.ID)
		case c.Run == nil && (c.Needs == nil || c.Needs(f) == ""):
			return nil, fmt.Errorf("check %s has nothing to run", c.ID)
		}
	}
	return all, nil
}

// Digest is the sha256, in hex, over ids, levels and requirements.
func Digest(checks []Check) string {
	h := sha256.New()
	for _, c := range checks {
		fmt.Fprintf(h, "%s\x00%s\x00%t\x00%s\n", c.ID, c.Level, c.Provisional, c.Requirement)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// makePlan decides what becomes of each check of the catalogue.
func makePlan(f *Facts, checks []Check, o Options) ([]planned, error) {
	ids := make([]string, 0, len(checks))
	for _, c := range checks {
		ids = append(ids, c.ID)
	}
	chosen, err := Select(ids, o.Selectors)
	if err != nil {
		return nil, err
	}
	if len(o.Exclude) > 0 {
		out, err := Select(ids, o.Exclude)
		if err != nil {
			return nil, err
		}
		for id := range out {
			delete(chosen, id)
		}
	}
	var plan []planned
	count := 0
	for i, c := range checks {
		p := planned{check: c, number: i + 1}
		p.skipped = !chosen[c.ID] ||
			len(o.Levels) > 0 && !slices.Contains(o.Levels, c.Level) ||
			len(o.Capabilities) > 0 && !slices.Contains(o.Capabilities, c.Capability)
		if c.Needs != nil {
			p.missing = c.Needs(f)
		}
		switch {
		case p.skipped:
			p.why = "left out"
		case o.attachment != nil && c.Lane != Shared && p.missing == "":
			p.skipped, p.why = true, attachedNote
		default:
			count++
		}
		plan = append(plan, p)
	}
	if count == 0 && o.attachment != nil {
		return nil, usage("nothing is left to run: what is selected needs a process of its own, which --attach does not give")
	}
	if count == 0 {
		return nil, usage("nothing is left to run: selectors, levels and capabilities exclude all %d checks", len(checks))
	}
	return plan, nil
}

// twins says for each check that does not apply which other one proves that the capability really is refused.
func twins(plan []planned) []report.NotApplicable {
	ids := map[string]bool{}
	for _, p := range plan {
		ids[p.check.ID] = true
	}
	var out []report.NotApplicable
	for _, p := range plan {
		if p.skipped || p.missing == "" {
			continue
		}
		n := report.NotApplicable{ID: p.check.ID, Capability: p.missing}
		if twin := undeclaredTwin(p.missing); twin != "" && ids[twin] {
			n.Twin = twin
		} else {
			n.Reason = "the provider does not declare " + p.missing + ", and there is nothing to be refused"
		}
		out = append(out, n)
	}
	return out
}

func group(id string) string {
	g, _, _ := strings.Cut(id, "/")
	return g
}
