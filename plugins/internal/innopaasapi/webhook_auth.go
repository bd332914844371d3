// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"errors"
	"net/http"
	"strings"

	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

// callbackCheck checks that a callback is from the vendor. Sources disagree on what the vendor sends: fixed headers UserName
// and Authorization as set in its console, or a signature in X-CALLBACK-ID. Every check that is configured must pass.
// Otherwise the weakest of them would be enough.
type callbackCheck struct {
	username, authorization, secret string
}

// signatureHeader is the header with "timestamp=..;nonce=..;username=..;signature=..".
const signatureHeader = "X-CALLBACK-ID"

var errNotConfigured = errors.New("no check of callbacks is configured: set callback_authorization (with callback_username) " +
	"or callback_secret in the provider block, as in the vendor's console; until then all callbacks are refused")

func (c callbackCheck) verify(req provider.WebhookRequest) error {
	if c.authorization == "" && c.secret == "" {
		return errNotConfigured
	}
	var checks webhook.All
	if c.username != "" {
		checks = append(checks, webhook.SharedHeader{Name: "UserName", Value: c.username, Argument: "callback_username"})
	}
	if c.authorization != "" {
		checks = append(checks, webhook.SharedHeader{Name: "Authorization", Value: c.authorization, Argument: "callback_authorization"})
	}
	if c.secret != "" {
		// The age of the timestamp is not checked, because its unit and the vendor's repetitions are not documented. The
		// encoding of the signature is not documented either.
		checks = append(checks, webhook.HMAC{
			Secret: c.secret, Argument: "callback_secret", Read: signed,
			Encodings: []webhook.Encoding{webhook.HexAnyCase, webhook.Base64},
		})
	}
	return checks.Verify(req)
}

// signed returns the signature over timestamp, nonce and username. It does not cover the body.
func signed(req provider.WebhookRequest) (webhook.Signature, error) {
	value := http.Header(req.Header).Get(signatureHeader)
	if value == "" {
		return webhook.Signature{}, errors.New("the header X-CALLBACK-ID is missing")
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(value, ";") {
		if name, v, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
			fields[strings.ToLower(strings.TrimSpace(name))] = v
		}
	}
	if fields["timestamp"] == "" || fields["nonce"] == "" || fields["signature"] == "" {
		return webhook.Signature{}, errors.New("the header X-CALLBACK-ID lacks timestamp, nonce or signature")
	}
	return webhook.Signature{
		Text: fields["signature"], Signed: []byte(fields["timestamp"] + fields["nonce"] + fields["username"]), Header: signatureHeader,
	}, nil
}
