// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing/fstest"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
)

// A dialect needs no more than an endpoint, a credential, one route, and what a refusal looks like.
const minimal = `
dialect "minimal" {
  version = "1"
  config  = { endpoint = endpoint() }

  auth "header" {
    name  = "Authorization"
    value = "Bearer ${secret("token")}"
    error = "denied"
  }

  route "send" {
    method       = "POST"
    path         = "/messages"
    accept       = "json"
    recipient_at = "$.to"
    reply        = { status = 200, body = { id = new_id("msg-999999") } }
  }

  error "denied" {
    status = 401
    reason = "unauthenticated"
    retry  = "never"
    source = "https://docs.vendor.example/errors"
  }
}
`

// A vendor takes a message and dies before it answers: the client cannot know that the message was delivered.
func ExampleStart() {
	d, diags := dialect.LoadFS(fstest.MapFS{"minimal.hcl": {Data: []byte(minimal)}}, "minimal.hcl")
	if diags.HasErrors() {
		fmt.Println(diags)
		return
	}
	server, err := emulator.Start(context.Background(), d, emulator.Options{Secrets: map[string]string{"token": "t"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()
	if err := server.Script("send", emulator.MustFault("deliver_then(reset_after_request)")); err != nil {
		fmt.Println(err)
		return
	}

	req, _ := http.NewRequest(http.MethodPost, server.URL()+"/messages", strings.NewReader(`{"to":"15550100001"}`))
	req.Header.Set("Authorization", "Bearer t")
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err == nil {
		_ = res.Body.Close()
	}
	fmt.Println("answered:", err == nil)
	fmt.Println("delivered:", server.Deliveries("+15550100001"))
	// Output:
	// answered: false
	// delivered: 1
}
