// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package verify decides whether to trust a provider's certificate: an in-toto statement about one binary in a DSSE
// envelope, signed with ed25519 by one or several parties. It reads what package certificate of the conformance suite
// writes, and knows nothing of the suite itself.
package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Advice for certificates that are genuine but do not cover what the policy demands.
const (
	certifyAgain = "Certify this binary again with `wahost conformance run BINARY --dialect DIALECT --certify --sign KEY`"
	askForOther  = "Ask whoever signed it for a certificate that `wahost conformance run --certify` wrote"
)

// Verify checks a certificate against a policy. The error is an *Error that names the first step that failed.
func Verify(ctx context.Context, data []byte, p Policy) (*Verified, error) {
	signed, err := Open(ctx, data, p.Keys)
	if err != nil {
		return nil, err
	}
	v := &Verified{Tier: TierSelf}
	for _, k := range p.Keys {
		if slices.ContainsFunc(signed.Keys, k.Key.same) {
			v.Signers = append(v.Signers, k.Name)
			if rank(k.Tier) > rank(v.Tier) {
				v.Tier = k.Tier
			}
		}
	}
	if want := max(1, p.Threshold); len(signed.Keys) < want {
		return nil, refuse(StepThreshold, "Have it signed by another trusted key with `wahost conformance run --certify --countersign`",
			"%d trusted keys signed, %d are required", len(signed.Keys), want)
	}
	if rank(v.Tier) < rank(p.Tier) {
		return nil, refuse(StepTier, fmt.Sprintf("Have it signed by a key that you trust as %q, or ask for a lower tier", p.Tier),
			"the certificate is %q, by who signed it, and %q is required", v.Tier, p.Tier)
	}
	var s Statement
	if err := json.Unmarshal(signed.Payload, &s); err != nil {
		return nil, refuse(StepStatement, askForOther, "the statement cannot be read: %v", err)
	}
	if err := p.judge(&s); err != nil {
		return nil, err
	}
	v.Statement = &s
	return v, nil
}

// judge runs the steps that examine the statement.
func (p Policy) judge(s *Statement) error {
	q := s.Predicate
	switch {
	case s.Type != StatementType:
		return refuse(StepStatementType, askForOther, "the statement is of type %q, not %q", bounded(s.Type), StatementType)
	case s.PredicateType != PredicateType:
		return refuse(StepPredicateType, askForOther, "the statement is about %q, not %q", bounded(s.PredicateType), PredicateType)
	}
	if err := p.digest(s); err != nil {
		return err
	}
	if q.Result != ResultConformant && q.Result != ResultConformantWithAdvice {
		return refuse(StepResult, "Use a provider that is conformant, or have this one fixed and certified",
			"the result is %q, which certifies nothing", bounded(q.Result))
	}
	if missing := without(p.Profiles, q.Profiles); len(missing) > 0 {
		err := refuse(StepProfiles, "Use a provider that passed them whole, or demand only "+orNothing(q.Profiles),
			"the certificate does not cover the profiles %s", strings.Join(missing, ", "))
		err.Missing = missing
		return err
	}
	if missing := without(p.Capabilities, q.Capabilities); len(missing) > 0 {
		err := refuse(StepCapabilities, "Use a provider that is certified for it, or only what this one is certified for: "+orNothing(q.Capabilities),
			"the certificate does not cover %s", strings.Join(missing, ", "))
		err.Missing = missing
		return err
	}
	if err := p.suite(q); err != nil {
		return err
	}
	switch end := q.Validity.NotAfter; {
	case end.IsZero():
		return refuse(StepValidity, askForOther, "the certificate does not say when it ends")
	case p.Now.After(end):
		return refuse(StepValidity, certifyAgain, "the certificate ended on %s, and the clock shows %s",
			end.UTC().Format(time.RFC3339), p.Now.UTC().Format(time.RFC3339))
	}
	for _, digest := range p.Revoked {
		if strings.EqualFold(digest, p.SHA256) || strings.EqualFold(digest, q.ResultDigest) {
			return refuse(StepRevocation, "Install a build that is not revoked, with a certificate of its own",
				"the certificate is revoked: %s is on the list", digest)
		}
	}
	return nil
}

func (p Policy) digest(s *Statement) error {
	var named []string
	for _, subject := range s.Subject {
		sum := subject.Digest["sha256"]
		if len(subject.Digest) != 1 || sum == "" {
			return refuse(StepDigest, askForOther, "the subject %q does not have exactly one digest, of sha256", bounded(subject.Name))
		}
		if p.SHA256 != "" && strings.EqualFold(sum, p.SHA256) {
			return nil
		}
		if len(named) < 4 {
			named = append(named, bounded(sum))
		}
	}
	return refuse(StepDigest, "Install the binary that was certified, or certify this one",
		"the certificate is for another binary: this one is sha256:%s, the certified one %q", p.SHA256, strings.Join(named, ", "))
}

func (p Policy) suite(q Predicate) error {
	fail := func(next, format string, args ...any) error { return refuse(StepSuite, next, format, args...) }
	version := bounded(q.Suite.Version)
	major, err := q.Suite.Major()
	switch {
	case err != nil:
		return fail(askForOther, "the suite's version %q is not a semantic version", version)
	case major != q.Validity.SuiteMajor:
		return fail(askForOther, "the certificate is valid for suite %d and was made with %s", q.Validity.SuiteMajor, version)
	case p.SuiteMajor != 0 && major != p.SuiteMajor:
		return fail(certifyAgain, "the certificate was made with suite %s, and suite %d is required", version, p.SuiteMajor)
	case p.MinimumSuite != "" && older(q.Suite.Version, p.MinimumSuite):
		return fail(certifyAgain, "the certificate was made with suite %s, and %s is the oldest accepted", version, p.MinimumSuite)
	}
	return nil
}

// older compares MAJOR.MINOR.
func older(version, than string) bool {
	var a, b [2]int
	for i, into := range []*[2]int{&a, &b} {
		text := strings.TrimPrefix([]string{version, than}[i], "v")
		_, _ = fmt.Sscanf(text, "%d.%d", &into[0], &into[1])
	}
	return slices.Compare(a[:], b[:]) < 0
}

func rank(t Tier) int { return slices.Index(Tiers(), t) }

func without(want, have []string) []string {
	var missing []string
	for _, w := range want {
		if !slices.Contains(have, w) {
			missing = append(missing, w)
		}
	}
	return missing
}

func orNothing(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}
