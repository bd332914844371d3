// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/registry/verify"
)

// Sign returns a certificate: the statement with one signature by each key.
func Sign(ctx context.Context, s *verify.Statement, keys ...*verify.Key) ([]byte, error) {
	payload, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return signPayload(ctx, payload, nil, keys)
}

func signPayload(ctx context.Context, payload []byte, before []dsse.Signature, keys []*verify.Key) ([]byte, error) {
	var signers []dsse.Signer
	for _, k := range keys {
		signers = append(signers, k)
	}
	if len(signers) == 0 {
		return nil, errors.New("a certificate needs a key to sign with")
	}
	signer, err := dsse.NewEnvelopeSigner(signers...)
	if err != nil {
		return nil, err
	}
	envelope, err := signer.SignPayload(ctx, verify.PayloadType, payload)
	if err != nil {
		return nil, err
	}
	for _, old := range before {
		if !slices.ContainsFunc(envelope.Signatures, func(s dsse.Signature) bool { return s.KeyID == old.KeyID }) {
			envelope.Signatures = append(envelope.Signatures, old)
		}
	}
	data, err := json.MarshalIndent(envelope, "", "  ")
	return append(data, '\n'), err
}

// Countersign adds a signature by key to a certificate that somebody else signed. It returns an error unless the report
// own has the same binary, suite, dialect, seed and result digest as the certificate, and one of the trusted keys signed
// the certificate.
func Countersign(ctx context.Context, data []byte, own *report.Report, key *verify.Key, trusted ...*verify.Key) ([]byte, error) {
	var known []verify.TrustedKey
	for _, k := range trusted {
		known = append(known, verify.TrustedKey{Key: k})
	}
	signed, err := verify.Open(ctx, data, known)
	if err != nil {
		return nil, err
	}
	var s verify.Statement
	if err := json.Unmarshal(signed.Payload, &s); err != nil {
		return nil, fmt.Errorf("the statement is not JSON: %w", err)
	}
	again, err := New(own, DefaultValidity)
	if err != nil {
		return nil, err
	}
	p, q := s.Predicate, again.Predicate
	for _, c := range []struct{ what, theirs, ours string }{
		{"binary", sha256Of(s), sha256Of(*again)},
		{"suite's catalogue", p.Suite.CatalogueDigest, q.Suite.CatalogueDigest},
		{"dialect", p.Dialect.Digest, q.Dialect.Digest},
		{"seed", fmt.Sprint(p.Seed), fmt.Sprint(q.Seed)},
		{"result digest", p.ResultDigest, q.ResultDigest},
	} {
		if c.theirs != c.ours {
			return nil, fmt.Errorf("not reproduced: the %s of the certificate is %s, this run has %s", c.what, c.theirs, c.ours)
		}
	}
	return signPayload(ctx, signed.Payload, signed.Signatures, []*verify.Key{key})
}

func sha256Of(s verify.Statement) string {
	if len(s.Subject) != 1 {
		return fmt.Sprintf("one of %d", len(s.Subject))
	}
	return s.Subject[0].Digest["sha256"]
}
