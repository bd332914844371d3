// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package providertest_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// A channel sends to a vendor that records its requests. In a test, use NewVendor, which needs no Close.
func Example() {
	vendor := providertest.StartVendor(`{"id": "m-1"}`)
	defer vendor.Close()
	client, err := vendorhttp.New(vendorhttp.Options{Endpoint: vendor.URL})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = client.Close() }()
	channel := textChannel{client: client}
	request := provider.SendRequest{
		DeliveryID: "d1",
		Message:    &message.Message{Type: "text", Text: &message.Text{Body: "Hello"}},
		To:         providertest.Recipient,
	}
	fmt.Println(channel.Send(context.Background(), request).Word())

	vendor.Answer(http.StatusServiceUnavailable, nil, "closed for today")
	channel.Send(context.Background(), request)

	for _, r := range vendor.Take() {
		fmt.Println(r.Method, r.Path, string(r.Body))
	}
	// Output:
	// accepted
	// POST /messages {"text":"Hello"}
	// POST /messages {"text":"Hello"}
}
