// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package certificate turns the report of a certified run into a signed statement about one binary. A certificate is an
// in-toto statement in a DSSE envelope, signed with ed25519 by one or several parties. Package core/registry/verify
// reads certificates and decides whether to trust them.
package certificate

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/sdk/message"
)

// DefaultValidity is how long a certificate is valid, counted from the start of the run. Countersigning demands it.
const DefaultValidity = 365 * 24 * time.Hour

// New returns the statement about a certified run. It returns an error if the run does not allow a certificate.
func New(r *report.Report, validity time.Duration) (*verify.Statement, error) {
	if !r.Verdict.Certifiable {
		why := "the verdict is " + r.Verdict.Word
		if len(r.Verdict.Reasons) > 0 {
			why += ": " + strings.Join(r.Verdict.Reasons[:min(3, len(r.Verdict.Reasons))], "; ")
		}
		return nil, errors.New("no certificate: " + why)
	}
	suite := verify.Suite{Version: r.Suite.Version, CatalogueDigest: r.Suite.CatalogueDigest, RequiredIDsDigest: verify.RequiredDigest(entries(r))}
	major, err := suite.Major()
	if err != nil {
		return nil, err
	}
	capabilities := Capabilities(r)
	begin := r.Run.Started.UTC().Truncate(time.Second)
	finished := r.Run.Started.Add(r.Run.Duration).UTC()
	if begin.Before(r.Run.Started) {
		begin = begin.Add(time.Second) // the certificate does not begin before the run
	}
	p := verify.Predicate{
		Result: verify.ResultConformant, Provider: r.Provider.Name, ProviderVersion: r.Provider.Version,
		Profiles: []string{}, Capabilities: capabilities, Features: verify.Features(r.Provider.Capabilities, capabilities),
		Suite:    suite,
		Contract: verify.Contract{ProtocolVersion: r.Provider.Protocol},
		Dialect:  verify.Dialect{Name: r.Dialect.Name, Version: r.Dialect.Version, Digest: r.Dialect.Digest},
		Basis: verify.Basis{
			Vendor: verify.VendorEmulated, Assumed: append([]verify.Assumption{}, r.Dialect.Assumed...), VendorLacks: append([]string{}, r.Dialect.VendorLacks...),
		},

		Evaluated: []string{}, NotApplicable: []string{}, Advice: []verify.Finding{}, Uncounted: []verify.Finding{},
		ResultDigest: r.ResultDigest, Seed: r.Run.Seed, Platform: r.Run.Platform, Isolation: cmp.Or(r.Run.Isolation, verify.IsolationNone),
		StartedOn: r.Run.Started.UTC(), FinishedOn: finished,
		Libraries:      append([]verify.Library{}, r.Provider.Libraries...),
		LimitsDeclared: append([]message.Limit{}, r.Provider.Capabilities.Limits...),
		Runner:         verify.Runner{ID: verify.RunnerID, Version: r.Suite.Build.Version, Revision: r.Suite.Build.Revision, Go: r.Suite.Go, SHA256: r.Suite.Build.SHA256},
		Validity:       verify.Validity{NotBefore: begin, NotAfter: begin.Add(validity), SuiteMajor: major},
	}
	for _, v := range r.Profiles {
		if v.Word == report.Conformant || v.Word == report.ConformantWithAdvice {
			p.Profiles = append(p.Profiles, v.Name)
		}
	}
	for _, res := range r.Results {
		if res.Status == report.NA {
			p.NotApplicable = append(p.NotApplicable, res.ID)
			continue
		}
		p.Evaluated = append(p.Evaluated, res.ID)
		found := verify.Finding{ID: res.ID, Status: string(res.Status)}
		switch {
		case res.Status == report.Pass:
		case !res.Provisional && res.Level == report.Rec:
			p.Advice = append(p.Advice, found)
		default:
			p.Uncounted = append(p.Uncounted, found)
		}
	}
	if len(p.Advice) > 0 {
		p.Result = verify.ResultConformantWithAdvice
	}
	return &verify.Statement{
		Type: verify.StatementType, PredicateType: verify.PredicateType, Predicate: p,
		Subject: []verify.Subject{{Name: r.Provider.File, Digest: map[string]string{"sha256": r.Provider.SHA256}}},
	}, nil
}

// entries returns the checks of the plan as the verification of certificates knows them.
func entries(r *report.Report) []verify.Check {
	var out []verify.Check
	for _, res := range r.Results {
		out = append(out, verify.Check{ID: res.ID, Level: string(res.Level), Capability: res.Capability, Provisional: res.Provisional})
	}
	return out
}

// Capabilities returns the declared capabilities for which at least one check passed: kinds of message, "webhooks",
// and "recipients" for several recipients in one request.
func Capabilities(r *report.Report) []string {
	declared := slices.Clone(r.Provider.Kinds)
	if r.Provider.Capabilities.Webhooks {
		declared = append(declared, verify.CapWebhooks)
	}
	if r.Provider.Capabilities.MaxRecipients > 1 {
		declared = append(declared, verify.CapRecipients)
	}
	out := []string{}
	for _, c := range declared {
		if slices.ContainsFunc(r.Results, func(res report.Result) bool {
			return res.Status == report.Pass && verify.Check{ID: res.ID, Capability: res.Capability}.Subject() == c
		}) {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
