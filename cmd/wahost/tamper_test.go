// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/certificate"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/core/registry/verify/verifytest"
)

// signedFiles are the files that both `verify` and a configuration with "enforce" check.
type signedFiles struct {
	binary, certificate, public []byte
}

// TestTampered changes one thing at a time. `verify` and a configuration with "enforce" must refuse each change for the
// same reason, and different changes for different reasons. The test does not run in parallel, because it sets an
// environment variable.
func TestTampered(t *testing.T) {
	built, err := os.ReadFile(acme(t))
	require.NoError(t, err)
	tests := map[string]struct {
		statement func(*verify.Statement)
		files     func(*testing.T, *signedFiles)
		step      verify.Step
		say       string // "" if both accept
	}{
		"nothing": {},
		"one byte of the binary": {
			files: func(_ *testing.T, f *signedFiles) { f.binary[len(f.binary)/2] ^= 1 },
			step:  verify.StepDigest, say: "the certificate is for another binary",
		},
		"one byte of the signed statement": {
			files: func(t *testing.T, f *signedFiles) { f.certificate = changePayloadByte(t, f.certificate) },
			step:  verify.StepSignature, say: "is trusted, but its signature does not fit the statement: the certificate was changed after it was signed",
		},
		"one byte of the signed statement, and no key id": {
			files: func(t *testing.T, f *signedFiles) {
				f.certificate = inSignature(t, changePayloadByte(t, f.certificate), "keyid", func(string) string { return "" })
			},
			step: verify.StepSignature, say: "the signature names no key",
		},
		"one byte of the signature's base64": {
			files: func(t *testing.T, f *signedFiles) {
				f.certificate = inSignature(t, f.certificate, "sig", func(s string) string { return "?" + s[1:] })
			},
			step: verify.StepEnvelope, say: "signature 1 of the envelope is not base64",
		},
		"one byte of the payload's base64": {
			files: func(_ *testing.T, f *signedFiles) {
				f.certificate = bytes.Replace(f.certificate, []byte(`"payload": "e`), []byte(`"payload": "?`), 1)
			},
			step: verify.StepEnvelope, say: "the payload of the envelope is not base64",
		},
		"one byte of the JSON": {
			files: func(_ *testing.T, f *signedFiles) { f.certificate[0] = '[' },
			step:  verify.StepEnvelope, say: "the certificate is not a DSSE envelope in JSON",
		},
		"one byte of the envelope": {
			files: func(_ *testing.T, f *signedFiles) {
				f.certificate = bytes.Replace(f.certificate, []byte("in-toto"), []byte("in-tota"), 1)
			},
			step: verify.StepEnvelope, say: "payload type",
		},
		"the predicate type": {
			statement: func(s *verify.Statement) { s.PredicateType = "https://slsa.dev/provenance/v1" },
			step:      verify.StepPredicateType, say: `the statement is about "https://slsa.dev/provenance/v1"`,
		},
		"the key": {
			files: func(t *testing.T, f *signedFiles) {
				_, public, err := verify.Generate()
				require.NoError(t, err)
				f.public = public
			},
			step: verify.StepSignature, say: "which is not trusted",
		},
		"the capability set": {
			statement: func(s *verify.Statement) { s.Predicate.Capabilities = []string{"text"} },
			step:      verify.StepCapabilities, say: "the certificate does not cover list",
		},
		"the signatures": {
			files: func(t *testing.T, f *signedFiles) {
				f.certificate = inEnvelope(t, f.certificate, func(e map[string]any) { e["signatures"] = []any{} })
			},
			step: verify.StepSignature, say: "the certificate has no signature",
		},
		"the clock": {
			statement: func(s *verify.Statement) {
				moveTo(s, time.Date(2020, 1, 31, 0, 0, 0, 0, time.UTC))
			},
			step: verify.StepValidity, say: "the certificate ended on 2020-01-31",
		},
	}
	verifyTexts, enforceTexts := map[string]string{}, map[string]string{}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv(install.EnvDir, dir)
			binary := filepath.Join(dir, "wahost-provider-acme")
			require.NoError(t, os.WriteFile(binary, built, 0o755))
			f := sign(t, binary, tt.statement)
			f.binary = bytes.Clone(built)
			if tt.files != nil {
				tt.files(t, f)
			}
			config := filepath.Join(dir, "config")
			require.NoError(t, os.MkdirAll(filepath.Join(config, "certificates"), 0o755))
			cert, public := filepath.Join(config, "certificates", "acme.json"), filepath.Join(config, "vendor.pub")
			for path, content := range map[string][]byte{
				binary: f.binary, cert: f.certificate, public: f.public, filepath.Join(config, "main.wahost.hcl"): []byte(enforced),
			} {
				require.NoError(t, os.WriteFile(path, content, 0o755))
			}

			verifyCode, verified, stderr := program(t.Context(), "conformance", "verify", cert, binary, "--key", public, "--capability", "text,list")
			enforceCode, stdout, more := program(t.Context(), "--config", config, "validate")
			refused := strings.Join(strings.Fields(stdout+more), " ") // long lines are wrapped
			if tt.say == "" {
				assert.Equal(t, cli.ExitOK, verifyCode, verified+stderr)
				assert.Equal(t, cli.ExitOK, enforceCode, refused)
				return
			}
			assert.Equal(t, cli.ExitNegative, verifyCode, verified+stderr)
			assert.Contains(t, verified, "refused at step "+string(tt.step)+":")
			assert.Contains(t, verified, tt.say)
			assert.Equal(t, cli.ExitEnvironment, enforceCode, refused)
			assert.Contains(t, refused, tt.say)
			reason, next, found := strings.Cut(strings.TrimSpace(verified), ".\n")
			assert.True(t, found && next != "", "what to do comes after what is wrong: %s", verified)
			assert.Contains(t, refused, strings.Join(strings.Fields(next), " "), "both say what to do")
			for other, o := range tests {
				if o.say != "" && other != name {
					assert.NotContains(t, verified, o.say, "the message of: %s", other)
					assert.NotContains(t, refused, o.say, "the message of: %s", other)
				}
			}
			for seen, text := range map[*map[string]string]string{&verifyTexts: reason, &enforceTexts: strings.ReplaceAll(refused, dir, "")} {
				assert.Empty(t, (*seen)[text], "two changes have one message: %s", text)
				(*seen)[text] = name
			}
		})
	}
}

