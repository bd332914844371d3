// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/verify"
)

const (
	binary   = "aa11"
	validity = 365 * 24 * time.Hour
)

var started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

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

// statement returns a statement that satisfies a policy without demands.
func statement(t *testing.T) *verify.Statement {
	t.Helper()
	return &verify.Statement{
		Type: verify.StatementType, PredicateType: verify.PredicateType,
		Subject: []verify.Subject{{Name: "wahost-provider-acme", Digest: map[string]string{"sha256": binary}}},
		Predicate: verify.Predicate{
			Result: verify.ResultConformant, Provider: "acme", ProviderVersion: "1.0.0",
			Profiles: []string{"notify"}, Capabilities: []string{"template", "text"}, ResultDigest: "ee",
			Suite:    verify.Suite{Version: "1.2.0", CatalogueDigest: "cc", RequiredIDsDigest: "ff"},
			Contract: verify.Contract{ProtocolVersion: 1}, Dialect: verify.Dialect{Name: "acme", Version: "v1", Digest: "dd"},
			Evaluated: []string{"proto/identity"}, NotApplicable: []string{}, Advice: []string{}, Seed: 7,
			StartedOn: started, FinishedOn: started.Add(time.Minute), Runner: verify.Runner{ID: verify.RunnerID, Version: "go1.26.0"},
			Validity: verify.Validity{NotAfter: started.Add(validity), SuiteMajor: 1},
		},
	}
}

// sign returns the statement as a certificate with one signature by each key.
func sign(t *testing.T, s *verify.Statement, keys ...*verify.Key) []byte {
	t.Helper()
	text, err := json.Marshal(s)
	require.NoError(t, err)
	return signText(t, string(text), keys...)
}

// signText returns an envelope with good signatures around any text.
func signText(t *testing.T, text string, keys ...*verify.Key) []byte {
	t.Helper()
	var signers []dsse.Signer
	for _, k := range keys {
		signers = append(signers, k)
	}
	signer, err := dsse.NewEnvelopeSigner(signers...)
	require.NoError(t, err)
	envelope, err := signer.SignPayload(t.Context(), verify.PayloadType, []byte(text))
	require.NoError(t, err)
	data, err := json.Marshal(envelope)
	require.NoError(t, err)
	return data
}

