// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/certificate"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/core/registry/verify/verifytest"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

var started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var (
	binary = strings.Repeat("aa11", 16)
	digest = strings.Repeat("dd22", 16)
)

// certified returns the report of a run in which everything about texts and templates passed. Lists are declared, and no check
// of them passed.
func certified() *report.Report {
	r := &report.Report{
		FormatVersion: report.FormatVersion,
		Suite: report.SuiteInfo{
			Version: suite.Version, Protocol: 1, Go: "go1.26.0", Build: report.Build{Version: "0.1.0", Revision: "abc", SHA256: digest},
		},
		Run: report.RunInfo{Mode: report.ModeCertified, Seed: 7, Started: started, Duration: time.Minute, Platform: "linux/amd64"},
		Provider: report.ProviderInfo{
			Name: "acme", Version: "1.0.0", File: "wahost-provider-acme", SHA256: binary, SHA256After: binary, Kinds: []string{"text", "template", "list"}, Protocol: 1,
			Capabilities: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}, {Kind: "template", ButtonKinds: []string{"url"}}, {Kind: "list"}}},
		},
		Dialect: report.DialectInfo{Name: "acme", Version: "v1", Digest: digest, VendorLacks: []string{"signed webhooks"}},
	}
	var checks []verify.Check
	for _, c := range verify.CatalogueOf(1).Checks() {
		if c.Sometimes {
			continue
		}
		res := report.Result{ID: c.ID, Level: report.Level(c.Level), Capability: c.Capability, Provisional: c.Provisional, Status: report.Pass}
		if about := c.Subject(); about != "" && about != "text" && about != "template" {
			res.Status = report.NA
			r.NotApplicable = append(r.NotApplicable, report.NotApplicable{ID: c.ID, Reason: "not declared"})
		}
		checks = append(checks, c)
		r.Planned = append(r.Planned, c.ID)
		r.Results = append(r.Results, res)
	}
	r.Suite.CatalogueDigest = verify.CatalogueDigest(checks)
	r.Judge()
	return r
}

func newKey(t *testing.T) (signing, public *verify.Key) {
	t.Helper()
	private, pub, err := verify.Generate()
	require.NoError(t, err)
	signing, err = verify.ParsePrivate(private)
	require.NoError(t, err)
	public, err = verify.ParsePublic(pub)
	require.NoError(t, err)
	require.Equal(t, signing.ID(), public.ID())
	return signing, public
}

func statement(t *testing.T) *verify.Statement {
	t.Helper()
	s, err := certificate.New(certified(), certificate.DefaultValidity)
	require.NoError(t, err)
	return s
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*report.Report){
		"failed":         func(r *report.Report) { r.Results[0].Status = report.Fail },
		"open run":       func(r *report.Report) { r.Run.Mode = report.ModeOpen },
		"selectors":      func(r *report.Report) { r.Run.Selectors = []string{"send/**"} },
		"changed binary": func(r *report.Report) { r.Provider.SHA256After = "bb" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := certified()
			change(r)
			r.Judge()
			_, err := certificate.New(r, certificate.DefaultValidity)
			assert.ErrorContains(t, err, "no certificate")
		})
	}
}

func TestStatement(t *testing.T) {
	t.Parallel()
	p := statement(t).Predicate
	assert.Equal(t, []string{"template", "text"}, p.Capabilities, "list was declared and never exercised")
	assert.Equal(t, []string{"notify", "otp"}, p.Profiles)
	assert.Contains(t, p.Features, "template/button/url")
	assert.Equal(t, verify.Runner{ID: verify.RunnerID, Version: "0.1.0", Revision: "abc", Go: "go1.26.0", SHA256: digest}, p.Runner)
	assert.Equal(t, []string{"signed webhooks"}, p.Basis.VendorLacks)
	assert.Equal(t, started.Add(certificate.DefaultValidity), p.Validity.NotAfter)
}

func TestCountersign(t *testing.T) {
	t.Parallel()
	vendor, vendorPublic := newKey(t)
	project, projectPublic := newKey(t)
	data, err := certificate.Sign(t.Context(), statement(t), vendor)
	require.NoError(t, err)

	later := certified()
	later.Run.Started = started.Add(48 * time.Hour)
	both, err := certificate.Countersign(t.Context(), data, later, project, vendorPublic)
	require.NoError(t, err)
	policy := verifytest.Policy(statement(t),
		verify.TrustedKey{Key: vendorPublic, Name: "vendor", Tier: verify.TierSelf}, verify.TrustedKey{Key: projectPublic, Name: "project", Tier: verify.TierReproduced})
	policy.Threshold, policy.Tier = 2, verify.TierReproduced
	v, err := verify.Verify(t.Context(), both, policy)
	require.NoError(t, err)
	assert.Equal(t, verify.TierReproduced, v.Tier)
	assert.Equal(t, []string{"vendor", "project"}, v.Signers)

	_, err = certificate.Countersign(t.Context(), data, later, project, projectPublic)
	assert.ErrorContains(t, err, "is not trusted", "the first signature must be known")
}

