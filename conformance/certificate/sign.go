// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

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

// NotReproducedError is the error of a statement that says something else than an own run found.
type NotReproducedError struct {
	Differences []Difference
}

// Error lists the differences.
func (e *NotReproducedError) Error() string {
	var b strings.Builder
	b.WriteString("not reproduced, so it is not signed:")
	for _, d := range e.Differences {
		b.WriteString("\n  " + d.String())
	}
	b.WriteString("\nCompare the reports with `wahost conformance diff`, and ask whoever signed the certificate for the binary, dialect, suite and settings of that run.")
	return b.String()
}

// Countersign adds a signature by key to a certificate that one of the trusted keys signed. The whole statement must be the one
// that follows from the report own, in everything but its times and the build that ran the suite. The error is a
// *NotReproducedError if it is not.
func Countersign(ctx context.Context, data []byte, own *report.Report, key *verify.Key, trusted ...*verify.Key) ([]byte, error) {
	var known []verify.TrustedKey
	for _, k := range trusted {
		known = append(known, verify.TrustedKey{Key: k})
	}
	signed, err := verify.Open(ctx, data, known)
	if err != nil {
		return nil, err
	}
	theirs, err := verify.ReadStatement(data)
	if err != nil {
		return nil, err
	}
	// The bytes are signed, so they must say the same to every reader, whatever it does with an object that has a name twice.
	if again, err := json.Marshal(theirs); err != nil || !bytes.Equal(again, signed.Payload) {
		return nil, errors.New("the statement is not written as this program writes statements: it is not signed. Ask for a certificate that `wahost conformance sign` wrote")
	}
	ours, err := New(own, DefaultValidity)
	if err != nil {
		return nil, err
	}
	if differences := Compare(theirs, ours); len(differences) > 0 {
		return nil, &NotReproducedError{differences}
	}
	return signPayload(ctx, signed.Payload, signed.Signatures, []*verify.Key{key})
}
