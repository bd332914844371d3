// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// The errors of CheckProof.
var (
	errNoProof    = errors.New("the request needs an appsecret_proof: the hexadecimal HMAC-SHA256 of the key, made with the app secret")
	errWrongProof = errors.New("the appsecret_proof does not belong to the key and its app secret")
)

// Proof returns the appsecret_proof of a key: the HMAC-SHA256 of the key under the app secret, in hexadecimal (Meta's Graph API).
func Proof(t Token, appSecret string) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write([]byte(t.text))
	return hex.EncodeToString(mac.Sum(nil))
}

// CheckProof checks the appsecret_proof of a request, which is empty if the request has none. A proof is checked if the key has an
// app secret, and demanded if the key says so.
func (k *Key) CheckProof(t Token, proof string) error {
	switch {
	case proof == "" && k.RequireProof:
		return errNoProof
	case proof == "" || k.AppSecret == "":
		return nil
	case !hmac.Equal([]byte(proof), []byte(Proof(t, k.AppSecret))):
		return errWrongProof
	}
	return nil
}
