// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package certificate turns the report of a certified run into a signed statement about one binary. A certificate is an
// in-toto statement in a DSSE envelope, signed with ed25519 by one or several parties. Package core/registry/verify
// reads certificates and decides whether to trust them.
package certificate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/registry/verify"
)

// DefaultValidity is how long a certificate is valid, counted from the start of the run.
const DefaultValidity = 365 * 24 * time.Hour

// New returns the statement about a certified run. It returns an error if the verdict of the run does not allow a
// certificate.
func New(r *report.Report, validity time.Duration) (*verify.Statement, error) {
	if !r.Verdict.Certifiable {
		why := "the verdict is " + r.Verdict.Word
		if len(r.Verdict.Reasons) > 0 {
			why += ": " + strings.Join(r.Verdict.Reasons[:min(3, len(r.Verdict.Reasons))], "; ")
		}
		return nil, errors.New("no certificate: " + why)
	}
	suite := verify.Suite{Version: r.Suite.Version, CatalogueDigest: r.Suite.CatalogueDigest, RequiredIDsDigest: requiredDigest(r)}
	major, err := suite.Major()
	if err != nil {
		return nil, err
	}
	p := verify.Predicate{
		Result: verify.ResultConformant, Provider: r.Provider.Name, ProviderVersion: r.Provider.Version,
		Profiles: []string{}, Capabilities: Capabilities(r),
		Suite:    suite,
		Contract: verify.Contract{ProtocolVersion: r.Provider.Protocol},
		Dialect:  verify.Dialect{Name: r.Dialect.Name, Version: r.Dialect.Version, Digest: r.Dialect.Digest},

		Evaluated: []string{}, NotApplicable: []string{}, Advice: []string{},
		ResultDigest: r.ResultDigest, Seed: r.Run.Seed, Platform: r.Run.Platform,
		StartedOn: r.Run.Started.UTC(), FinishedOn: r.Run.Started.Add(r.Run.Duration).UTC(),
		LimitsDeclared: slices.Clone(r.Provider.Capabilities.Limits),
		Runner:         verify.Runner{ID: verify.RunnerID, Version: r.Suite.Go},
		Validity:       verify.Validity{NotAfter: r.Run.Started.Add(validity).UTC().Truncate(time.Second), SuiteMajor: major},
	}
	if r.Verdict.Word == report.ConformantWithAdvice {
		p.Result = verify.ResultConformantWithAdvice
	}
	for _, v := range r.Profiles {
		if v.Word == report.Conformant || v.Word == report.ConformantWithAdvice {
			p.Profiles = append(p.Profiles, v.Name)
		}
	}
	for _, res := range r.Results {
		switch {
		case res.Status == report.NA:
			p.NotApplicable = append(p.NotApplicable, res.ID)
			continue
		case res.Status != report.Pass:
			p.Advice = append(p.Advice, res.ID)
		}
		p.Evaluated = append(p.Evaluated, res.ID)
	}
	return &verify.Statement{
		Type: verify.StatementType, PredicateType: verify.PredicateType, Predicate: p,
		Subject: []verify.Subject{{Name: r.Provider.File, Digest: map[string]string{"sha256": r.Provider.SHA256}}},
	}, nil
}

// Capabilities returns the declared capabilities for which at least one check passed: kinds of message, "webhooks",
// and "recipients" for several recipients in one request.
func Capabilities(r *report.Report) []string {
	out := []string{}
	add := func(capability string, prefixes ...string) {
		passed := slices.ContainsFunc(r.Results, func(res report.Result) bool {
			return res.Status == report.Pass && (res.Capability == capability ||
				slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(res.ID, p) }))
		})
		if passed {
			out = append(out, capability)
		}
	}
	for _, kind := range r.Provider.Kinds {
		add(kind, "send/"+kind+"/", "cap/declared-reaches-wire/"+kind)
	}
	if r.Provider.Capabilities.Webhooks {
		add(report.CapWebhooks, "webhook/")
	}
	if r.Provider.Capabilities.MaxRecipients > 1 {
		add(report.CapRecipients, "batch/")
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func requiredDigest(r *report.Report) string {
	var ids []string
	for _, res := range r.Results {
		if !res.Provisional && (res.Level == report.Core || res.Level == report.Cap) {
			ids = append(ids, res.ID)
		}
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\n")))
	return hex.EncodeToString(sum[:])
}
