// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
)

// callbackCheck checks that a callback is from the vendor. Sources disagree on what the vendor sends: fixed headers UserName
// and Authorization as set in its console, or a signature in X-CALLBACK-ID. Every check that is configured must pass.
// Otherwise the weakest of them would be enough.
type callbackCheck struct {
	username, authorization, secret string
}

// signatureHeader is the header with "timestamp=..;nonce=..;username=..;signature=..".
const signatureHeader = "X-Callback-Id"

var errNotConfigured = errors.New("no check of callbacks is configured: set callback_authorization (with callback_username) " +
	"or callback_secret in the provider block, as in the vendor's console; until then all callbacks are refused")

func (c callbackCheck) verify(header http.Header) error {
	if c.authorization == "" && c.secret == "" {
		return errNotConfigured
	}
	if c.username != "" && !equal(header.Get("UserName"), c.username) {
		return errors.New("the header UserName is missing or is not callback_username")
	}
	if c.authorization != "" && !equal(header.Get("Authorization"), c.authorization) {
		return errors.New("the header Authorization is missing or is not callback_authorization")
	}
	if c.secret != "" {
		return c.verifySignature(header.Get(signatureHeader))
	}
	return nil
}

// verifySignature checks HMAC-SHA256(secret, timestamp+nonce+username). The signature does not cover the body. The age of
// the timestamp is not checked, because its unit and the vendor's repetitions are not documented. The encoding of the
// signature is not documented either: hexadecimal and base64 are accepted.
func (c callbackCheck) verifySignature(value string) error {
	if value == "" {
		return errors.New("the header X-CALLBACK-ID is missing")
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(value, ";") {
		if name, v, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
			fields[strings.ToLower(strings.TrimSpace(name))] = v
		}
	}
	if fields["timestamp"] == "" || fields["nonce"] == "" || fields["signature"] == "" {
		return errors.New("the header X-CALLBACK-ID lacks timestamp, nonce or signature")
	}
	mac := hmac.New(sha256.New, []byte(c.secret))
	mac.Write([]byte(fields["timestamp"] + fields["nonce"] + fields["username"]))
	want := mac.Sum(nil)
	for _, decode := range []func(string) ([]byte, error){hex.DecodeString, base64.StdEncoding.DecodeString} {
		if got, err := decode(fields["signature"]); err == nil && hmac.Equal(got, want) {
			return nil
		}
	}
	return errors.New("the signature in X-CALLBACK-ID is not that of callback_secret")
}

// equal compares two texts in constant time.
func equal(got, want string) bool {
	g, w := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1
}