// TestVerifyClock changes the clock instead of the end of the certificate.
func TestVerifyClock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary, cert, public := filepath.Join(dir, "provider"), filepath.Join(dir, "certificate.json"), filepath.Join(dir, "vendor.pub")
	require.NoError(t, os.WriteFile(binary, []byte("any bytes"), 0o600))
	f := sign(t, binary, func(s *verify.Statement) {
		moveTo(s, time.Date(2040, 1, 31, 0, 0, 0, 0, time.UTC))
	})
	require.NoError(t, os.WriteFile(cert, f.certificate, 0o600))
	require.NoError(t, os.WriteFile(public, f.public, 0o600))
	for at, want := range map[string]int{"2040-01-31T00:00:00Z": cli.ExitOK, "2040-01-31T00:00:01Z": cli.ExitNegative, "tomorrow": cli.ExitUsage} {
		code, stdout, stderr := program(t.Context(), "conformance", "verify", cert, binary, "--key", public, "--at", at)
		assert.Equal(t, want, code, "%s: %s%s", at, stdout, stderr)
	}
}

// sign returns a binary, a certificate for it after change, and the public key.
func sign(t *testing.T, binary string, change func(*verify.Statement)) *signedFiles {
	t.Helper()
	sum, err := verify.FileSHA256(binary)
	require.NoError(t, err)
	private, public, err := verify.Generate()
	require.NoError(t, err)
	key, err := verify.ParsePrivate(private)
	require.NoError(t, err)
	s := verifytest.Statement("acme", sum, time.Now().Add(-time.Hour), "list", "text")
	s.Predicate.ProviderVersion, s.Predicate.Platform = "1.0.0", runtime.GOOS+"/"+runtime.GOARCH
	if change != nil {
		change(s)
	}
	data, err := certificate.Sign(t.Context(), s, key)
	require.NoError(t, err)
	return &signedFiles{certificate: data, public: public}
}

// moveTo moves the run of a statement so that its certificate ends at that time.
func moveTo(s *verify.Statement, end time.Time) {
	begin := end.AddDate(0, -6, 0)
	s.Predicate.StartedOn, s.Predicate.FinishedOn = begin, begin.Add(time.Minute)
	s.Predicate.Validity.NotBefore, s.Predicate.Validity.NotAfter = begin, end
}

// changePayloadByte changes a byte of the statement inside the envelope, so that it stays readable.
func changePayloadByte(t *testing.T, data []byte) []byte {
	t.Helper()
	return inEnvelope(t, data, func(envelope map[string]any) {
		text, err := base64.StdEncoding.DecodeString(envelope["payload"].(string))
		require.NoError(t, err)
		changed := bytes.Replace(text, []byte(`"list"`), []byte(`"lisT"`), 1)
		require.NotEqual(t, text, changed)
		envelope["payload"] = base64.StdEncoding.EncodeToString(changed)
	})
}

// inSignature changes one field of the first signature.
func inSignature(t *testing.T, data []byte, field string, change func(string) string) []byte {
	t.Helper()
	return inEnvelope(t, data, func(envelope map[string]any) {
		signature := envelope["signatures"].([]any)[0].(map[string]any)
		signature[field] = change(signature[field].(string))
	})
}

// inEnvelope changes the envelope as JSON.
func inEnvelope(t *testing.T, data []byte, change func(map[string]any)) []byte {
	t.Helper()
	var envelope map[string]any
	require.NoError(t, json.Unmarshal(data, &envelope))
	change(envelope)
	data, err := json.Marshal(envelope)
	require.NoError(t, err)
	return data
}
