// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// getAgain is the advice for a file that differs from what was signed.
const getAgain = "Get certificate.json again from whoever published it, and leave it as it is"

// Signed is an envelope with at least one signature by a trusted key.
type Signed struct {
	// Payload is the statement as it was signed, in JSON.
	Payload []byte
	// Signatures are all signatures of the envelope, including those by keys that are not trusted.
	Signatures []dsse.Signature
	// Keys are the trusted keys whose signature is good, each once.
	Keys []*Key
}

// Open reads an envelope and checks its signatures. It does not look at the payload. The error is an *Error.
func Open(ctx context.Context, data []byte, trusted []TrustedKey) (*Signed, error) {
	envelope, payload, err := read(data)
	if err != nil {
		return nil, err
	}
	keys, err := accepted(ctx, envelope, trusted)
	if err != nil {
		return nil, err
	}
	return &Signed{Payload: payload, Signatures: envelope.Signatures, Keys: keys}, nil
}

// read decodes the envelope and its payload without checking a signature. The error is an *Error.
func read(data []byte) (*dsse.Envelope, []byte, error) {
	fail := func(format string, args ...any) (*dsse.Envelope, []byte, error) {
		return nil, nil, refuse(StepEnvelope, getAgain, format, args...)
	}
	var envelope dsse.Envelope
	if err := decodeExactly(data, &envelope); err != nil {
		return fail("the certificate is not a DSSE envelope in JSON: %v", err)
	}
	if envelope.PayloadType != PayloadType {
		return fail("the payload type is %q, not %q", bounded(envelope.PayloadType), PayloadType)
	}
	payload, ok := decodeBase64(envelope.Payload)
	if !ok {
		return fail("the payload of the envelope is not base64")
	}
	for i, s := range envelope.Signatures {
		if _, ok := decodeBase64(s.Sig); !ok {
			return fail("signature %d of the envelope is not base64", i+1)
		}
	}
	return &envelope, payload, nil
}

// decodeExactly decodes one JSON object with exactly the field names of an envelope and nothing after the object. By
// itself encoding/json ignores the case of names.
func decodeExactly(data []byte, into *dsse.Envelope) error {
	var names map[string]json.RawMessage
	var signatures []map[string]json.RawMessage
	if err := json.Unmarshal(data, &names); err != nil {
		return err
	}
	if err := hasOnly(names, "payloadType", "payload", "signatures"); err != nil {
		return err
	}
	if err := json.Unmarshal(names["signatures"], &signatures); err != nil {
		return err
	}
	for _, s := range signatures {
		if err := hasOnly(s, "keyid", "sig"); err != nil {
			return err
		}
	}
	return json.Unmarshal(data, into)
}

// hasOnly returns an error if the object has a field that is not listed, or lacks the last of the listed ones.
func hasOnly(object map[string]json.RawMessage, names ...string) error {
	for name := range object {
		if !slices.Contains(names, name) {
			return fmt.Errorf("unknown field %q", bounded(name))
		}
	}
	if last := names[len(names)-1]; object[last] == nil {
		return fmt.Errorf("the field %q is missing", last)
	}
	return nil
}

// decodeBase64 decodes either alphabet that DSSE allows. It refuses text that is not the one encoding of its bytes:
// otherwise the last character could be changed without changing a byte.
func decodeBase64(text string) ([]byte, bool) {
	for _, encoding := range []*base64.Encoding{base64.StdEncoding.Strict(), base64.URLEncoding.Strict()} {
		if data, err := encoding.DecodeString(text); err == nil && encoding.EncodeToString(data) == text {
			return data, true
		}
	}
	return nil, false
}

// accepted returns those of the keys whose signature the envelope has. It returns an *Error if no key is trusted or none of
// them signed.
func accepted(ctx context.Context, envelope *dsse.Envelope, keys []TrustedKey) ([]*Key, error) {
	// One key under two names is one signature.
	var distinct []*Key
	var verifiers []dsse.Verifier
	for _, k := range keys {
		if !slices.ContainsFunc(distinct, k.Key.same) {
			distinct, verifiers = append(distinct, k.Key), append(verifiers, k.Key)
		}
	}
	if len(verifiers) == 0 {
		return nil, refuse(StepSignature, "Name the public key of whoever should have signed", "no key is trusted")
	}
	verifier, err := dsse.NewEnvelopeVerifier(verifiers...)
	if err != nil {
		return nil, err
	}
	found, err := verifier.Verify(ctx, envelope)
	if err != nil {
		return nil, unsigned(envelope.Signatures, keys)
	}
	var out []*Key
	for _, k := range distinct {
		if slices.ContainsFunc(found, func(a dsse.AcceptedKey) bool { return a.KeyID == k.id }) {
			out = append(out, k)
		}
	}
	return out, nil
}

// unsigned returns the error for an envelope without a good signature. Nobody signs the key ids of an envelope, so they
// only select the wording of the error.
func unsigned(signatures []dsse.Signature, keys []TrustedKey) error {
	var trusted, foreign []string
	for _, k := range keys {
		trusted = append(trusted, k.String())
	}
	list := strings.Join(trusted, ", ")
	for _, s := range signatures {
		i := slices.IndexFunc(keys, func(k TrustedKey) bool { return k.Key.id == s.KeyID })
		switch {
		case i >= 0:
			return refuse(StepSignature, getAgain,
				"key %s is trusted, but its signature does not fit the statement: the certificate was changed after it was signed", keys[i])
		case s.KeyID != "":
			foreign = append(foreign, bounded(s.KeyID))
		}
	}
	const askFor = "Ask for a certificate that one of the trusted keys signed"
	switch {
	case len(signatures) == 0:
		return refuse(StepSignature, askFor, "the certificate has no signature, and must have one by a trusted key; trusted keys: %s", list)
	case len(foreign) > 0:
		return refuse(StepSignature, askFor+", or trust the public key of the signer if you know whose it is",
			"the certificate says that it is signed by key %q, which is not trusted; trusted keys: %s", strings.Join(foreign, ", "), list)
	default:
		return refuse(StepSignature, "Check that you trust the public key of whoever signed, and get certificate.json again",
			"the signature names no key and none of the trusted keys made it: either another key did, or the certificate was changed afterwards; trusted keys: %s", list)
	}
}

// bounded shortens text from an untrusted source so that it fits into an error message. Callers quote the result.
func bounded(text string) string {
	const most = 80
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}
