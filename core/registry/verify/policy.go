// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"fmt"
	"time"
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

// Error says why a certificate is refused.
type Error struct {
	// Step is the first step that failed.
	Step Step
	// Detail says what is wrong, and Next what to do about it. Both are sentences without the full stop.
	Detail, Next string
	// Missing are the capabilities or profiles that are not covered.
	Missing []string
}

// Error returns both sentences, without the last full stop.
func (e *Error) Error() string { return e.Detail + ". " + e.Next }

func refuse(step Step, next, format string, args ...any) *Error {
	return &Error{Step: step, Detail: fmt.Sprintf(format, args...), Next: next}
}

// Policy is what a certificate must satisfy.
type Policy struct {
	// Keys are the keys whose signatures count.
	Keys []TrustedKey
	// Threshold is how many different trusted keys must have signed; 0 means one.
	Threshold int
	// Tier is the lowest tier that is accepted; empty accepts any.
	Tier Tier
	// SHA256 is the digest of the binary about to be run, in hex. It is required.
	SHA256 string
	// Capabilities and Profiles must be covered by the certificate.
	Capabilities, Profiles []string
	// MinimumSuite is the oldest version of the suite that is accepted, as MAJOR.MINOR; empty accepts any.
	MinimumSuite string
	// SuiteMajor is the major version of the suite that is accepted; 0 accepts any.
	SuiteMajor int
	// Revoked are the sha256 digests, in hex, of binaries and results that are no longer trusted.
	Revoked []string
	// Now is the current time. It is required.
	Now time.Time
}

// Verified is a certificate that satisfies the policy.
type Verified struct {
	Statement *Statement
	// Tier is the highest tier among the signatures, and Signers are the names of all trusted keys that signed.
	Tier    Tier
	Signers []string
}
