// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-version"

	"github.com/wahost/wahost/core/registry/source"
)

// Tier is how much a certificate is worth. It follows from who signed, never from the text of the certificate.
type Tier string

// The tiers, lowest first.
const (
	TierSelf       Tier = "self"       // signed by the vendor
	TierReproduced Tier = "reproduced" // signed by somebody who repeated the run with the same result
	TierOfficial   Tier = "official"   // reproduced, and the dialect was reviewed
)

// Tiers returns the tiers, lowest first.
func Tiers() []Tier { return []Tier{TierSelf, TierReproduced, TierOfficial} }

// TrustedKey is a key with the tier of its signatures.
type TrustedKey struct {
	Key *Key
	// Name is shown in messages; it may be empty.
	Name string
	Tier Tier
	// Providers are patterns of the source addresses that the key vouches for; see CheckSourcePattern. A key without them
	// vouches for nothing, except under a policy with AnySource.
	Providers []string
}

// String returns the key's name, if it has one, and its id.
func (k TrustedKey) String() string {
	if k.Name == "" {
		return k.Key.id
	}
	return k.Name + " " + k.Key.id
}

// Step is a step of the verification.
type Step string

// The steps, in the order in which Verify takes them.
const (
	StepPolicy        Step = "policy"
	StepEnvelope      Step = "envelope"
	StepSignature     Step = "signature"
	StepKeyScope      Step = "key_scope"
	StepThreshold     Step = "threshold"
	StepTier          Step = "tier"
	StepStatement     Step = "statement"
	StepStatementType Step = "statement_type"
	StepPredicateType Step = "predicate_type"
	StepDigest        Step = "digest"
	StepName          Step = "name"
	StepPlatform      Step = "platform"
	StepProtocol      Step = "protocol"
	StepSuite         Step = "suite"
	StepValidity      Step = "validity"
	StepChecks        Step = "checks"
	StepResult        Step = "result"
	StepProfiles      Step = "profiles"
	StepCapabilities  Step = "capabilities"
	StepFeatures      Step = "features"
	StepDialect       Step = "dialect"
	StepIsolation     Step = "isolation"
	StepBasis         Step = "basis"
	StepRevocation    Step = "revocation" // of keys already after StepSignature
)

// Steps returns the steps in the order in which Verify takes them.
func Steps() []Step {
	return []Step{
		StepPolicy, StepEnvelope, StepSignature, StepKeyScope, StepThreshold, StepTier, StepStatement, StepStatementType,
		StepPredicateType, StepDigest, StepName, StepPlatform, StepProtocol, StepSuite, StepValidity, StepChecks, StepResult, StepProfiles,
		StepCapabilities, StepFeatures, StepDialect, StepIsolation, StepBasis, StepRevocation,
	}
}

// Error says why a certificate is refused.
type Error struct {
	// Step is the first step that failed.
	Step Step
	// Detail says what is wrong, and Next what to do about it. Both are sentences without the full stop.
	Detail, Next string
	// Missing are the capabilities, features, profiles or checks that are not covered.
	Missing []string
}

// Error returns both sentences, without the last full stop.
func (e *Error) Error() string { return e.Detail + ". " + e.Next }

func refuse(step Step, next, format string, args ...any) *Error {
	return &Error{Step: step, Detail: fmt.Sprintf(format, args...), Next: next}
}

// Policy is what a certificate must satisfy. A policy that cannot be evaluated accepts no certificate.
type Policy struct {
	// Keys are the keys whose signatures count.
	Keys []TrustedKey
	// Source is the address of the provider in the configuration, such as "acme/acme". It decides which keys vouch for the
	// provider. AnySource, instead of it, is for keys that somebody named for this very certificate.
	Source    string
	AnySource bool
	// Threshold is how many different trusted keys must have signed; 0 means one.
	Threshold int
	// Tier is the lowest tier that is accepted; empty accepts any.
	Tier Tier
	// SHA256 is the digest of the binary about to be run, in hex, and Platform the platform that it is run on, such as
	// "linux/amd64". Both are required.
	SHA256, Platform string
	// File is the name of the binary's file, and Name the name by which the configuration requires it. They are compared with
	// the certificate unless they are empty.
	File, Name string
	// Protocol is the version of the provider protocol that the host speaks. It is required.
	Protocol int
	// Capabilities, Profiles and Features must be covered by the certificate.
	Capabilities, Profiles, Features []string
	// MinimumResult is one of Results; empty accepts all of them.
	MinimumResult string
	// MinimumSuite is the oldest version of the suite that is accepted, as MAJOR.MINOR; empty accepts any.
	MinimumSuite string
	// SuiteMajor is the major version of the suite that is accepted; 0 accepts any.
	SuiteMajor int
	// Isolation is the weakest of Isolations that is accepted; empty accepts any.
	Isolation string
	// Dialects are the sha256 digests, in hex, of the dialects that are accepted; if it is empty, any is.
	Dialects []string
	// MaxAssumed is the greatest number of assumptions about the vendor that is accepted; nil accepts any.
	MaxAssumed *int
	// Revoked are the sha256 digests, in hex, of binaries, results, dialects and keys that are no longer trusted.
	Revoked []string
	// Now is the current time. It is required.
	Now time.Time
}

