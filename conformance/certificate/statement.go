// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package certificate turns the report of a certified run into a signed statement about one binary, and verifies such
// statements before a binary is trusted. A certificate is an in-toto Statement in a DSSE envelope, signed with
// ed25519 by one or several parties.
package certificate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/sdk/message"
)

// What a certificate says it is. All three are compared exactly.
const (
	StatementType = "https://in-toto.io/Statement/v1"
	PredicateType = "https://wahost.dev/attestation/conformance/v1"
	PayloadType   = "application/vnd.in-toto+json"
)

// The results that are signed.
const (
	ResultConformant           = "CONFORMANT"
	ResultConformantWithAdvice = "CONFORMANT_WITH_ADVICE"
)

// DefaultValidity is how long a certificate holds.
const DefaultValidity = 365 * 24 * time.Hour

// Statement is the signed content.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject is one binary.
type Subject struct {
	Name string `json:"name"`
	// Digest has exactly one entry, "sha256" in hex.
	Digest map[string]string `json:"digest"`
}

// Predicate is what was found out about the subject.
type Predicate struct {
	Result string `json:"result"`
	// Provider and ProviderVersion are what the binary calls itself.
	Provider        string `json:"provider"`
	ProviderVersion string `json:"providerVersion"`
	// Profiles are those passed whole, Capabilities those that were exercised.
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

// Suite says which checks there were.
type Suite struct {
	Version         string `json:"version"`
	CatalogueDigest string `json:"catalogueDigest"`
	// RequiredIDsDigest is the sha256 over the sorted ids of all core and capability checks of the plan.
	RequiredIDsDigest string `json:"requiredIdsDigest"`
}

// Contract is the provider protocol.
type Contract struct {
	ProtocolVersion int `json:"protocolVersion"`
}

// Dialect is the vendor that was emulated.
type Dialect struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// RunnerID names the program that runs the suite.
const RunnerID = "https://wahost.dev/conformance"

// Runner is what ran the suite. It does not say for whom: that is the tier, which follows from who signed, and a
// certificate that is signed again by somebody who reproduced it keeps its text.
type Runner struct {
	ID string `json:"id"`
	// Version is that of the toolchain which the runner was built with; the suite's own is in Suite.
	Version string `json:"version"`
}

// Validity bounds a certificate in time.
type Validity struct {
	NotAfter   time.Time `json:"notAfter"`
	SuiteMajor int       `json:"suiteMajor"`
}

// New makes the statement about a certified run. It is an error where the run does not allow one.
func New(r *report.Report, validity time.Duration) (*Statement, error) {
	if !r.Verdict.Certifiable {
		why := "the verdict is " + r.Verdict.Word
		if len(r.Verdict.Reasons) > 0 {
			why += ": " + strings.Join(r.Verdict.Reasons[:min(3, len(r.Verdict.Reasons))], "; ")
		}
		return nil, errors.New("no certificate: " + why)
	}
	major, err := majorOf(r.Suite.Version)
	if err != nil {
		return nil, err
	}
	p := Predicate{
		Result: ResultConformant, Provider: r.Provider.Name, ProviderVersion: r.Provider.Version,
		Profiles: []string{}, Capabilities: Capabilities(r),
		Suite:    Suite{Version: r.Suite.Version, CatalogueDigest: r.Suite.CatalogueDigest, RequiredIDsDigest: requiredDigest(r)},
		Contract: Contract{r.Provider.Protocol},
		Dialect:  Dialect{Name: r.Dialect.Name, Version: r.Dialect.Version, Digest: r.Dialect.Digest},

		Evaluated: []string{}, NotApplicable: []string{}, Advice: []string{},
		ResultDigest: r.ResultDigest, Seed: r.Run.Seed, Platform: r.Run.Platform,
		StartedOn: r.Run.Started.UTC(), FinishedOn: r.Run.Started.Add(r.Run.Duration).UTC(),
		LimitsDeclared: slices.Clone(r.Provider.Capabilities.Limits),
		Runner:         Runner{ID: RunnerID, Version: r.Suite.Go},
		Validity:       Validity{NotAfter: r.Run.Started.Add(validity).UTC().Truncate(time.Second), SuiteMajor: major},
	}
	if r.Verdict.Word == report.ConformantWithAdvice {
		p.Result = ResultConformantWithAdvice
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
	return &Statement{
		Type: StatementType, PredicateType: PredicateType, Predicate: p,
		Subject: []Subject{{Name: r.Provider.File, Digest: map[string]string{"sha256": r.Provider.SHA256}}},
	}, nil
}

// Capabilities are the declared ones that at least one check about them passed: kinds of message, "webhooks", and
// "recipients" for several per request.
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

func majorOf(version string) (int, error) {
	text, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	major, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("the suite's version %q is not a semantic one", version)
	}
	return major, nil
}
