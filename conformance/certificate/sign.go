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
)

// Sign writes a statement as a certificate with one signature of each key.
func Sign(ctx context.Context, s *Statement, keys ...*Key) ([]byte, error) {
	payload, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return signPayload(ctx, payload, nil, keys)
}

func signPayload(ctx context.Context, payload []byte, before []dsse.Signature, keys []*Key) ([]byte, error) {
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
	envelope, err := signer.SignPayload(ctx, PayloadType, payload)
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

// Countersign adds a signature to a certificate that somebody else signed, where a run of one's own gave the same: the
// same bytes, suite, dialect and seed, and the same result digest. The old signatures must verify with one of the keys
// in trusted.
func Countersign(ctx context.Context, data []byte, own *report.Report, key *Key, trusted ...*Key) ([]byte, error) {
	envelope, payload, err := open(data)
	if err != nil {
		return nil, err
	}
	var known []TrustedKey
	for _, k := range trusted {
		known = append(known, TrustedKey{Key: k})
	}
	if _, err := accepted(ctx, envelope, known); err != nil {
		return nil, err
	}
	var s Statement
	if err := json.Unmarshal(payload, &s); err != nil {
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
	return signPayload(ctx, payload, envelope.Signatures, []*Key{key})
}

func sha256Of(s Statement) string {
	if len(s.Subject) != 1 {
		return fmt.Sprintf("one of %d", len(s.Subject))
	}
	return s.Subject[0].Digest["sha256"]
}
