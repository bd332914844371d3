// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/certificate"
	"github.com/wahost/wahost/conformance/report"
)

var started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const binary = "aa11"

func certified() *report.Report {
	r := &report.Report{
		FormatVersion: report.FormatVersion,
		Suite:         report.SuiteInfo{Version: "1.2.0", CatalogueDigest: "cc", Protocol: 1, Go: "go1.26.0"},
		Run:           report.RunInfo{Mode: report.ModeCertified, Seed: 7, Started: started, Duration: time.Minute, Platform: "linux/amd64"},
		Provider:      report.ProviderInfo{Name: "acme", Version: "1.0.0", File: "wahost-provider-acme", SHA256: binary, SHA256After: binary, Kinds: []string{"text", "template", "list"}, Protocol: 1},
		Dialect:       report.DialectInfo{Name: "acme", Version: "v1", Digest: "dd"},
	}
	for _, id := range []string{"proto/identity", "send/text/minimal", "send/template/minimal"} {
		r.Planned = append(r.Planned, id)
		r.Results = append(r.Results, report.Result{ID: id, Level: report.Core, Status: report.Pass})
	}
	r.Judge()
	return r
}

func newKey(t *testing.T) (signing, public *certificate.Key) {
	t.Helper()
	private, pub, err := certificate.Generate()
	require.NoError(t, err)
	signing, err = certificate.ParsePrivate(private)
	require.NoError(t, err)
	public, err = certificate.ParsePublic(pub)
	require.NoError(t, err)
	require.Equal(t, signing.ID(), public.ID())
	return signing, public
}

func statement(t *testing.T) *certificate.Statement {
	t.Helper()
	s, err := certificate.New(certified(), certificate.DefaultValidity)
	require.NoError(t, err)
	return s
}