// check returns an *Error if the policy cannot be evaluated.
func (p *Policy) check() error {
	fail := func(format string, args ...any) error {
		return refuse(StepPolicy, "Correct the policy: no certificate is accepted until then", format, args...)
	}
	switch {
	case !isDigest(p.SHA256):
		return fail("the sha256 of the binary is not known")
	case p.Now.IsZero():
		return fail("the time is not known")
	case p.Platform == "":
		return fail("the platform is not known")
	case p.Protocol == 0:
		return fail("the version of the provider protocol is not known")
	case p.Source == "" && !p.AnySource:
		return fail("the source address of the provider is not known, so no key vouches for it")
	case p.Threshold < 0:
		return fail("the threshold %d is not a number of keys", p.Threshold)
	case p.Tier != "" && rank(p.Tier) < 0:
		return fail("the tier %q does not exist: the tiers are self, reproduced and official", p.Tier)
	case p.MinimumResult != "" && !slices.Contains(Results(), p.MinimumResult):
		return fail("the result %q does not exist: the results are %s", p.MinimumResult, strings.Join(Results(), " and "))
	case p.Isolation != "" && !slices.Contains(Isolations(), p.Isolation):
		return fail("the isolation %q does not exist: it is %s", p.Isolation, strings.Join(Isolations(), " or "))
	case p.MaxAssumed != nil && *p.MaxAssumed < 0:
		return fail("the number of assumptions %d is below zero", *p.MaxAssumed)
	}
	if p.Source != "" {
		if _, err := source.Parse(p.Source); err != nil {
			return fail("%v", err)
		}
	}
	if p.MinimumSuite != "" {
		if err := CheckSuiteVersion(p.MinimumSuite); err != nil {
			return fail("%v", err)
		}
	}
	if unknown := unknownProfiles(p.Profiles); len(unknown) > 0 {
		return fail("there is no profile %s: the profiles are %s", strings.Join(unknown, ", "), strings.Join(ProfileNames(), ", "))
	}
	for _, f := range p.Features {
		if err := CheckFeature(f); err != nil {
			return fail("%v", err)
		}
	}
	for what, digests := range map[string][]string{"of a dialect": p.Dialects, "that is revoked": p.Revoked} {
		for _, d := range digests {
			if !isDigest(d) {
				return fail("the digest %s is not a sha256 in hex: %q", what, bounded(d))
			}
		}
	}
	for _, k := range p.Keys {
		for _, pattern := range k.Providers {
			if _, err := source.ParsePattern(pattern); err != nil {
				return fail("the key %s: %v", k, err)
			}
		}
		if rank(k.Tier) < 0 {
			return fail("the key %s has the tier %q, which does not exist", k, k.Tier)
		}
	}
	return nil
}

// CheckSuiteVersion returns an error unless the text is the version of a suite, as MAJOR.MINOR or with a patch number.
func CheckSuiteVersion(text string) error {
	v, err := version.NewSemver(text)
	if err != nil || v.Prerelease() != "" || v.Metadata() != "" || strings.HasPrefix(text, "v") || !strings.Contains(text, ".") {
		return fmt.Errorf("%q is not a version of the suite: write MAJOR.MINOR, such as \"1.2\"", bounded(text))
	}
	return nil
}

// CheckFeature returns an error unless the text has the form of a feature.
func CheckFeature(text string) error {
	if !validFeature.MatchString(text) {
		return fmt.Errorf("%q is not a feature: write for instance \"category/authentication\" or \"template/button/url\"", bounded(text))
	}
	return nil
}

// Verified is a certificate that satisfies the policy.
type Verified struct {
	Statement *Statement
	// File is the name of the file of the certificate, if it was read from one.
	File string
	// Tier is the highest tier among the signatures, and Signers are the names of all trusted keys that signed and vouch for the
	// provider.
	Tier    Tier
	Signers []string
}
