// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/certificate"
)

// edit changes an envelope as JSON: its first signature too.
func edit(t *testing.T, change func(envelope, signature map[string]any)) func([]byte) []byte {
	return func(data []byte) []byte {
		var envelope map[string]any
		require.NoError(t, json.Unmarshal(data, &envelope))
		change(envelope, envelope["signatures"].([]any)[0].(map[string]any))
		out, err := json.Marshal(envelope)
		require.NoError(t, err)
		return out
	}
}

// TestEnvelopeMessages: what is wrong with a certificate is told apart by its first sentence alone.
func TestEnvelopeMessages(t *testing.T) {
	t.Parallel()
	own, public := newKey(t)
	other, otherPublic := newKey(t)
	good, err := certificate.Sign(t.Context(), statement(t), own)
	require.NoError(t, err)
	again := payload(t, func(text string) string { return strings.Replace(text, "CONFORMANT", "CONFORMANU", 1) })
	unnamed := edit(t, func(_, s map[string]any) { s["keyid"] = "" })
	tests := map[string]struct {
		change func([]byte) []byte
		keys   []*certificate.Key // public where nil
		step   certificate.Step
		say    string // "" where it holds
	}{
		"nothing":                         {change: bytes.Clone},
		"no key id":                       {change: unnamed},
		"empty":                           {func([]byte) []byte { return nil }, nil, certificate.StepEnvelope, "unexpected end of JSON input"},
		"null":                            {func([]byte) []byte { return []byte("null") }, nil, certificate.StepEnvelope, `"signatures" is missing`},
		"bracket after it":                {func(b []byte) []byte { return append(b, '}') }, nil, certificate.StepEnvelope, "after top-level value"},
		"name in capitals":                {replace(`"payloadType"`, `"PayloadType"`), nil, certificate.StepEnvelope, `unknown field "PayloadType"`},
		"name in a signature":             {replace(`"keyid"`, `"keyID"`), nil, certificate.StepEnvelope, `unknown field "keyID"`},
		"payload type":                    {replace("in-toto", "in-tota"), nil, certificate.StepEnvelope, "the payload type is"},
		"payload no base64":               {edit(t, func(e, _ map[string]any) { e["payload"] = "?" }), nil, certificate.StepEnvelope, "the payload of the envelope is not base64"},
		"signature no base64":             {edit(t, func(_, s map[string]any) { s["sig"] = "?" }), nil, certificate.StepEnvelope, "signature 1 of the envelope is not base64"},
		"no signature":                    {edit(t, func(e, _ map[string]any) { e["signatures"] = []any{} }), nil, certificate.StepSignature, "carries no signature at all"},
		"changed":                         {again, nil, certificate.StepSignature, "key " + public.ID() + " is trusted, but its signature does not fit"},
		"foreign key":                     {bytes.Clone, []*certificate.Key{otherPublic}, certificate.StepSignature, `key "` + own.ID() + `", which is none of the trusted keys (` + otherPublic.ID() + ")"},
		"no key id, and changed":          {func(b []byte) []byte { return unnamed(again(b)) }, nil, certificate.StepSignature, "the signature names no key"},
		"key id of a key that is trusted": {edit(t, func(_, s map[string]any) { s["keyid"] = other.ID() }), []*certificate.Key{otherPublic}, certificate.StepSignature, "key " + otherPublic.ID() + " is trusted, but"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := certificate.Policy{SHA256: binary, Now: started}
			if tt.keys == nil {
				tt.keys = []*certificate.Key{public}
			}
			for _, k := range tt.keys {
				policy.Keys = append(policy.Keys, certificate.TrustedKey{Key: k})
			}
			_, err := certificate.Verify(t.Context(), tt.change(good), policy)
			if tt.say == "" {
				require.NoError(t, err)
				return
			}
			var problem *certificate.Error
			require.ErrorAs(t, err, &problem)
			assert.Equal(t, tt.step, problem.Step)
			assert.Contains(t, problem.Detail, tt.say)
			assert.NotEmpty(t, problem.Next)
			for other, o := range tests {
				if other != name && o.say != "" {
					assert.NotContains(t, problem.Detail, o.say, "the message of: %s", other)
				}
			}
		})
	}
}

// TestForeignTextIsBounded: what stands in an envelope is quoted and cut, whoever wrote it.
func TestForeignTextIsBounded(t *testing.T) {
	t.Parallel()
	own, public := newKey(t)
	good, err := certificate.Sign(t.Context(), statement(t), own)
	require.NoError(t, err)
	text := "\x1b[2J" + strings.Repeat("x", 10_000)
	for name, change := range map[string]func(envelope, signature map[string]any){
		"payload type": func(e, _ map[string]any) { e["payloadType"] = text },
		"key id":       func(_, s map[string]any) { s["keyid"] = text },
		"field":        func(e, _ map[string]any) { e[text] = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := certificate.Verify(t.Context(), edit(t, change)(good), certificate.Policy{SHA256: binary, Now: started, Keys: []certificate.TrustedKey{{Key: public}}})
			require.Error(t, err)
			assert.Less(t, len(err.Error()), 1000)
			assert.NotContains(t, err.Error(), "\x1b")
		})
	}
}

