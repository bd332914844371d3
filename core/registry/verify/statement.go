// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/message"
)

// The types that a certificate must name, each compared exactly.
const (
	StatementType = "https://in-toto.io/Statement/v1"
	PredicateType = "https://wahost.dev/attestation/conformance/v1"
	PayloadType   = "application/vnd.in-toto+json"
)

// The results for which a certificate is issued.
const (
	ResultConformant           = "CONFORMANT"
	ResultConformantWithAdvice = "CONFORMANT_WITH_ADVICE"
)

// Statement is the signed content.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject identifies one binary.
type Subject struct {
	Name string `json:"name"`
	// Digest has exactly one entry, "sha256" in hex.
	Digest map[string]string `json:"digest"`
}

// Predicate is what the run found out about the subject.
type Predicate struct {
	Result string `json:"result"`
	// Provider and ProviderVersion are the name and version that the binary reports.
	Provider        string `json:"provider"`
	ProviderVersion string `json:"providerVersion"`
	// Profiles are the profiles that passed as a whole, and Capabilities the capabilities that were exercised.
	Profiles     []string `json:"profiles"`
	Capabilities []string `json:"capabilities"`
	Suite        Suite    `json:"suite"`
	Contract     Contract `json:"contract"`
	Dialect      Dialect  `json:"dialect"`
	// Evaluated, NotApplicable and Advice list check ids, so that a partial run cannot look like a full one.
	Evaluated      []string        `json:"evaluated"`
	NotApplicable  []string        `json:"notApplicable"`
	Advice         []string        `json:"advice"`
	ResultDigest   string          `json:"resultDigest"`
	Seed           int64           `json:"seed"`
	Platform       string          `json:"platform"`
	StartedOn      time.Time       `json:"startedOn"`
	FinishedOn     time.Time       `json:"finishedOn"`
	LimitsDeclared []message.Limit `json:"limitsDeclared"`
	Runner         Runner          `json:"runner"`
	Validity       Validity        `json:"validity"`
}

// Suite identifies the checks that were run.
type Suite struct {
	Version         string `json:"version"`
	CatalogueDigest string `json:"catalogueDigest"`
	// RequiredIDsDigest is the sha256 over the sorted ids of all core and capability checks of the plan.
	RequiredIDsDigest string `json:"requiredIdsDigest"`
}

// Contract identifies the provider protocol.
type Contract struct {
	ProtocolVersion int `json:"protocolVersion"`
}

// Dialect identifies the description of the vendor that was emulated.
type Dialect struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// RunnerID names the program that runs the suite.
const RunnerID = "https://wahost.dev/conformance"

// Runner identifies the program that ran the suite. It does not name the party that ran it: that is the tier, which
// follows from who signed. So the text of a certificate stays the same when somebody who reproduced it signs as well.
type Runner struct {
	ID string `json:"id"`
	// Version is the Go version that built the runner; the version of the suite is in Suite.
	Version string `json:"version"`
}

// Validity limits how long a certificate is valid, and for which major version of the suite.
type Validity struct {
	NotAfter   time.Time `json:"notAfter"`
	SuiteMajor int       `json:"suiteMajor"`
}

// Major returns the major number of the suite's version.
func (s Suite) Major() (int, error) {
	text, _, _ := strings.Cut(strings.TrimPrefix(s.Version, "v"), ".")
	major, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("the suite's version %q is not a semantic version", s.Version)
	}
	return major, nil
}
