// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/core/registry/verify/verifytest"
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

// trusting returns a policy that trusts keys and demands nothing more.
func trusting(t *testing.T, keys ...*verify.Key) verify.Policy {
	p := verifytest.Policy(statement(t))
	for _, k := range keys {
		p.Keys = append(p.Keys, verify.TrustedKey{Key: k, Tier: verify.TierSelf})
	}
	return p
}

// TestEnvelopeMessages checks that each problem of a certificate has a first sentence of its own.
func TestEnvelopeMessages(t *testing.T) {
	t.Parallel()
	own, public := newKey(t)
	other, otherPublic := newKey(t)
	good := sign(t, statement(t), own)
	again := payload(t, func(text string) string { return strings.Replace(text, "CONFORMANT", "CONFORMANU", 1) })
	unnamed := edit(t, func(_, s map[string]any) { s["keyid"] = "" })
	tests := map[string]struct {
		change func([]byte) []byte
		keys   []*verify.Key // public where nil
		step   verify.Step
		say    string // "" where it holds
	}{
		"nothing":                         {change: bytes.Clone},
		"no key id":                       {change: unnamed},
		"empty":                           {func([]byte) []byte { return nil }, nil, verify.StepEnvelope, "unexpected end of JSON input"},
		"null":                            {func([]byte) []byte { return []byte("null") }, nil, verify.StepEnvelope, `"signatures" is missing`},
		"bracket after it":                {func(b []byte) []byte { return append(b, '}') }, nil, verify.StepEnvelope, "after top-level value"},
		"name in capitals":                {replace(`"payloadType"`, `"PayloadType"`), nil, verify.StepEnvelope, `unknown field "PayloadType"`},
		"name in a signature":             {replace(`"keyid"`, `"keyID"`), nil, verify.StepEnvelope, `unknown field "keyID"`},
		"payload type":                    {replace("in-toto", "in-tota"), nil, verify.StepEnvelope, "the payload type is"},
		"payload no base64":               {edit(t, func(e, _ map[string]any) { e["payload"] = "?" }), nil, verify.StepEnvelope, "the payload of the envelope is not base64"},
		"signature no base64":             {edit(t, func(_, s map[string]any) { s["sig"] = "?" }), nil, verify.StepEnvelope, "signature 1 of the envelope is not base64"},
		"no signature":                    {edit(t, func(e, _ map[string]any) { e["signatures"] = []any{} }), nil, verify.StepSignature, "the certificate has no signature"},
		"changed":                         {again, nil, verify.StepSignature, "key " + public.ID() + " is trusted, but its signature does not fit"},
		"foreign key":                     {bytes.Clone, []*verify.Key{otherPublic}, verify.StepSignature, `key "` + own.ID() + `", which is not trusted; trusted keys: ` + otherPublic.ID()},
		"no key id, and changed":          {func(b []byte) []byte { return unnamed(again(b)) }, nil, verify.StepSignature, "the signature names no key"},
		"key id of a key that is trusted": {edit(t, func(_, s map[string]any) { s["keyid"] = other.ID() }), []*verify.Key{otherPublic}, verify.StepSignature, "key " + otherPublic.ID() + " is trusted, but"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := trusting(t)
			if tt.keys == nil {
				tt.keys = []*verify.Key{public}
			}
			for _, k := range tt.keys {
				policy.Keys = append(policy.Keys, verify.TrustedKey{Key: k, Tier: verify.TierSelf})
			}
			_, err := verify.Verify(t.Context(), tt.change(good), policy)
			if tt.say == "" {
				require.NoError(t, err)
				return
			}
			var refusal *verify.Error
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, tt.step, refusal.Step)
			assert.Contains(t, refusal.Detail, tt.say)
			assert.NotEmpty(t, refusal.Next)
			for other, o := range tests {
				if other != name && o.say != "" {
					assert.NotContains(t, refusal.Detail, o.say, "the message of: %s", other)
				}
			}
		})
	}
}

