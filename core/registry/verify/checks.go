// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"slices"
	"strings"

	"github.com/hashicorp/go-version"
)

// checks compares the lists of checks with the catalogue of the suite, with the result digest and with what the certificate says
// to cover.
func (p *Policy) checks(s *Statement) error {
	q := &s.Predicate
	fail := func(format string, args ...any) *Error {
		return refuse(StepChecks, askForOther, format, args...)
	}
	switch {
	case len(q.Evaluated) == 0:
		return fail("the certificate is of a run without checks")
	case !sortedOnce(q.Evaluated) || !sortedOnce(q.NotApplicable):
		return fail("the lists of checks are not sorted, or name a check twice")
	}
	plan := map[string]bool{}
	for _, id := range slices.Concat(q.Evaluated, q.NotApplicable) {
		if plan[id] {
			return fail("the check %q is both evaluated and not applicable", bounded(id))
		}
		plan[id] = true
	}
	major, _ := q.Suite.Major()
	catalogue := CatalogueOf(major)
	known, unknown := catalogue.split(plan)
	// A newer minor version may have more checks than this program knows.
	if newer := older(catalogue.Version, q.Suite.Version); len(unknown) > 0 && !newer {
		return missing(fail("suite %s has no check %s", q.Suite.Version, some(unknown)), unknown)
	}
	if absent := catalogue.absent(plan, q.Suite.Version); len(absent) > 0 {
		return missing(fail("the run left out checks that suite %s requires: %s", q.Suite.Version, some(absent)), absent)
	}
	if err := p.counted(q, known, fail); err != nil {
		return err
	}
	if sameVersion(catalogue.Version, q.Suite.Version) {
		switch {
		case CatalogueDigest(known) != q.Suite.CatalogueDigest:
			return fail("the digest of the catalogue is not that of the checks of suite %s", q.Suite.Version)
		case RequiredDigest(known) != q.Suite.RequiredIDsDigest:
			return fail("the digest of the required checks is not that of suite %s", q.Suite.Version)
		}
	}
	in := Inputs{Provider: s.Subject[0].Digest["sha256"], Catalogue: q.Suite.CatalogueDigest, Dialect: q.Dialect.Digest, Seed: q.Seed}
	if ResultDigest(in, q.statuses()) != q.ResultDigest {
		return fail("the result digest does not follow from the binary, the suite, the dialect, the seed and the statuses in the certificate")
	}
	return claims(q, known, fail)
}

func missing(err *Error, names []string) *Error {
	err.Missing = names
	return err
}

// counted checks the lists of what did not pass.
func (p *Policy) counted(q *Predicate, known []Check, fail func(string, ...any) *Error) error {
	for _, list := range []struct {
		what     string
		findings []Finding
		allowed  func(Check) bool
	}{
		{"a recommendation", q.Advice, func(c Check) bool { return !c.Provisional && c.Level == levelRec }},
		{"without effect", q.Uncounted, func(c Check) bool { return c.Provisional || c.Level != levelRec && !c.Required() }},
	} {
		for _, f := range list.findings {
			i := slices.IndexFunc(known, func(c Check) bool { return c.ID == f.ID })
			switch {
			case !slices.Contains(q.Evaluated, f.ID) || f.Status == "" || f.Status == statusPass || f.Status == statusNA:
				return fail("the check %q is listed with the status %q, and was not evaluated with it", bounded(f.ID), bounded(f.Status))
			case i >= 0 && !list.allowed(known[i]):
				return fail("the check %q did not pass, and it is not %s", bounded(f.ID), list.what)
			}
		}
	}
	if !sortedOnce(ids(q.Advice)) || !sortedOnce(ids(q.Uncounted)) {
		return fail("the lists of checks that did not pass are not sorted, or name a check twice")
	}
	return nil
}

// claims checks that what the certificate says to cover was tested.
func claims(q *Predicate, known []Check, fail func(string, ...any) *Error) error {
	if !sortedOnce(q.Capabilities) || !sortedOnce(q.Features) {
		return fail("the capabilities or features are not sorted, or one is named twice")
	}
	for _, claim := range q.Capabilities {
		if !slices.ContainsFunc(known, func(c Check) bool { return c.Subject() == claim && q.passed(c.ID) }) {
			return fail("the certificate says to cover %q, and no check of it passed", bounded(claim))
		}
	}
	for _, f := range q.Features {
		kind, _, _ := strings.Cut(f, "/")
		if CheckFeature(f) != nil || slices.Contains(q.NotApplicable, "send/"+kind+"/minimal") {
			return fail("the certificate says to cover the feature %q, and the kind was not tested", bounded(f))
		}
	}
	for _, name := range q.Profiles {
		i := slices.IndexFunc(Profiles(), func(p Profile) bool { return p.Name == name })
		if i < 0 {
			continue // a newer suite may have more; a policy demands only known ones
		}
		if lacks := Profiles()[i].lacks(q.Capabilities, q.Features); len(lacks) > 0 {
			return fail("the certificate says to cover the profile %s, and does not cover %s", name, strings.Join(lacks, ", "))
		}
	}
	for _, l := range q.Libraries {
		if l.Name == "" || !isDigest(l.SHA256) {
			return fail("the certificate has a library without a name or digest")
		}
	}
	for _, l := range q.LimitsDeclared {
		if err := l.Valid(); err != nil {
			return fail("the certificate has a limit that is not one: %v", err)
		}
	}
	return nil
}

// passed reports whether an evaluated check passed.
func (p *Predicate) passed(id string) bool {
	_, found := slices.BinarySearch(p.Evaluated, id)
	return found && !slices.Contains(ids(p.Advice), id) && !slices.Contains(ids(p.Uncounted), id)
}

// statuses returns the status of each check of the plan.
func (p *Predicate) statuses() []Finding {
	other := map[string]string{}
	for _, f := range slices.Concat(p.Advice, p.Uncounted) {
		other[f.ID] = f.Status
	}
	out := make([]Finding, 0, len(p.Evaluated)+len(p.NotApplicable))
	for _, id := range p.Evaluated {
		status := statusPass
		if s, ok := other[id]; ok {
			status = s
		}
		out = append(out, Finding{id, status})
	}
	for _, id := range p.NotApplicable {
		out = append(out, Finding{id, statusNA})
	}
	return out
}

// split returns the checks of a plan that the catalogue knows, and the ids of the others, sorted.
func (c *Catalogue) split(plan map[string]bool) (known []Check, unknown []string) {
	for id := range plan {
		if check, ok := c.Check(id); ok {
			known = append(known, check)
		} else {
			unknown = append(unknown, id)
		}
	}
	slices.Sort(unknown)
	return known, unknown
}

// absent returns the ids of required checks that a full plan of that version has and this one lacks, sorted.
func (c *Catalogue) absent(plan map[string]bool, suite string) []string {
	var out []string
	for _, check := range c.Checks() {
		if check.Required() && !check.Sometimes && !plan[check.ID] && (check.Since == "" || !older(suite, check.Since)) {
			out = append(out, check.ID)
		}
	}
	return out
}

func sameVersion(a, b string) bool {
	x, errX := version.NewVersion(a)
	y, errY := version.NewVersion(b)
	return errX == nil && errY == nil && x.Equal(y)
}

// sortedOnce reports whether a list is sorted and has no text twice.
func sortedOnce(list []string) bool {
	return slices.IsSorted(list) && len(slices.Compact(slices.Clone(list))) == len(list)
}
