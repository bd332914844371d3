// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/wahost/wahost/sdk/vendorhttp"
)

// tokenPath is the path of acme's call that answers with a token.
const tokenPath = "/oauth/token"

// tokenRequest returns the request for a token.
func (a *account) tokenRequest() vendorhttp.Request {
	form := url.Values{"grant_type": {"client_credentials"}, "client_secret": {a.key}}
	return vendorhttp.Request{Method: http.MethodPost, Path: tokenPath, ContentType: "application/x-www-form-urlencoded", Body: []byte(form.Encode())}
}

// readToken returns the token in an answer.
func readToken(r *vendorhttp.Response) (vendorhttp.Token, error) {
	var answer struct {
		AccessToken string `json:"access_token"`
		// ExpiresIn is in seconds.
		ExpiresIn int `json:"expires_in"`
	}
	err := json.Unmarshal(r.Body, &answer)
	return vendorhttp.Token{Value: "Bearer " + answer.AccessToken, Secret: answer.AccessToken, Lifetime: time.Duration(answer.ExpiresIn) * time.Second}, err
}

// authorizer returns how the tokens of the third generation are obtained.
func (a *account) authorizer() *vendorhttp.Authorizer {
	usual := &vendorhttp.Authorizer{Request: func() (vendorhttp.Request, error) { return a.tokenRequest(), nil }, Read: readToken}
	if m := a.mutant.authorizer; m != nil {
		return m(a, usual)
	}
	return usual
}
