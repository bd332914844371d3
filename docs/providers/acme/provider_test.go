// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

const (
	token  = "test-token"
	secret = "test-secret"
)

// open returns an account and a channel that reach the vendor.
func open(t testing.TB, vendor *providertest.Vendor) (provider.Account, provider.Channel) {
	t.Helper()
	return providertest.Open(t, New(),
		providertest.Values{
			"token": cty.StringVal(token), "webhook_secret": cty.StringVal(secret), "endpoint": cty.StringVal(vendor.URL),
		},
		providertest.Values{"sender": cty.StringVal("+12025550100")})
}

// accepting returns a vendor that accepts every message.
func accepting(t testing.TB) *providertest.Vendor {
	t.Helper()
	vendor := providertest.NewVendor(t, "")
	vendor.Answer(http.StatusCreated, nil, `{"id":"m-1"}`)
	return vendor
}

// hello is a message that the provider carries.
func hello() *message.Message {
	return &message.Message{Type: message.KindText, Text: &message.Text{Body: "Hello"}}
}

// TestRequests compares the vendor requests of the messages in testdata/requests with recorded ones. Run it with -update
// after a change, and read the difference.
func TestRequests(t *testing.T) {
	t.Parallel()
	vendor := accepting(t)
	_, channel := open(t, vendor)
	providertest.Golden(t, "testdata/requests", "schemas/message.json", vendor, channel, "Authorization", "Content-Type")
}

// TestNoFieldIsLost sets each field of the message model: it is on the wire, or listed as ignored, or refused.
func TestNoFieldIsLost(t *testing.T) {
	t.Parallel()
	vendor := accepting(t)
	_, channel := open(t, vendor)
	if tried := providertest.Fidelity(t, vendor, channel, hello()); tried < 100 {
		t.Errorf("only %d fields were tried", tried)
	}
}

// TestReadme checks that README.md describes all arguments.
func TestReadme(t *testing.T) {
	t.Parallel()
	providertest.Documented(t, New())
}

// TestAnswers checks what the host is told about each answer of the vendor.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"accepted":          {201, `{"id":"m-1"}`, "accepted m-1"},
		"no id":             {201, `{"id":""}`, "unknown"},
		"another status":    {200, `{"id":"m-1"}`, "unknown"},
		"not JSON":          {201, `<html>`, "unknown"},
		"wrong token":       {401, `{"error":"bad_token"}`, "rejected unauthenticated never account bad_token"},
		"wrong number":      {422, `{"error":"bad_number"}`, "rejected invalid_recipient never recipient bad_number"},
		"too many":          {429, `{"error":"too_many"}`, "rejected rate_limited after sender too_many"},
		"undocumented code": {400, `{"error":"moon_phase"}`, "rejected vendor_rejected never message moon_phase"},
		"broken":            {500, `{"error":"bad_number"}`, "unknown"},
		"maintenance":       {503, ``, "rejected vendor_unavailable safe account "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vendor := providertest.NewVendor(t, "")
			vendor.Answer(test.status, nil, test.body)
			_, channel := open(t, vendor)
			got := channel.Send(t.Context(), provider.SendRequest{DeliveryID: "d-1", Message: hello(), To: providertest.Recipient})
			if text := summary(got); text != test.want {
				t.Errorf("got %q, want %q", text, test.want)
			}
		})
	}
}

func summary(o outcome.Outcome) string {
	switch {
	case o.Accepted != nil:
		return "accepted " + o.Accepted.ProviderMessageID
	case o.Rejected != nil:
		return fmt.Sprintf("rejected %s %s %s %s", o.Rejected.Reason, o.Rejected.Retry, o.Rejected.Scope, o.Rejected.VendorCode)
	}
	return o.Word()
}