func TestVerifySteps(t *testing.T) {
	t.Parallel()
	own, ownPublic := newKey(t)
	project, projectPublic := newKey(t)
	_, strangerPublic := newKey(t)
	trusted := []verify.TrustedKey{
		{Key: ownPublic, Name: "vendor", Tier: verify.TierSelf}, {Key: projectPublic, Name: "project", Tier: verify.TierReproduced},
	}
	type setup struct {
		statement *verify.Statement
		keys      []*verify.Key
		policy    verify.Policy
		envelope  func([]byte) []byte
	}
	tests := map[string]struct {
		change func(*setup)
		step   verify.Step
		want   string
	}{
		"good":                   {func(*setup) {}, "", ""},
		"not an envelope":        {func(s *setup) { s.envelope = func([]byte) []byte { return []byte("{]") } }, verify.StepEnvelope, "not a DSSE envelope"},
		"unknown envelope field": {func(s *setup) { s.envelope = replace(`"payloadType"`, `"x": 1, "payloadType"`) }, verify.StepEnvelope, "not a DSSE envelope"},
		"second envelope":        {func(s *setup) { s.envelope = func(b []byte) []byte { return append(b, b...) } }, verify.StepEnvelope, "after top-level value"},
		"other payload type":     {func(s *setup) { s.envelope = replace(verify.PayloadType, "text/plain") }, verify.StepEnvelope, "payload type"},
		"one byte of the payload changed": {func(s *setup) {
			s.envelope = payload(t, func(text string) string { return strings.Replace(text, "CONFORMANT", "CONFORMANU", 1) })
		}, verify.StepSignature, "the certificate was changed after it was signed"},
		"other key": {func(s *setup) {
			s.policy.Keys = []verify.TrustedKey{{Key: strangerPublic, Name: "stranger", Tier: verify.TierOfficial}}
		}, verify.StepSignature, "which is not trusted"},
		"no key":             {func(s *setup) { s.policy.Keys = nil }, verify.StepSignature, "no key is trusted"},
		"threshold":          {func(s *setup) { s.policy.Threshold = 2 }, verify.StepThreshold, "1 trusted keys signed, 2 are required"},
		"threshold with two": {func(s *setup) { s.policy.Threshold, s.keys = 2, append(s.keys, project) }, "", ""},
		"one key twice": {func(s *setup) {
			s.policy.Threshold = 2
			s.policy.Keys = append(s.policy.Keys, verify.TrustedKey{Key: ownPublic, Name: "alias", Tier: verify.TierOfficial})
		}, verify.StepThreshold, "1 trusted keys signed"},
		"tier": {func(s *setup) { s.policy.Tier = verify.TierReproduced }, verify.StepTier, `"reproduced" is required`},
		"tier with the project's key": {func(s *setup) {
			s.policy.Tier, s.keys = verify.TierReproduced, append(s.keys, project)
		}, "", ""},
		"no statement": {func(s *setup) {
			s.envelope = func([]byte) []byte { return signText(t, `["CONFORMANT"]`, own) }
		}, verify.StepStatement, "the statement cannot be read"},
		"statement that is cut off": {func(s *setup) {
			s.envelope = func([]byte) []byte { return signText(t, `{"_type": "`+verify.StatementType, own) }
		}, verify.StepStatement, "the statement cannot be read"},
		"statement type": {func(s *setup) { s.statement.Type = "https://in-toto.io/Statement/v0.1" }, verify.StepStatementType, "v0.1"},
		"predicate type": {func(s *setup) { s.statement.PredicateType = "https://slsa.dev/provenance/v1" }, verify.StepPredicateType, "slsa"},
		"another binary": {func(s *setup) { s.policy.SHA256 = "aa12" }, verify.StepDigest, "another binary"},
		"no digest of the binary": {func(s *setup) {
			s.policy.SHA256 = ""
			s.statement.Subject[0].Digest["sha256"] = ""
		}, verify.StepDigest, "exactly one digest"},
		"two digest algorithms": {func(s *setup) { s.statement.Subject[0].Digest["md5"] = "x" }, verify.StepDigest, "exactly one digest"},
		"any subject may match": {func(s *setup) {
			s.statement.Subject = append([]verify.Subject{{Name: "other platform", Digest: map[string]string{"sha256": "ff"}}}, s.statement.Subject...)
		}, "", ""},
		"result":           {func(s *setup) { s.statement.Predicate.Result = "NONCONFORMANT" }, verify.StepResult, "certifies nothing"},
		"profile":          {func(s *setup) { s.policy.Profiles = []string{"media"} }, verify.StepProfiles, "media"},
		"profile covered":  {func(s *setup) { s.policy.Profiles = []string{"notify"} }, "", ""},
		"capability":       {func(s *setup) { s.policy.Capabilities = []string{"text", "list"} }, verify.StepCapabilities, "does not cover list"},
		"capabilities":     {func(s *setup) { s.policy.Capabilities = []string{"text", "template"} }, "", ""},
		"older suite":      {func(s *setup) { s.policy.MinimumSuite = "1.3" }, verify.StepSuite, "1.3 is the oldest accepted"},
		"same suite":       {func(s *setup) { s.policy.MinimumSuite = "1.2" }, "", ""},
		"suite 1.10":       {func(s *setup) { s.statement.Predicate.Suite.Version, s.policy.MinimumSuite = "1.10.0", "1.9" }, "", ""},
		"other major":      {func(s *setup) { s.policy.SuiteMajor = 2 }, verify.StepSuite, "suite 2 is required"},
		"two majors":       {func(s *setup) { s.statement.Predicate.Validity.SuiteMajor = 2 }, verify.StepSuite, "valid for suite 2"},
		"ended":            {func(s *setup) { s.policy.Now = started.Add(validity + time.Second) }, verify.StepValidity, "ended on 2027-03-01"},
		"last moment":      {func(s *setup) { s.policy.Now = started.Add(validity) }, "", ""},
		"no end":           {func(s *setup) { s.statement.Predicate.Validity.NotAfter = time.Time{} }, verify.StepValidity, "does not say when it ends"},
		"binary revoked":   {func(s *setup) { s.policy.Revoked = []string{"AA11"} }, verify.StepRevocation, "revoked"},
		"result revoked":   {func(s *setup) { s.policy.Revoked = []string{s.statement.Predicate.ResultDigest} }, verify.StepRevocation, "revoked"},
		"first step first": {func(s *setup) { s.statement.Type, s.policy.SHA256 = "x", "aa12" }, verify.StepStatementType, "x"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &setup{statement: statement(t), keys: []*verify.Key{own}, policy: verify.Policy{Keys: trusted, SHA256: binary, Now: started.Add(time.Hour)}}
			tt.change(s)
			data := sign(t, s.statement, s.keys...)
			if s.envelope != nil {
				data = s.envelope(data)
			}
			v, err := verify.Verify(t.Context(), data, s.policy)
			if tt.step == "" {
				require.NoError(t, err)
				assert.Contains(t, v.Signers, "vendor")
				return
			}
			var refusal *verify.Error
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, tt.step, refusal.Step, refusal.Detail)
			assert.Contains(t, refusal.Detail, tt.want)
			assert.NotEmpty(t, refusal.Next)
			assert.Nil(t, v)
		})
	}
}

func replace(old, with string) func([]byte) []byte {
	return func(b []byte) []byte { return []byte(strings.Replace(string(b), old, with, 1)) }
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
