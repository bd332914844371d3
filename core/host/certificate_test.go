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
	"github.com/wahost/wahost/core/registry/verify/verifytest"
)

// TestCertificateEnds moves the clock that decides whether a provider may start.
func TestCertificateEnds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary := filepath.Join(dir, "wahost-provider-acme")
	require.NoError(t, os.WriteFile(binary, []byte("\x7fELF and any bytes"), 0o600))
	end := time.Date(2040, 1, 31, 0, 0, 0, 0, time.UTC)
	key := certify(t, binary, filepath.Join(dir, certificateDir, "acme.json"), end)
	now := end
	c := enforcing(t, dir, key)
	c.now = func() time.Time { return now }
	v, err := c.check("acme", binary, "")
	require.NoError(t, err)
	assert.Len(t, v.sum, 32)
	assert.NotEqual(t, binary, v.path, "a private copy is started")
	now = end.Add(time.Second)
	_, err = c.check("acme", binary, "")
	require.ErrorContains(t, err, "the certificate ended on 2040-01-31T00:00:00Z, and the clock shows 2040-01-31T00:00:01Z")
}

// enforcing returns a certifier that trusts a key for acme/*.
func enforcing(t *testing.T, dir string, key *verify.Key) *certifier {
	t.Helper()
	c := &certifier{
		mode: config.CertificateEnforce, dir: dir, required: map[string]config.Requirement{"acme": {Source: "acme/acme"}}, now: time.Now,
		verified: map[string]*verifiedProvider{}, refused: map[string]*uncertifiedError{},
		policy: verify.Policy{
			Keys: []verify.TrustedKey{{Key: key, Name: "vendor", Tier: verify.TierSelf, Providers: []string{"acme/*"}}}, Platform: verifytest.Platform, Protocol: 1,
		},
	}
	t.Cleanup(func() { assert.NoError(t, c.close()) })
	return c
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
	made := verifytest.Statement("acme", sum, end.AddDate(-1, 0, 0), "text")
	made.Predicate.Validity.NotAfter = end
	statement, err := json.Marshal(made)
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

// TestCertificatesOfPlatforms: a provider has a certificate for each of its platforms, in a list, a folder or a bundle.
func TestCertificatesOfPlatforms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	here, there := write("here/wahost-provider-acme", "\x7fELF here"), write("there/wahost-provider-acme", "\x7fELF there")
	end := time.Now().AddDate(0, 6, 0)
	ours, theirs := filepath.Join(dir, "ours.json"), filepath.Join(dir, "theirs.json")
	key := certify(t, here, ours, end)
	other := certify(t, there, theirs, end)
	read := func(path string) []byte {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		return data
	}
	bundle, err := verify.Bundle(read(theirs), read(ours))
	require.NoError(t, err)
	write("bundle.jsonl", string(bundle))
	write("folder/a.json", string(read(theirs)))
	write("folder/b.json", string(read(ours)))
	write("folder/README.md", "not a certificate")
	write("certificates/acme/a.json", string(read(ours)))
	write("empty/README.md", "")
	for name, tt := range map[string]struct {
		files []string
		say   string
	}{
		"list":        {[]string{"theirs.json", "ours.json"}, ""},
		"folder":      {[]string{"folder"}, ""},
		"bundle":      {[]string{"bundle.jsonl"}, ""},
		"default":     {nil, ""},
		"only theirs": {[]string{"theirs.json"}, "the certificate is for another binary"},
		"empty":       {[]string{"empty"}, "there is no such file, or no certificate in it"},
		"missing":     {[]string{"ours.json", "nowhere.json"}, "there is no such file, or no certificate in it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := enforcing(t, dir, key)
			c.policy.Keys = append(c.policy.Keys, verify.TrustedKey{Key: other, Name: "other", Tier: verify.TierSelf, Providers: []string{"acme/*"}})
			c.required["acme"] = config.Requirement{Source: "acme/acme", Certificates: tt.files}
			_, err := c.check("acme", here, "")
			if tt.say == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.say)
		})
	}
}

// TestEnforcedStart shows the ways to start other bytes than the certified ones, or under a foreign name.
func TestEnforcedStart(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file, content string
		change        func(*certifier)
		say           string
	}{
		"certified":      {"wahost-provider-acme", "\x7fELF certified", nil, ""},
		"wrapper script": {"wahost-provider-acme", "#!/bin/sh\nexec ./real \"$@\"\n", nil, `is a script that "/bin/sh" runs`},
		"foreign file":   {"wahost-provider-other", "\x7fELF certified", nil, `the file of this provider is "wahost-provider-other"`},
		"foreign source": {"wahost-provider-acme", "\x7fELF certified", func(c *certifier) {
			c.required["acme"] = config.Requirement{Source: "acme/other"}
		}, `the source address is "acme/other"`},
		"foreign key": {"wahost-provider-acme", "\x7fELF certified", func(c *certifier) {
			c.policy.Keys[0].Providers = []string{"globex/*"}
		}, "no key that signed vouches for acme/acme: key vendor"},
		"key for nothing": {"wahost-provider-acme", "\x7fELF certified", func(c *certifier) { c.policy.Keys[0].Providers = nil }, "has no providers, so it vouches for nothing"},
		"wrong platform":  {"wahost-provider-acme", "\x7fELF certified", func(c *certifier) { c.policy.Platform = "plan9/mips" }, "and this is plan9/mips"},
		"not required":    {"wahost-provider-acme", "\x7fELF certified", func(c *certifier) { delete(c.required, "acme") }, "the source address of the provider is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			binary := filepath.Join(dir, tt.file)
			require.NoError(t, os.WriteFile(binary, []byte(tt.content), 0o700))
			c := enforcing(t, dir, certify(t, binary, filepath.Join(dir, certificateDir, "acme.json"), time.Now().AddDate(0, 6, 0)))
			if tt.change != nil {
				tt.change(c)
			}
			_, err := c.check("acme", binary, "")
			if tt.say == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.say)
		})
	}
}
