// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package verifytest makes statements that satisfy a policy, for tests that change one thing of them.
package verifytest

import (
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/message"
)

// Platform is the platform of the statements.
const Platform = "linux/amd64"

// digest is a sha256 in hex for what tests do not care about.
var digest = strings.Repeat("ab", 32)

// Statement returns a statement about the binary of a provider that passed everything about the capabilities, at that time.
func Statement(provider, sha256 string, at time.Time, capabilities ...string) *verify.Statement {
	at = at.UTC().Truncate(time.Second)
	slices.Sort(capabilities)
	catalogue := verify.CatalogueOf(1)
	p := verify.Predicate{
		Result: verify.ResultConformant, Provider: provider, ProviderVersion: "1.0.0", Capabilities: capabilities,
		Profiles: []string{}, Features: []string{}, Evaluated: []string{}, NotApplicable: []string{}, Advice: []verify.Finding{}, Uncounted: []verify.Finding{},
		Suite:    verify.Suite{Version: catalogue.Version},
		Contract: verify.Contract{ProtocolVersion: client.ProtocolVersion},
		Dialect:  verify.Dialect{Name: provider, Version: "v1", Digest: digest},
		Basis:    verify.Basis{Vendor: verify.VendorEmulated, Assumed: []verify.Assumption{}, VendorLacks: []string{}},
		Seed:     7, Platform: Platform, Isolation: verify.IsolationNone, StartedOn: at, FinishedOn: at.Add(time.Minute),
		Libraries: []verify.Library{}, LimitsDeclared: []message.Limit{},
		Runner:   verify.Runner{ID: verify.RunnerID, Version: "0.1.0", Go: "go1.26.0", SHA256: digest},
		Validity: verify.Validity{NotBefore: at, NotAfter: at.Add(365 * 24 * time.Hour), SuiteMajor: 1},
	}
	for _, c := range catalogue.Checks() {
		switch about := c.Subject(); {
		case c.Sometimes:
		case about == "" || slices.Contains(capabilities, about):
			p.Evaluated = append(p.Evaluated, c.ID)
		default:
			p.NotApplicable = append(p.NotApplicable, c.ID)
		}
	}
	if slices.Contains(capabilities, message.KindTemplate) {
		p.Features = []string{"category/authentication", "category/marketing", "category/utility"}
	}
	s := &verify.Statement{
		Type: verify.StatementType, PredicateType: verify.PredicateType, Predicate: p,
		Subject: []verify.Subject{{Name: verify.FilePrefix + provider, Digest: map[string]string{"sha256": sha256}}},
	}
	Seal(s)
	return s
}

// Seal sets the digests of a statement, after a change of its lists.
func Seal(s *verify.Statement) {
	p := &s.Predicate
	var checks []verify.Check
	var statuses []verify.Finding
	for list, status := range map[*[]string]string{&p.Evaluated: "pass", &p.NotApplicable: "na"} {
		for _, id := range *list {
			if c, ok := verify.CatalogueOf(1).Check(id); ok {
				checks = append(checks, c)
			}
			found := verify.Finding{ID: id, Status: status}
			for _, f := range slices.Concat(p.Advice, p.Uncounted) {
				if f.ID == id {
					found = f
				}
			}
			statuses = append(statuses, found)
		}
	}
	p.Suite.CatalogueDigest, p.Suite.RequiredIDsDigest = verify.CatalogueDigest(checks), verify.RequiredDigest(checks)
	p.ResultDigest = verify.ResultDigest(verify.Inputs{
		Provider: s.Subject[0].Digest["sha256"], Catalogue: p.Suite.CatalogueDigest, Dialect: p.Dialect.Digest, Seed: p.Seed,
	}, statuses)
}

// Policy returns a policy that the statement satisfies if it was signed with one of the keys, an hour after its run.
func Policy(s *verify.Statement, keys ...verify.TrustedKey) verify.Policy {
	return verify.Policy{
		Keys: keys, AnySource: true, SHA256: s.Subject[0].Digest["sha256"], Platform: s.Predicate.Platform, Protocol: client.ProtocolVersion,
		Now: s.Predicate.FinishedOn.Add(time.Hour),
	}
}
