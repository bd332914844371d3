// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/core/registry/verify/verifytest"
)

// maxMessage bounds the error for any certificate, however long the text in it is.
const maxMessage = 2000

// fuzzPolicy returns a policy that trusts one key, and the key that signs for it.
func fuzzPolicy(f *testing.F) (verify.Policy, *verify.Key) {
	f.Helper()
	private, _, err := verify.Generate()
	require.NoError(f, err)
	key, err := verify.ParsePrivate(private)
	require.NoError(f, err)
	return verifytest.Policy(verifytest.Statement("acme", binary, started), verify.TrustedKey{Key: key, Name: "vendor", Tier: verify.TierSelf}), key
}

// assertRefusal checks that an error names a step, gives advice and is of bounded length.
func assertRefusal(t *testing.T, err error) {
	t.Helper()
	var refusal *verify.Error
	require.True(t, errors.As(err, &refusal), "%v", err)
	assert.NotEmpty(t, refusal.Step)
	assert.NotEmpty(t, refusal.Next)
	assert.Less(t, len(err.Error()), maxMessage)
}

// FuzzEnvelope: no text is a certificate unless a trusted key signed it.
func FuzzEnvelope(f *testing.F) {
	policy, _ := fuzzPolicy(f)
	f.Add([]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"keyid":"x","sig":"AA=="}]}`))
	f.Add([]byte(`{"payloadType":"text/plain","payload":"","signatures":[]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := verify.Verify(t.Context(), data, policy)
		assertRefusal(t, err)
	})
}

// FuzzStatement: a statement with a good signature is either about the binary and conformant, or refused.
func FuzzStatement(f *testing.F) {
	policy, key := fuzzPolicy(f)
	good, err := json.Marshal(verifytest.Statement("acme", binary, started, "text"))
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte(`{"_type":1}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := verify.Verify(t.Context(), signText(t, string(text), key), policy)
		if err != nil {
			assertRefusal(t, err)
			return
		}
		require.True(t, json.Valid(text))
		assert.Contains(t, []string{verify.ResultConformant, verify.ResultConformantWithAdvice}, v.Statement.Predicate.Result)
		assert.Equal(t, binary, v.Statement.Subject[0].Digest["sha256"])
	})
}
