// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // vendors sign with it, and HMAC does not depend on its collisions
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"
)

// Scheme is a signature algorithm with its encoding.
type Scheme string

// The schemes: HMAC with SHA-256 or SHA-1, in hexadecimal or in base64.
const (
	HMACHex        Scheme = "hmac-sha256-hex"
	HMACBase64     Scheme = "hmac-sha256-base64"
	HMACSHA1Hex    Scheme = "hmac-sha1-hex"
	HMACSHA1Base64 Scheme = "hmac-sha1-base64"
)

// The parts of a call that a signature can cover, besides its fields.
const (
	PartBody      = "body"
	PartForm      = "form"
	PartTimestamp = "timestamp"
	PartNonce     = "nonce"
	PartURL       = "url"
)

// Hash returns the hash function of the scheme.
func (s Scheme) Hash() func() hash.Hash {
	if strings.HasPrefix(string(s), "hmac-sha1-") {
		return sha1.New
	}
	return sha256.New
}

// Hex reports whether a signature is in hexadecimal, and not in base64.
func (s Scheme) Hex() bool { return strings.HasSuffix(string(s), "-hex") }

// Encode returns the text of a signature.
func (s Scheme) Encode(signature []byte) string {
	if s.Hex() {
		return hex.EncodeToString(signature)
	}
	return base64.StdEncoding.EncodeToString(signature)
}

// Sign returns the text of the signature of data.
func (s Scheme) Sign(key, data []byte) string {
	mac := hmac.New(s.Hash(), key)
	mac.Write(data)
	return s.Encode(mac.Sum(nil))
}
