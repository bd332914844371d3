// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/wahost/wahost/sdk/vendorhttp"
)

// A vendor with the client credentials grant of OAuth 2.0 (RFC 6749, section 4.4): the client obtains the token.
func ExampleAuthorizer() {
	vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth/token" {
			fmt.Println("token for", r.PostFormValue("client_id"))
			fmt.Fprint(w, `{"access_token":"8f2c-a91b","expires_in":3600}`)
			return
		}
		fmt.Println(r.URL.Path, r.Header.Get("Authorization"))
	}))
	defer vendor.Close()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"me"}, "client_secret": {"t0p-secret"}}.Encode()
	client, err := vendorhttp.New(vendorhttp.Options{
		Endpoint: vendor.URL,
		Secrets:  []string{"t0p-secret"},
		Authorizer: &vendorhttp.Authorizer{
			Request: func() (vendorhttp.Request, error) {
				return vendorhttp.Request{
					Method: http.MethodPost, Path: "/oauth/token", ContentType: "application/x-www-form-urlencoded", Body: []byte(form),
				}, nil
			},
			Read: func(r *vendorhttp.Response) (vendorhttp.Token, error) {
				var answer struct {
					AccessToken string `json:"access_token"`
					ExpiresIn   int    `json:"expires_in"`
				}
				err := json.Unmarshal(r.Body, &answer)
				return vendorhttp.Token{
					Value: "Bearer " + answer.AccessToken, Secret: answer.AccessToken, Lifetime: time.Duration(answer.ExpiresIn) * time.Second,
				}, err
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = client.Close() }()
	for range 2 {
		if _, failure := client.PostJSON(context.Background(), "/messages", map[string]string{"text": "Hello"}); failure != nil {
			fmt.Println(failure.Cause)
		}
	}
	// Output:
	// token for me
	// /messages Bearer 8f2c-a91b
	// /messages Bearer 8f2c-a91b
}
