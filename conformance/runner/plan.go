// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/selector"
	"github.com/wahost/wahost/conformance/suite"
)

// planned is one check of a run.
type planned struct {
	check suite.Check
	// number is the position of the check in the full catalogue, whatever was selected.
	number int
	// missing is the capability without which the check does not apply; empty if it applies.
	missing string
	// skipped is set if the operator left the check out, or if it cannot run on an attached provider; why says which.
	skipped bool
	why     string
}

// makePlan decides for each check of the catalogue whether it runs.
func makePlan(f *suite.Facts, checks []suite.Check, o Options) ([]planned, error) {
	ids := make([]string, 0, len(checks))
	for _, c := range checks {
		ids = append(ids, c.ID)
	}
	chosen, err := selector.Select(ids, o.Selectors)
	if err != nil {
		return nil, usage("%w", err)
	}
	if len(o.Exclude) > 0 {
		out, err := selector.Select(ids, o.Exclude)
		if err != nil {
			return nil, usage("%w", err)
		}
		for id := range out {
			delete(chosen, id)
		}
	}
	var plan []planned
	count := 0
	for i, c := range checks {
		if c.Soak && !o.Soak && !o.Certify && (len(o.Selectors) == 0 || !chosen[c.ID]) {
			continue
		}
		p := planned{check: c, number: i + 1}
		p.skipped = !chosen[c.ID] || o.Quick && !c.Quick() ||
			len(o.Levels) > 0 && !slices.Contains(o.Levels, c.Level) ||
			len(o.Capabilities) > 0 && !slices.Contains(o.Capabilities, c.Capability)
		if c.Needs != nil {
			p.missing = c.Needs(f)
		}
		switch {
		case p.skipped:
			p.why = "left out"
		case o.attachment != nil && c.Isolation != suite.Shared && p.missing == "":
			p.skipped, p.why = true, suite.NoteAttached
		default:
			count++
		}
		plan = append(plan, p)
	}
	if count == 0 && o.attachment != nil {
		return nil, usage("nothing is left to run: the selected checks need a process of their own, which is not possible with --attach")
	}
	if count == 0 {
		return nil, usage("nothing is left to run: what was asked for leaves out all %d checks", len(checks))
	}
	return plan, nil
}

// proofs names, for each check that does not apply, the check which proves that the provider refuses what it does not
// declare.
func proofs(plan []planned) []report.NotApplicable {
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
		if proof := refusalProof(p.missing); proof != "" && ids[proof] {
			n.Proof = proof
		} else {
			n.Reason = "the provider does not declare " + p.missing + ", and there is nothing to be refused"
		}
		out = append(out, n)
	}
	return out
}

// untested returns the reasons why checks that were run do not apply, without those that were known before.
func untested(results []report.Result, known []report.NotApplicable) []report.NotApplicable {
	var out []report.NotApplicable
	for _, res := range results {
		if res.Status == report.NA && !slices.ContainsFunc(known, func(n report.NotApplicable) bool { return n.ID == res.ID }) {
			out = append(out, report.NotApplicable{ID: res.ID, Reason: res.Note})
		}
	}
	return out
}

// refusalProof returns the id of the check that proves that a kind of message is refused, or "" if the missing
// capability is not a kind of message.
func refusalProof(missing string) string {
	if slices.Contains(suite.Kinds(), missing) {
		return "cap/undeclared-refused/" + missing
	}
	return ""
}

func group(id string) string {
	g, _, _ := strings.Cut(id, "/")
	return g
}
