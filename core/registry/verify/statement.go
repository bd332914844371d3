// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"encoding/json"
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

// The results for which a certificate is issued, the better one first.
const (
	ResultConformant           = "CONFORMANT"
	ResultConformantWithAdvice = "CONFORMANT_WITH_ADVICE"
)

// Results returns the results for which a certificate is issued, the better one first.
func Results() []string { return []string{ResultConformant, ResultConformantWithAdvice} }

// The values of Predicate.Isolation: whether the provider ran in a world of its own, in which everything that it did was seen.
const (
	IsolationNamespaces = "namespaces"
	IsolationNone       = "none"
)

// Isolations returns the values of Predicate.Isolation, the stronger one first.
func Isolations() []string { return []string{IsolationNamespaces, IsolationNone} }

// VendorEmulated is the value of Basis.Vendor: no run of the suite talks to a real vendor.
const VendorEmulated = "emulated"

// Statement is the signed content.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject identifies one binary.
type Subject struct {
	// Name is the name of the file, wahost-provider-NAME.
	Name string `json:"name"`
	// Digest has exactly one entry, "sha256" in hex.
	Digest map[string]string `json:"digest"`
}

// Predicate is what the run found out about the subject. Verify checks every field.
type Predicate struct {
	Result string `json:"result"`
	// Provider and ProviderVersion are the name and version that the binary reports.
	Provider        string `json:"provider"`
	ProviderVersion string `json:"providerVersion"`
	// Profiles are the profiles that passed as a whole, Capabilities the capabilities that were exercised, and Features what
	// was declared within them; see Features.
	Profiles     []string `json:"profiles"`
	Capabilities []string `json:"capabilities"`
	Features     []string `json:"features"`
	Suite        Suite    `json:"suite"`
	Contract     Contract `json:"contract"`
	Dialect      Dialect  `json:"dialect"`
	// Basis says on what the result rests.
	Basis Basis `json:"basis"`
	// Evaluated and NotApplicable list the ids of all checks, so that a partial run cannot look like a full one. Both are
	// sorted, and no id is in both.
	Evaluated     []string `json:"evaluated"`
	NotApplicable []string `json:"notApplicable"`
	// Advice are the recommendations that were not met. They are the difference between the two results.
	Advice []Finding `json:"advice"`
	// Uncounted are evaluated checks that did not pass and have no effect on the result: provisional and informational ones.
	Uncounted []Finding `json:"uncounted"`
	// ResultDigest is ResultDigest of the inputs and the statuses.
	ResultDigest string `json:"resultDigest"`
	Seed         int64  `json:"seed"`
	// Platform is that of the binary and of the run, such as "linux/amd64".
	Platform string `json:"platform"`
	// Isolation is one of Isolations.
	Isolation  string    `json:"isolation"`
	StartedOn  time.Time `json:"startedOn"`
	FinishedOn time.Time `json:"finishedOn"`
	// Libraries are the files besides the binary that the provider mapped to execute them, sorted. A binary that is linked
	// statically has none.
	Libraries []Library `json:"libraries"`
	// LimitsDeclared are the limits of the provider that differ from the usual ones.
	LimitsDeclared []message.Limit `json:"limitsDeclared"`
	Runner         Runner          `json:"runner"`
	Validity       Validity        `json:"validity"`
}

// Library is a file that a provider maps to execute it.
type Library struct {
	Name string `json:"name"`
	// SHA256 is in hex.
	SHA256 string `json:"sha256"`
}

// Finding is a check that did not pass, with its status in the report.
type Finding struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// Suite identifies the checks that were run.
type Suite struct {
	Version string `json:"version"`
	// CatalogueDigest is CatalogueDigest of all checks of the plan, and RequiredIDsDigest is RequiredDigest of them.
	CatalogueDigest   string `json:"catalogueDigest"`
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
	// Digest is the sha256 of the dialect and of all files that it names, in hex.
	Digest string `json:"digest"`
}

// Basis is what a result rests on besides the run.
type Basis struct {
	// Vendor is VendorEmulated.
	Vendor string `json:"vendor"`
	// Assumed are the parts of the dialect that no document of the vendor confirms.
	Assumed []Assumption `json:"assumed"`
	// VendorLacks is what the vendor's API does not offer, so that no provider could be tested for it.
	VendorLacks []string `json:"vendorLacks"`
}

// Assumption is a part of a dialect that no document of the vendor confirms.
type Assumption struct {
	// Where is the part, such as `error "bad_number"`.
	Where string `json:"where"`
	// Source is what the dialect says about it.
	Source string `json:"source"`
}

// RunnerID names the program that runs the suite.
const RunnerID = "https://wahost.dev/conformance"

// Runner identifies the program that ran the suite. It does not name the party that ran it: that is the tier, which
// follows from who signed. Nothing depends on the runner: whoever reproduces a run has another build.
type Runner struct {
	ID string `json:"id"`
	// Version is the version of the program, such as "0.1.0-dev", Revision the commit of its source, which may be empty, and
	// Go the version of Go that built it.
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Go       string `json:"go"`
	// SHA256 is that of the program's file, in hex.
	SHA256 string `json:"sha256"`
}

// Validity limits how long a certificate is valid, and for which major version of the suite.
type Validity struct {
	NotBefore  time.Time `json:"notBefore"`
	NotAfter   time.Time `json:"notAfter"`
	SuiteMajor int       `json:"suiteMajor"`
}

// MaxValidity is the longest time from the beginning of a certificate's validity to its end.
const MaxValidity = 366 * 24 * time.Hour

// Major returns the major number of the suite's version.
func (s Suite) Major() (int, error) {
	text, _, _ := strings.Cut(strings.TrimPrefix(s.Version, "v"), ".")
	major, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("the suite's version %q is not a semantic version", s.Version)
	}
	return major, nil
}

// Claim reads what a certificate says, without checking a signature or anything else of it. It tells which binary a certificate is about,
// and must not be used to decide whether to trust one. The error is an *Error.
func Claim(data []byte) (*Statement, error) {
	_, payload, err := read(data)
	if err != nil {
		return nil, err
	}
	var s Statement
	if err := json.Unmarshal(payload, &s); err != nil {
		return nil, refuse(StepEnvelope, getAgain, "the statement in the envelope cannot be read: %v", err)
	}
	return &s, nil
}
