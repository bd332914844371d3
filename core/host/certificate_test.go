// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/registry/verify"
)

// TestCertificateEnds moves the clock that decides whether a provider may start.
func TestCertificateEnds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary := filepath.Join(dir, "provider")
	require.NoError(t, os.WriteFile(binary, []byte("any bytes"), 0o600))
	end := time.Date(2040, 1, 31, 0, 0, 0, 0, time.UTC)
	key := certify(t, binary, filepath.Join(dir, certificateDir, "acme.json"), end)
	now := end
	c := &certifier{
		mode: config.CertificateEnforce, dir: dir, required: map[string]config.Requirement{"acme": {}}, now: func() time.Time { return now },
		policy: verify.Policy{Keys: []verify.TrustedKey{{Key: key, Name: "vendor", Tier: verify.TierSelf}}},
	}
	sum, err := c.check("acme", binary)
	require.NoError(t, err)
	assert.Len(t, sum, 32)
	now = end.Add(time.Second)
	_, err = c.check("acme", binary)
	require.ErrorContains(t, err, "the certificate ended on 2040-01-31T00:00:00Z, and the clock shows 2040-01-31T00:00:01Z")
}

// certify writes a certificate for a binary and returns the key that it is signed with.
func certify(t *testing.T, binary, path string, end time.Time) *verify.Key {
	t.Helper()
	private, _, err := verify.Generate()
	require.NoError(t, err)
	key, err := verify.ParsePrivate(private)
	require.NoError(t, err)
	sum, err := verify.FileSHA256(binary)
	require.NoError(t, err)
	statement, err := json.Marshal(verify.Statement{
		Type: verify.StatementType, PredicateType: verify.PredicateType,
		Subject: []verify.Subject{{Name: filepath.Base(binary), Digest: map[string]string{"sha256": sum}}},
		Predicate: verify.Predicate{
			Result: verify.ResultConformant, Suite: verify.Suite{Version: "1.0.0"}, Validity: verify.Validity{NotAfter: end, SuiteMajor: 1},
		},
	})
	require.NoError(t, err)
	signer, err := dsse.NewEnvelopeSigner(key)
	require.NoError(t, err)
	envelope, err := signer.SignPayload(t.Context(), verify.PayloadType, statement)
	require.NoError(t, err)
	data, err := json.Marshal(envelope)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return key
}
