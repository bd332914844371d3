// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// getAgain is what to do about a file that cannot be what was signed.
const getAgain = "Get certificate.json again from whoever published it, and leave it as it is"

// open reads the envelope, without trusting it, and gives what it holds. The error is an *Error.
func open(data []byte) (*dsse.Envelope, []byte, error) {
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

// decodeExactly wants one JSON object with the names of an envelope as they are written, and nothing after it.
// encoding/json alone takes them in any case.
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

// hasOnly wants the last of the names, and no name that is not listed.
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

// decodeBase64 takes both alphabets of DSSE. Text that is not what the bytes encode to is refused: the last character
// could be changed without changing a byte.
func decodeBase64(text string) ([]byte, bool) {
	for _, encoding := range []*base64.Encoding{base64.StdEncoding.Strict(), base64.URLEncoding.Strict()} {
		if data, err := encoding.DecodeString(text); err == nil && encoding.EncodeToString(data) == text {
			return data, true
		}
	}
	return nil, false
}

// accepted gives the keys, of those given, whose signature the envelope carries. No such key is an *Error.
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

// unsigned says why no signature counts. The key ids of an envelope are signed by nobody: they choose the words here,
// and nothing else.
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
		return refuse(StepSignature, askFor, "the certificate carries no signature at all, and must have that of a trusted key (%s)", list)
	case len(foreign) > 0:
		return refuse(StepSignature, askFor+", or trust the public key of the signer if you know whose it is",
			"the certificate says that it is signed by key %q, which is none of the trusted keys (%s)", strings.Join(foreign, ", "), list)
	default:
		return refuse(StepSignature, "Check that you trust the public key of whoever signed, and get certificate.json again",
			"the signature names no key and is that of none of the trusted keys (%s): another key made it, or the certificate was changed since", list)
	}
}

// bounded cuts text that somebody else wrote to what fits into a message. It is shown in quotes.
func bounded(text string) string {
	const most = 80
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}
