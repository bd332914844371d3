// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"bytes"
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
	if err := verifySignatures(ctx, envelope, trusted); err != nil {
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

// open reads the envelope, without trusting it.
func open(data []byte) (*dsse.Envelope, []byte, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var envelope dsse.Envelope
	if err := dec.Decode(&envelope); err != nil {
		return nil, nil, fmt.Errorf("the certificate is not a DSSE envelope: %w", err)
	}
	if dec.More() {
		return nil, nil, errors.New("the certificate has something after the envelope")
	}
	if envelope.PayloadType != PayloadType {
		return nil, nil, fmt.Errorf("the payload type is %q, not %q", envelope.PayloadType, PayloadType)
	}
	payload, err := envelope.DecodeB64Payload()
	if err != nil {
		return nil, nil, fmt.Errorf("the payload is not base64: %w", err)
	}
	return &envelope, payload, nil
}

func verifySignatures(ctx context.Context, envelope *dsse.Envelope, keys []*Key) error {
	_, err := accepted(ctx, envelope, keys)
	return err
}

// accepted gives the keys, of those given, whose signature the envelope carries. No such key is an error.
func accepted(ctx context.Context, envelope *dsse.Envelope, keys []*Key) ([]*Key, error) {
	// One key under two names is one signature.
	var distinct []*Key
	var verifiers []dsse.Verifier
	for _, k := range keys {
		if !slices.ContainsFunc(distinct, k.same) {
			distinct, verifiers = append(distinct, k), append(verifiers, k)
		}
	}
	if len(verifiers) == 0 {
		return nil, errors.New("no key is trusted")
	}
	verifier, err := dsse.NewEnvelopeVerifier(verifiers...)
	if err != nil {
		return nil, err
	}
	found, err := verifier.Verify(ctx, envelope)
	if err != nil {
		return nil, fmt.Errorf("no signature is that of a trusted key: %w", err)
	}
	var out []*Key
	for _, k := range distinct {
		if slices.ContainsFunc(found, func(a dsse.AcceptedKey) bool { return a.KeyID == k.id }) {
			out = append(out, k)
		}
	}
	return out, nil
}
