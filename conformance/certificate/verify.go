// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Tier says how much a certificate is worth: it follows from who signed, never from what the certificate says.
type Tier string

// The tiers, in order.
const (
	TierSelf       Tier = "self"       // the vendor
	TierReproduced Tier = "reproduced" // somebody who ran the same and got the same
	TierOfficial   Tier = "official"   // reproduced, and the dialect was reviewed
)

// Tiers lists the tiers in order.
func Tiers() []Tier { return []Tier{TierSelf, TierReproduced, TierOfficial} }

// TrustedKey is a key with what its signature is worth.
type TrustedKey struct {
	Key *Key
	// Name is for people.
	Name string
	Tier Tier
}

// Step is a step of the verification, in this order.
type Step string

// The steps.
const (
	StepEnvelope      Step = "envelope"
	StepSignature     Step = "signature"
	StepThreshold     Step = "threshold"
	StepTier          Step = "tier"
	StepStatement     Step = "statement"
	StepStatementType Step = "statement_type"
	StepPredicateType Step = "predicate_type"
	StepDigest        Step = "digest"
	StepResult        Step = "result"
	StepProfiles      Step = "profiles"
	StepCapabilities  Step = "capabilities"
	StepSuite         Step = "suite"
	StepValidity      Step = "validity"
	StepRevocation    Step = "revocation"
)

// Error is a certificate that does not hold, with the first step that it fails.
type Error struct {
	Step Step
	// Detail says what is wrong, and where it helps what to do.
	Detail string
	// Missing are the capabilities or profiles that are not covered.
	Missing []string
}

func (e *Error) Error() string { return e.Detail }

// Policy is what a certificate must satisfy.
type Policy struct {
	Keys []TrustedKey
	// Threshold is how many different trusted keys must have signed; 0 for one.
	Threshold int
	// Tier is the least that the best signature must be worth; empty for any.
	Tier Tier
	// SHA256 is that of the bytes about to be run, in hex. It is required.
	SHA256 string
	// Capabilities and Profiles are those that must be covered.
	Capabilities, Profiles []string
	// MinimumSuite is the oldest version of the suite that is accepted, as MAJOR.MINOR; empty for any of its major.
	MinimumSuite string
	// SuiteMajor is the major version of the suite that is accepted; 0 for any.
	SuiteMajor int
	// Revoked are sha256 digests in hex, of binaries or of results, that are not trusted any more.
	Revoked []string
	// Now is the clock; required.
	Now time.Time
}

// Verified is a certificate that holds.
type Verified struct {
	Statement *Statement
	// Tier is that of the best signature, Signers are the names of all trusted ones.
	Tier    Tier
	Signers []string
}

// Verify checks a certificate against a policy. The error is an *Error with the first step that fails; then there is no
// certificate, whatever the other steps would say.
func Verify(ctx context.Context, data []byte, p Policy) (*Verified, error) {
	fail := func(step Step, format string, args ...any) (*Verified, error) {
		return nil, &Error{Step: step, Detail: fmt.Sprintf(format, args...)}
	}
	envelope, payload, err := open(data)
	if err != nil {
		return fail(StepEnvelope, "%v", err)
	}
	var keys []*Key
	for _, k := range p.Keys {
		keys = append(keys, k.Key)
	}
	signers, err := accepted(ctx, envelope, keys)
	if err != nil {
		return fail(StepSignature, "%v", err)
	}
	if want := max(1, p.Threshold); len(signers) < want {
		return fail(StepThreshold, "%d trusted keys signed, %d are required", len(signers), want)
	}
	v := &Verified{Tier: TierSelf}
	for _, k := range p.Keys {
		if slices.ContainsFunc(signers, k.Key.same) {
			v.Signers = append(v.Signers, k.Name)
			if rank(k.Tier) > rank(v.Tier) {
				v.Tier = k.Tier
			}
		}
	}
	if rank(v.Tier) < rank(p.Tier) {
		return fail(StepTier, "the certificate is %q, by who signed it, and %q is required", v.Tier, p.Tier)
	}
	var s Statement
	if err := json.Unmarshal(payload, &s); err != nil {
		return fail(StepStatement, "the statement cannot be read: %v", err)
	}
	if problem := p.judge(&s); problem != nil {
		return nil, problem
	}
	v.Statement = &s
	return v, nil
}

// judge runs the steps that look at the statement.
func (p Policy) judge(s *Statement) error {
	fail := func(step Step, format string, args ...any) error {
		return &Error{Step: step, Detail: fmt.Sprintf(format, args...)}
	}
	q := s.Predicate
	switch {
	case s.Type != StatementType:
		return fail(StepStatementType, "the statement is of type %q, not %q", s.Type, StatementType)
	case s.PredicateType != PredicateType:
		return fail(StepPredicateType, "the statement is about %q, not %q", s.PredicateType, PredicateType)
	}
	if err := p.digest(s); err != nil {
		return err
	}
	if q.Result != ResultConformant && q.Result != ResultConformantWithAdvice {
		return fail(StepResult, "the result is %q, which certifies nothing", q.Result)
	}
	if missing := without(p.Profiles, q.Profiles); len(missing) > 0 {
		return &Error{Step: StepProfiles, Missing: missing, Detail: "the certificate does not cover the profiles " + strings.Join(missing, ", ")}
	}
	if missing := without(p.Capabilities, q.Capabilities); len(missing) > 0 {
		return &Error{Step: StepCapabilities, Missing: missing, Detail: "the certificate does not cover " + strings.Join(missing, ", ")}
	}
	if err := p.suite(q); err != nil {
		return err
	}
	if q.Validity.NotAfter.IsZero() || p.Now.After(q.Validity.NotAfter) {
		return fail(StepValidity, "the certificate ended on %s", q.Validity.NotAfter.Format(time.DateOnly))
	}
	for _, digest := range p.Revoked {
		if strings.EqualFold(digest, p.SHA256) || strings.EqualFold(digest, q.ResultDigest) {
			return fail(StepRevocation, "the certificate is revoked: %s is on the list", digest)
		}
	}
	return nil
}

func (p Policy) digest(s *Statement) error {
	match := false
	for _, subject := range s.Subject {
		if len(subject.Digest) != 1 || subject.Digest["sha256"] == "" {
			return &Error{Step: StepDigest, Detail: fmt.Sprintf("the subject %q does not have exactly one digest, of sha256", subject.Name)}
		}
		match = match || p.SHA256 != "" && strings.EqualFold(subject.Digest["sha256"], p.SHA256)
	}
	if !match {
		return &Error{Step: StepDigest, Detail: fmt.Sprintf("the certificate is for another binary: this one is sha256:%s", p.SHA256)}
	}
	return nil
}

func (p Policy) suite(q Predicate) error {
	major, err := majorOf(q.Suite.Version)
	switch {
	case err != nil:
		return &Error{Step: StepSuite, Detail: err.Error()}
	case major != q.Validity.SuiteMajor:
		return &Error{Step: StepSuite, Detail: fmt.Sprintf("the certificate is valid for suite %d and was made with %s", q.Validity.SuiteMajor, q.Suite.Version)}
	case p.SuiteMajor != 0 && major != p.SuiteMajor:
		return &Error{Step: StepSuite, Detail: fmt.Sprintf("the certificate was made with suite %s, and suite %d is required", q.Suite.Version, p.SuiteMajor)}
	case p.MinimumSuite != "" && older(q.Suite.Version, p.MinimumSuite):
		return &Error{Step: StepSuite, Detail: fmt.Sprintf("the certificate was made with suite %s, and %s is the oldest accepted", q.Suite.Version, p.MinimumSuite)}
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