// TestEveryBitCounts flips each bit of a certificate: none of them is left out of what is verified.
func TestEveryBitCounts(t *testing.T) {
	t.Parallel()
	own, public := newKey(t)
	good, err := certificate.Sign(t.Context(), statement(t), own)
	require.NoError(t, err)
	policy := certificate.Policy{SHA256: binary, Now: started, Keys: []certificate.TrustedKey{{Key: public}}}
	for at := range good {
		for bit := range 8 {
			changed := bytes.Clone(good)
			changed[at] ^= 1 << bit
			if _, err := certificate.Verify(t.Context(), changed, policy); err == nil {
				t.Errorf("bit %d of byte %d was changed from %q to %q, and the certificate still holds", bit, at, good[at], changed[at])
			}
		}
	}
}

// TestTrailingBits: the last character of base64 can differ where the bytes do not.
func TestTrailingBits(t *testing.T) {
	t.Parallel()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	own, public := newKey(t)
	good, err := certificate.Sign(t.Context(), statement(t), own)
	require.NoError(t, err)
	change := edit(t, func(_, s map[string]any) {
		sig := s["sig"].(string)
		require.True(t, strings.HasSuffix(sig, "=="), "64 bytes leave four bits over")
		last := strings.IndexByte(alphabet, sig[len(sig)-3])
		next := sig[:len(sig)-3] + string(alphabet[last^1]) + "=="
		was, err := base64.StdEncoding.DecodeString(sig)
		require.NoError(t, err)
		is, err := base64.StdEncoding.DecodeString(next)
		require.NoError(t, err)
		require.Equal(t, was, is)
		s["sig"] = next
	})
	_, err = certificate.Verify(t.Context(), change(good), certificate.Policy{SHA256: binary, Now: started, Keys: []certificate.TrustedKey{{Key: public}}})
	assert.ErrorContains(t, err, "signature 1 of the envelope is not base64")
}

// TestStatementMessages: each step over the statement has words of its own, and says what to do.
func TestStatementMessages(t *testing.T) {
	t.Parallel()
	own, public := newKey(t)
	tests := map[string]struct {
		change func(*certificate.Statement, *certificate.Policy)
		say    string
	}{
		"statement type": {func(s *certificate.Statement, _ *certificate.Policy) { s.Type = "x" }, "the statement is of type"},
		"predicate type": {func(s *certificate.Statement, _ *certificate.Policy) { s.PredicateType = "x" }, "the statement is about"},
		"binary":         {func(_ *certificate.Statement, p *certificate.Policy) { p.SHA256 = "aa12" }, "for another binary"},
		"two digests":    {func(s *certificate.Statement, _ *certificate.Policy) { s.Subject[0].Digest["md5"] = "x" }, "exactly one digest"},
		"result":         {func(s *certificate.Statement, _ *certificate.Policy) { s.Predicate.Result = "x" }, "certifies nothing"},
		"profile":        {func(_ *certificate.Statement, p *certificate.Policy) { p.Profiles = []string{"media"} }, "does not cover the profiles media"},
		"capability":     {func(_ *certificate.Statement, p *certificate.Policy) { p.Capabilities = []string{"list"} }, "does not cover list"},
		"no version":     {func(s *certificate.Statement, _ *certificate.Policy) { s.Predicate.Suite.Version = "x" }, "not a semantic one"},
		"two majors":     {func(s *certificate.Statement, _ *certificate.Policy) { s.Predicate.Validity.SuiteMajor = 3 }, "valid for suite 3"},
		"other major":    {func(_ *certificate.Statement, p *certificate.Policy) { p.SuiteMajor = 2 }, "suite 2 is required"},
		"older suite":    {func(_ *certificate.Statement, p *certificate.Policy) { p.MinimumSuite = "1.9" }, "1.9 is the oldest accepted"},
		"no end":         {func(s *certificate.Statement, _ *certificate.Policy) { s.Predicate.Validity.NotAfter = time.Time{} }, "does not say when it ends"},
		"ended":          {func(_ *certificate.Statement, p *certificate.Policy) { p.Now = p.Now.AddDate(2, 0, 0) }, "ended on 2027-03-01T12:00:00Z"},
		"revoked":        {func(_ *certificate.Statement, p *certificate.Policy) { p.Revoked = []string{binary} }, "is revoked"},
		"tier":           {func(_ *certificate.Statement, p *certificate.Policy) { p.Tier = certificate.TierOfficial }, `"official" is required`},
		"threshold":      {func(_ *certificate.Statement, p *certificate.Policy) { p.Threshold = 2 }, "1 trusted keys signed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, policy := statement(t), certificate.Policy{SHA256: binary, Now: started, Keys: []certificate.TrustedKey{{Key: public, Tier: certificate.TierSelf}}}
			tt.change(s, &policy)
			data, err := certificate.Sign(t.Context(), s, own)
			require.NoError(t, err)
			_, err = certificate.Verify(t.Context(), data, policy)
			var problem *certificate.Error
			require.ErrorAs(t, err, &problem)
			assert.NotEmpty(t, problem.Next)
			assert.Contains(t, problem.Detail, tt.say)
			for other, o := range tests {
				if other != name {
					assert.NotContains(t, problem.Detail, o.say, "the message of: %s", other)
				}
			}
		})
	}
}