// TestForgedStatement changes one field of a statement at a time, signs it with a trusted key, and has it countersigned.
func TestForgedStatement(t *testing.T) {
	t.Parallel()
	vendor, vendorPublic := newKey(t)
	project, _ := newKey(t)
	other := strings.Repeat("ee33", 16)
	later := started.AddDate(0, 0, 2)
	for field, forge := range map[string]func(*verify.Statement){
		"subject":                   func(s *verify.Statement) { s.Subject[0].Digest["sha256"] = other },
		"subject name":              func(s *verify.Statement) { s.Subject[0].Name = "wahost-provider-other" },
		"second subject":            func(s *verify.Statement) { s.Subject = append(s.Subject, s.Subject[0]) },
		"predicate.result":          func(s *verify.Statement) { s.Predicate.Result = verify.ResultConformantWithAdvice },
		"predicate.provider":        func(s *verify.Statement) { s.Predicate.Provider = "other" },
		"predicate.providerVersion": func(s *verify.Statement) { s.Predicate.ProviderVersion = "2.0.0" },
		"predicate.profiles":        func(s *verify.Statement) { s.Predicate.Profiles = []string{"commerce", "notify", "otp"} },
		"predicate.capabilities":    func(s *verify.Statement) { s.Predicate.Capabilities = []string{"list", "template", "text"} },
		"predicate.features": func(s *verify.Statement) {
			s.Predicate.Features = append(s.Predicate.Features, "template/button/copy_code")
		},
		"predicate.suite.version":            func(s *verify.Statement) { s.Predicate.Suite.Version = "1.9.0" },
		"predicate.suite.catalogueDigest":    func(s *verify.Statement) { s.Predicate.Suite.CatalogueDigest = other },
		"predicate.suite.requiredIdsDigest":  func(s *verify.Statement) { s.Predicate.Suite.RequiredIDsDigest = other },
		"predicate.contract.protocolVersion": func(s *verify.Statement) { s.Predicate.Contract.ProtocolVersion = 2 },
		"predicate.dialect.name":             func(s *verify.Statement) { s.Predicate.Dialect.Name = "other" },
		"predicate.dialect.version":          func(s *verify.Statement) { s.Predicate.Dialect.Version = "v9" },
		"predicate.dialect.digest":           func(s *verify.Statement) { s.Predicate.Dialect.Digest = other },
		"predicate.basis.vendor":             func(s *verify.Statement) { s.Predicate.Basis.Vendor = "real" },
		"predicate.basis.assumed":            func(s *verify.Statement) { s.Predicate.Basis.Assumed = []verify.Assumption{{Where: "x", Source: "y"}} },
		"predicate.basis.vendorLacks":        func(s *verify.Statement) { s.Predicate.Basis.VendorLacks = []string{} },
		"predicate.evaluated":                func(s *verify.Statement) { s.Predicate.Evaluated = append(s.Predicate.Evaluated, "zz/more") },
		"predicate.notApplicable":            func(s *verify.Statement) { s.Predicate.NotApplicable = s.Predicate.NotApplicable[1:] },
		"predicate.advice":                   func(s *verify.Statement) { s.Predicate.Advice = []verify.Finding{{ID: "x/y", Status: "fail"}} },
		"predicate.uncounted":                func(s *verify.Statement) { s.Predicate.Uncounted = []verify.Finding{{ID: "x/y", Status: "fail"}} },
		"predicate.resultDigest":             func(s *verify.Statement) { s.Predicate.ResultDigest = other },
		"predicate.seed":                     func(s *verify.Statement) { s.Predicate.Seed = 8 },
		"predicate.platform":                 func(s *verify.Statement) { s.Predicate.Platform = "linux/arm64" },
		"predicate.isolation":                func(s *verify.Statement) { s.Predicate.Isolation = verify.IsolationNamespaces },
		"predicate.limitsDeclared": func(s *verify.Statement) {
			s.Predicate.LimitsDeclared = []message.Limit{{Path: "text.body", Maximum: 9}}
		},
		"predicate.runner.id":           func(s *verify.Statement) { s.Predicate.Runner.ID = "https://example.com" },
		"predicate.validity.suiteMajor": func(s *verify.Statement) { s.Predicate.Validity.SuiteMajor = 2 },
		"predicate.validity.notAfter":   func(s *verify.Statement) { s.Predicate.Validity.NotAfter = started.AddDate(9, 0, 0) },
		"predicate.validity.notBefore":  func(s *verify.Statement) { s.Predicate.Validity.NotBefore = started.AddDate(0, 1, 0) },
		"predicate.finishedOn":          func(s *verify.Statement) { s.Predicate.FinishedOn = started.AddDate(0, 1, 0) },
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			forged := statement(t)
			forge(forged)
			data, err := certificate.Sign(t.Context(), forged, vendor)
			require.NoError(t, err)
			own := certified()
			own.Run.Started = later
			_, err = certificate.Countersign(t.Context(), data, own, project, vendorPublic)
			var refused *certificate.NotReproducedError
			require.ErrorAs(t, err, &refused)
			named, _, _ := strings.Cut(strings.TrimPrefix(field, "second "), " ")
			assert.Equal(t, named, refused.Differences[0].Field)
			assert.ErrorContains(t, err, "not reproduced, so it is not signed")
		})
	}
}

// TestCountersignSignsOnlyItsOwnForm: a text that other readers may read otherwise is not signed.
func TestCountersignSignsOnlyItsOwnForm(t *testing.T) {
	t.Parallel()
	vendor, vendorPublic := newKey(t)
	project, _ := newKey(t)
	text, err := json.Marshal(statement(t))
	require.NoError(t, err)
	twice := strings.Replace(string(text), `"predicate":{`, `"predicate":{"result":"CONFORMANT","capabilities":["list"]`+",", 1)
	signer, err := dsse.NewEnvelopeSigner(vendor)
	require.NoError(t, err)
	envelope, err := signer.SignPayload(t.Context(), verify.PayloadType, []byte(twice))
	require.NoError(t, err)
	data, err := json.Marshal(envelope)
	require.NoError(t, err)
	_, err = certificate.Countersign(t.Context(), data, certified(), project, vendorPublic)
	assert.ErrorContains(t, err, "not written as this program writes statements")
}
