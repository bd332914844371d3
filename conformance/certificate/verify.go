// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"fmt"
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

// String names the key for people: its name, and its id.
func (k TrustedKey) String() string {
	if k.Name == "" {
		return k.Key.id
	}
	return k.Name + " " + k.Key.id
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
	// Detail says what is wrong, Next what to do about it: a sentence without its full stop.
	Detail, Next string
	// Missing are the capabilities or profiles that are not covered.
	Missing []string
}

// Error gives both sentences, without the last full stop.
func (e *Error) Error() string { return e.Detail + ". " + e.Next }

func refuse(step Step, next, format string, args ...any) *Error {
	return &Error{Step: step, Detail: fmt.Sprintf(format, args...), Next: next}
}

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