func TestVerifySteps(t *testing.T) {
	t.Parallel()
	own, ownPublic := newKey(t)
	project, projectPublic := newKey(t)
	_, strangerPublic := newKey(t)
	trusted := []certificate.TrustedKey{
		{Key: ownPublic, Name: "vendor", Tier: certificate.TierSelf}, {Key: projectPublic, Name: "project", Tier: certificate.TierReproduced},
	}
	type setup struct {
		statement *certificate.Statement
		keys      []*certificate.Key
		policy    certificate.Policy
		envelope  func([]byte) []byte
	}
	tests := map[string]struct {
		change func(*setup)
		step   certificate.Step
		want   string
	}{
		"good":                   {func(*setup) {}, "", ""},
		"not an envelope":        {func(s *setup) { s.envelope = func([]byte) []byte { return []byte("{]") } }, certificate.StepEnvelope, "not a DSSE envelope"},
		"unknown envelope field": {func(s *setup) { s.envelope = replace(`"payloadType"`, `"x": 1, "payloadType"`) }, certificate.StepEnvelope, "not a DSSE envelope"},
		"second envelope":        {func(s *setup) { s.envelope = func(b []byte) []byte { return append(b, b...) } }, certificate.StepEnvelope, "after top-level value"},
		"other payload type":     {func(s *setup) { s.envelope = replace(certificate.PayloadType, "text/plain") }, certificate.StepEnvelope, "payload type"},
		"one byte of the payload changed": {func(s *setup) {
			s.envelope = payload(t, func(text string) string { return strings.Replace(text, "CONFORMANT", "CONFORMANU", 1) })
		}, certificate.StepSignature, "the certificate was changed after it was signed"},
		"other key": {func(s *setup) {
			s.policy.Keys = []certificate.TrustedKey{{Key: strangerPublic, Name: "stranger", Tier: certificate.TierOfficial}}
		}, certificate.StepSignature, "which is none of the trusted keys"},
		"no key":             {func(s *setup) { s.policy.Keys = nil }, certificate.StepSignature, "no key is trusted"},
		"threshold":          {func(s *setup) { s.policy.Threshold = 2 }, certificate.StepThreshold, "1 trusted keys signed, 2 are required"},
		"threshold with two": {func(s *setup) { s.policy.Threshold, s.keys = 2, append(s.keys, project) }, "", ""},
		"one key twice": {func(s *setup) {
			s.policy.Threshold = 2
			s.policy.Keys = append(s.policy.Keys, certificate.TrustedKey{Key: ownPublic, Name: "alias", Tier: certificate.TierOfficial})
		}, certificate.StepThreshold, "1 trusted keys signed"},
		"tier": {func(s *setup) { s.policy.Tier = certificate.TierReproduced }, certificate.StepTier, `"reproduced" is required`},
		"tier with the project's key": {func(s *setup) {
			s.policy.Tier, s.keys = certificate.TierReproduced, append(s.keys, project)
		}, "", ""},
		"no statement": {func(s *setup) {
			s.envelope = func([]byte) []byte { return signed(t, own, `["CONFORMANT"]`) }
		}, certificate.StepStatement, "the statement cannot be read"},
		"statement that is cut off": {func(s *setup) {
			s.envelope = func([]byte) []byte { return signed(t, own, `{"_type": "`+certificate.StatementType) }
		}, certificate.StepStatement, "the statement cannot be read"},
		"statement type": {func(s *setup) { s.statement.Type = "https://in-toto.io/Statement/v0.1" }, certificate.StepStatementType, "v0.1"},
		"predicate type": {func(s *setup) { s.statement.PredicateType = "https://slsa.dev/provenance/v1" }, certificate.StepPredicateType, "slsa"},
		"another binary": {func(s *setup) { s.policy.SHA256 = "aa12" }, certificate.StepDigest, "another binary"},
		"no digest of the binary": {func(s *setup) {
			s.policy.SHA256 = ""
			s.statement.Subject[0].Digest["sha256"] = ""
		}, certificate.StepDigest, "exactly one digest"},
		"two digest algorithms": {func(s *setup) { s.statement.Subject[0].Digest["md5"] = "x" }, certificate.StepDigest, "exactly one digest"},
		"any subject may match": {func(s *setup) {
			s.statement.Subject = append([]certificate.Subject{{Name: "other platform", Digest: map[string]string{"sha256": "ff"}}}, s.statement.Subject...)
		}, "", ""},
		"result":           {func(s *setup) { s.statement.Predicate.Result = "NONCONFORMANT" }, certificate.StepResult, "certifies nothing"},
		"profile":          {func(s *setup) { s.policy.Profiles = []string{"media"} }, certificate.StepProfiles, "media"},
		"profile covered":  {func(s *setup) { s.policy.Profiles = []string{"notify"} }, "", ""},
		"capability":       {func(s *setup) { s.policy.Capabilities = []string{"text", "list"} }, certificate.StepCapabilities, "does not cover list"},
		"capabilities":     {func(s *setup) { s.policy.Capabilities = []string{"text", "template"} }, "", ""},
		"older suite":      {func(s *setup) { s.policy.MinimumSuite = "1.3" }, certificate.StepSuite, "1.3 is the oldest accepted"},
		"same suite":       {func(s *setup) { s.policy.MinimumSuite = "1.2" }, "", ""},
		"suite 1.10":       {func(s *setup) { s.statement.Predicate.Suite.Version, s.policy.MinimumSuite = "1.10.0", "1.9" }, "", ""},
		"other major":      {func(s *setup) { s.policy.SuiteMajor = 2 }, certificate.StepSuite, "suite 2 is required"},
		"two majors":       {func(s *setup) { s.statement.Predicate.Validity.SuiteMajor = 2 }, certificate.StepSuite, "valid for suite 2"},
		"ended":            {func(s *setup) { s.policy.Now = started.Add(certificate.DefaultValidity + time.Second) }, certificate.StepValidity, "ended on 2027-03-01"},
		"last moment":      {func(s *setup) { s.policy.Now = started.Add(certificate.DefaultValidity) }, "", ""},
		"no end":           {func(s *setup) { s.statement.Predicate.Validity.NotAfter = time.Time{} }, certificate.StepValidity, "does not say when it ends"},
		"binary revoked":   {func(s *setup) { s.policy.Revoked = []string{"AA11"} }, certificate.StepRevocation, "revoked"},
		"result revoked":   {func(s *setup) { s.policy.Revoked = []string{s.statement.Predicate.ResultDigest} }, certificate.StepRevocation, "revoked"},
		"first step first": {func(s *setup) { s.statement.Type, s.policy.SHA256 = "x", "aa12" }, certificate.StepStatementType, "x"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &setup{statement: statement(t), keys: []*certificate.Key{own}, policy: certificate.Policy{Keys: trusted, SHA256: binary, Now: started.Add(time.Hour)}}
			tt.change(s)
			data, err := certificate.Sign(t.Context(), s.statement, s.keys...)
			require.NoError(t, err)
			if s.envelope != nil {
				data = s.envelope(data)
			}
			v, err := certificate.Verify(t.Context(), data, s.policy)
			if tt.step == "" {
				require.NoError(t, err)
				assert.Contains(t, v.Signers, "vendor")
				return
			}
			var problem *certificate.Error
			require.ErrorAs(t, err, &problem)
			assert.Equal(t, tt.step, problem.Step, problem.Detail)
			assert.Contains(t, problem.Detail, tt.want)
			assert.NotEmpty(t, problem.Next)
			assert.Nil(t, v)
		})
	}
}