// TestForeignTextIsBounded: what stands in an envelope is quoted and cut, whoever wrote it.
func TestForeignTextIsBounded(t *testing.T) {
	t.Parallel()
	own, public := newKey(t)
	good := sign(t, statement(t), own)
	text := "\x1b[2J" + strings.Repeat("x", 10_000)
	for name, change := range map[string]func(envelope, signature map[string]any){
		"payload type": func(e, _ map[string]any) { e["payloadType"] = text },
		"key id":       func(_, s map[string]any) { s["keyid"] = text },
		"field":        func(e, _ map[string]any) { e[text] = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := verify.Verify(t.Context(), edit(t, change)(good), trusting(t, public))
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
	// The text is short, because each bit takes two checks of a signature. Verify looks at nothing before Open.
	good := signText(t, `{"_type":"`+verify.StatementType+`"}`, own)
	keys := trusting(t, public).Keys
	_, err := verify.Open(t.Context(), good, keys)
	require.NoError(t, err)
	for at := range good {
		for bit := range 8 {
			changed := bytes.Clone(good)
			changed[at] ^= 1 << bit
			if _, err := verify.Open(t.Context(), changed, keys); err == nil {
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
	good := sign(t, statement(t), own)
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
	_, err := verify.Verify(t.Context(), change(good), trusting(t, public))
	assert.ErrorContains(t, err, "signature 1 of the envelope is not base64")
}

// TestStatementMessages: each step over the statement has words of its own, and says what to do.
func TestStatementMessages(t *testing.T) {
	t.Parallel()
	own, public := newKey(t)
	tests := map[string]struct {
		change func(*verify.Statement, *verify.Policy)
		say    string
	}{
		"statement type": {func(s *verify.Statement, _ *verify.Policy) { s.Type = "x" }, "the statement is of type"},
		"predicate type": {func(s *verify.Statement, _ *verify.Policy) { s.PredicateType = "x" }, "the statement is about"},
		"binary":         {func(_ *verify.Statement, p *verify.Policy) { p.SHA256 = strings.Repeat("bb", 32) }, "for another binary"},
		"two digests":    {func(s *verify.Statement, _ *verify.Policy) { s.Subject[0].Digest["md5"] = "x" }, "exactly one digest"},
		"result":         {func(s *verify.Statement, _ *verify.Policy) { s.Predicate.Result = "x" }, "certifies nothing"},
		"profile":        {func(_ *verify.Statement, p *verify.Policy) { p.Profiles = []string{"media"} }, "does not cover the profiles media"},
		"capability":     {func(_ *verify.Statement, p *verify.Policy) { p.Capabilities = []string{"list"} }, "does not cover list"},
		"no version":     {func(s *verify.Statement, _ *verify.Policy) { s.Predicate.Suite.Version = "x" }, "not a semantic version"},
		"two majors":     {func(s *verify.Statement, _ *verify.Policy) { s.Predicate.Validity.SuiteMajor = 3 }, "valid for suite 3"},
		"other major":    {func(_ *verify.Statement, p *verify.Policy) { p.SuiteMajor = 2 }, "suite 2 is required"},
		"older suite":    {func(_ *verify.Statement, p *verify.Policy) { p.MinimumSuite = "1.9" }, "1.9 is the oldest accepted"},
		"no end":         {func(s *verify.Statement, _ *verify.Policy) { s.Predicate.Validity.NotAfter = time.Time{} }, "does not say when it ends"},
		"ended":          {func(_ *verify.Statement, p *verify.Policy) { p.Now = p.Now.AddDate(2, 0, 0) }, "ended on 2027-03-01T12:00:00Z"},
		"revoked":        {func(_ *verify.Statement, p *verify.Policy) { p.Revoked = []string{binary} }, "is revoked"},
		"tier":           {func(_ *verify.Statement, p *verify.Policy) { p.Tier = verify.TierOfficial }, `"official" is required`},
		"threshold":      {func(_ *verify.Statement, p *verify.Policy) { p.Threshold = 2 }, "1 trusted keys signed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, policy := statement(t), trusting(t, public)
			tt.change(s, &policy)
			data := sign(t, s, own)
			_, err := verify.Verify(t.Context(), data, policy)
			var refusal *verify.Error
			require.ErrorAs(t, err, &refusal)
			assert.NotEmpty(t, refusal.Next)
			assert.Contains(t, refusal.Detail, tt.say)
			for other, o := range tests {
				if other != name {
					assert.NotContains(t, refusal.Detail, o.say, "the message of: %s", other)
				}
			}
		})
	}
}
