// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

// handle returns the answer of an account to a webhook with a signature.
func handle(t testing.TB, body, signature string) provider.WebhookResponse {
	t.Helper()
	account, _ := open(t, providertest.NewVendor(t, ""))
	return account.(provider.WebhookHandler).HandleWebhook(t.Context(), provider.WebhookRequest{
		Method: http.MethodPost, Body: []byte(body), Header: http.Header{"X-Acme-Signature": {signature}},
	})
}

// signed returns the vendor's signature of a body.
func signed(body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

const delivered = `{"events":[{"id":"e-1","type":"status","time":1772600000,"user":"12025550123","message":"m-1","status":"delivered"}]}`

func TestWebhookSignature(t *testing.T) {
	t.Parallel()
	for name, signature := range map[string]string{
		"none": "", "of another body": signed(delivered + " "), "without its prefix": strings.TrimPrefix(signed(delivered), "sha256="),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := handle(t, delivered, signature); r.Authenticated || len(r.Events) > 0 || r.Problem == "" {
				t.Errorf("the call is not refused: %+v", r)
			}
		})
	}
}

func TestWebhookEvents(t *testing.T) {
	t.Parallel()
	body := `{"events":[
		{"id":"e-1","type":"status","time":1772600000,"user":"12025550123","message":"m-1","status":"delivered"},
		{"id":"e-2","type":"status","time":1772600001,"user":"12025550123","message":"m-1","status":"failed","error":"bad_number"},
		{"id":"e-3","type":"message","time":1772600002,"user":"12025550123","wamid":"wamid.1","name":"Ann","text":"Hi"},
		{"id":"e-4","type":"weather","sky":"blue"}]}`
	r := handle(t, body, signed(body))
	if !r.Authenticated || r.Problem != "" || len(r.Events) != 4 {
		t.Fatalf("got %+v", r)
	}
	if s := r.Events[0].DeliveryStatus; s == nil || s.Status != outcome.StatusDelivered || r.Events[0].Correlation.ProviderMessageID != "m-1" {
		t.Errorf("the status is %+v", r.Events[0])
	}
	if s := r.Events[1].DeliveryStatus; s == nil || s.Error == nil || s.Error.Reason != outcome.ReasonInvalidRecipient {
		t.Errorf("the failure is %+v", r.Events[1])
	}
	if in := r.Events[2].InboundMessage; in == nil || in.From.Address != "+12025550123" || in.ProfileName != "Ann" {
		t.Errorf("the message is %+v", r.Events[2])
	}
	if r.Events[3].ChannelNotice == nil || string(r.Events[3].Raw) != `{"id":"e-4","type":"weather","sky":"blue"}` {
		t.Errorf("the unknown event is %+v", r.Events[3])
	}
}

func TestWebhookMalformed(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "null", "7", "{}", `{"events":[]}`, `{"events":{}}`, "{\"events\":[{}],\"a\":\"\xff\"}"} {
		if r := handle(t, body, signed(body)); r.Reply.Status != http.StatusBadRequest || r.Problem == "" {
			t.Errorf("%q: got %+v", body, r)
		}
	}
}