func replace(old, with string) func([]byte) []byte {
	return func(b []byte) []byte { return []byte(strings.Replace(string(b), old, with, 1)) }
}

// signed gives an envelope whose signature is good, whatever it holds.
func signed(t *testing.T, key *certificate.Key, text string) []byte {
	t.Helper()
	signer, err := dsse.NewEnvelopeSigner(key)
	require.NoError(t, err)
	envelope, err := signer.SignPayload(t.Context(), certificate.PayloadType, []byte(text))
	require.NoError(t, err)
	data, err := json.Marshal(envelope)
	require.NoError(t, err)
	return data
}

// payload changes the signed text and leaves the signatures.
func payload(t *testing.T, change func(string) string) func([]byte) []byte {
	return func(data []byte) []byte {
		var envelope map[string]any
		require.NoError(t, json.Unmarshal(data, &envelope))
		text, err := base64.StdEncoding.DecodeString(envelope["payload"].(string))
		require.NoError(t, err)
		changed := change(string(text))
		require.NotEqual(t, string(text), changed)
		envelope["payload"] = base64.StdEncoding.EncodeToString([]byte(changed))
		out, err := json.Marshal(envelope)
		require.NoError(t, err)
		return out
	}
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
	assert.Equal(t, []string{"notify"}, p.Profiles)
	assert.Len(t, p.Evaluated, 3)
	assert.Equal(t, certificate.Runner{ID: certificate.RunnerID, Version: "go1.26.0"}, p.Runner)
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
	v, err := certificate.Verify(t.Context(), both, certificate.Policy{
		Threshold: 2, SHA256: binary, Now: started, Tier: certificate.TierReproduced,
		Keys: []certificate.TrustedKey{{Key: vendorPublic, Name: "vendor", Tier: certificate.TierSelf}, {Key: projectPublic, Name: "project", Tier: certificate.TierReproduced}},
	})
	require.NoError(t, err)
	assert.Equal(t, certificate.TierReproduced, v.Tier)
	assert.Equal(t, []string{"vendor", "project"}, v.Signers)

	_, err = certificate.Countersign(t.Context(), data, later, project, projectPublic)
	assert.ErrorContains(t, err, "none of the trusted keys", "the first signature must be known")
	other := certified()
	other.Run.Seed = 8
	other.Judge()
	_, err = certificate.Countersign(t.Context(), data, other, project, vendorPublic)
	assert.ErrorContains(t, err, "not reproduced: the seed")
}
