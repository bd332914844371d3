// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/wahost/wahost/sdk/vendorhttp"
)

// A request that got a response is classified by the provider. A Failure returns the outcome of a request that failed.
func Example() {
	vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Println(r.Method, r.URL.Path, r.Header.Get("Content-Type"), string(body))
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, "token t0p-secret: slow down")
	}))
	client, err := vendorhttp.New(vendorhttp.Options{
		Endpoint: vendor.URL + "/v1",
		Header:   http.Header{"Authorization": {"Bearer t0p-secret"}},
		Secrets:  []string{"t0p-secret"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	response, failure := client.PostJSON(context.Background(), "/messages", map[string]string{"text": "Hello"})
	if failure != nil {
		fmt.Println(failure.Outcome().Word())
		return
	}
	o := vendorhttp.OutcomeForStatus(response)
	fmt.Println(o.Word(), o.Rejected.Reason, o.Rejected.VendorMessage)

	// The connection is closed and the vendor is gone: nothing was sent, so the message may be sent again.
	_ = client.Close()
	vendor.Close()
	_, failure = client.PostJSON(context.Background(), "/messages", map[string]string{"text": "Hello"})
	o = failure.Outcome()
	fmt.Println(o.Word(), o.Rejected.Reason, o.Rejected.Retry, failure.MaybeSent)
	// Output:
	// POST /v1/messages application/json {"text":"Hello"}
	// rejected rate_limited token ***: slow down
	// rejected vendor_unavailable safe false
}

func ExampleCheckEndpoint() {
	fmt.Println(vendorhttp.CheckEndpoint("https://api.example.com/v2"))
	fmt.Println(vendorhttp.CheckEndpoint("api.example.com"))
	// Output:
	// <nil>
	// the endpoint must begin with https:// or http://
}
