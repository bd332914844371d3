// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook_test

import (
	"fmt"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

// A text that the vendor reports becomes the message object of a Cloud API webhook.
func ExampleInbound() {
	at, err := webhook.ParseTime("2026-01-05 08:00:00+0800", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	in, err := webhook.Inbound{
		ID: "wamid.1", Time: at, Content: webhook.Text{Body: "Hello"},
		From: message.Recipient{Kind: message.RecipientPhone, Address: "+12025550123"},
	}.Message()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(in.Type)
	fmt.Println(string(in.Message))
	// Output:
	// text
	// {"from":"12025550123","id":"wamid.1","timestamp":"1767571200","type":"text","text":{"body":"Hello"}}
}

// A vendor signs the body of its requests with a secret.
func ExampleHMAC() {
	check := webhook.HMAC{Secret: "s3cret", Argument: "webhook_secret", Read: webhook.BodySignature("X-Signature", "sha256=")}
	err := check.Verify(provider.WebhookRequest{
		Body:   []byte(`{"status":"delivered"}`),
		Header: map[string][]string{"X-Signature": {"sha256=00"}},
	})
	fmt.Println(err)
	// Output:
	// the signature in the header X-Signature is not that of webhook_secret
}

func ExampleParseTime() {
	for _, text := range []string{"1767571200", "1767571200000", "2026-01-05T00:00:00Z", "soon"} {
		at, err := webhook.ParseTime(text, time.UTC)
		fmt.Println(at.Format(time.RFC3339), err)
	}
	// Output:
	// 2026-01-05T00:00:00Z <nil>
	// 2026-01-05T00:00:00Z <nil>
	// 2026-01-05T00:00:00Z <nil>
	// 0001-01-01T00:00:00Z the time "soon" is not understood: expected a number since 1970 or a form such as "2026-01-05T08:00:00Z"
}
