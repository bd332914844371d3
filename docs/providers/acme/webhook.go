// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

// call is the body of a webhook (https://docs.acme.example/webhooks).
type call struct {
	Events []json.RawMessage `json:"events"`
}

// event is a status of a message that was sent, or a message from a user.
type event struct {
	ID   string          `json:"id"`
	Type string          `json:"type"`
	Time json.RawMessage `json:"time"`
	// User is the number of the user, in digits.
	User string `json:"user"`

	// Message and Reference are what the answer to the send and the request had. Status has the reason if it is "failed".
	Message   string `json:"message"`
	Reference string `json:"reference"`
	Status    string `json:"status"`
	refusal

	// WAMID is WhatsApp's id.
	WAMID string `json:"wamid"`
	Name  string `json:"name"`
	Text  string `json:"text"`
}

// statuses are Acme's names of statuses.
var statuses = map[string]outcome.Status{
	"sent": outcome.StatusSent, "delivered": outcome.StatusDelivered, "read": outcome.StatusRead, "failed": outcome.StatusFailed,
}

// HandleWebhook checks who calls, and translates the events in their order. It trusts nothing before the signature was checked.
func (a *account) HandleWebhook(_ context.Context, req provider.WebhookRequest) provider.WebhookResponse {
	check := webhook.HMAC{
		Secret: a.webhookSecret, Argument: "webhook_secret", Read: webhook.BodySignature("X-Acme-Signature", "sha256="),
	}
	if err := check.Verify(req); err != nil {
		return provider.WebhookResponse{Problem: err.Error()}
	}
	var body call
	if !utf8.Valid(req.Body) || json.Unmarshal(req.Body, &body) != nil || len(body.Events) == 0 {
		return provider.WebhookResponse{
			Authenticated: true, Reply: provider.WebhookReply{Status: http.StatusBadRequest}, Problem: "the body is not JSON with events",
		}
	}
	response := provider.WebhookResponse{Authenticated: true}
	var problems []string
	for _, raw := range body.Events {
		translated, problem := a.translate(raw)
		response.Events = append(response.Events, translated)
		if problem != "" {
			problems = append(problems, problem)
		}
	}
	response.Problem = a.client.Redact(strings.Join(problems, "; "))
	return response
}

// translate returns an event in the host's terms. What is not understood becomes a notice, so that nothing is lost. The
// problem is empty if everything was understood.
func (a *account) translate(raw json.RawMessage) (translated provider.Event, problem string) {
	var e event
	if json.Unmarshal(raw, &e) != nil || e.ID == "" {
		return notice(raw, "unknown"), "an event of the webhook cannot be read"
	}
	translated = provider.Event{ID: e.ID, Raw: raw}
	at, err := webhook.ParseTimeJSON(e.Time, nil)
	if err != nil {
		problem = err.Error() // and the time is zero: a time is never guessed
	}
	translated.Time = at
	user, known := webhook.Sender(e.User)
	translated.Correlation = provider.Correlation{ProviderMessageID: e.Message, WAMID: e.WAMID, Reference: e.Reference, Recipient: user}

	switch status, isStatus := statuses[e.Status]; {
	case e.Type == "status" && isStatus:
		translated.DeliveryStatus = &provider.DeliveryStatus{Status: status, VendorStatus: e.Status}
		if status == outcome.StatusFailed {
			translated.DeliveryStatus.Error = e.rejected(a.client)
		}
	case e.Type == "message" && known:
		in, err := webhook.Inbound{ID: e.WAMID, From: user, Time: at, ProfileName: e.Name, Content: webhook.Text{Body: e.Text}}.Message()
		if err != nil {
			return notice(raw, e.Type), err.Error()
		}
		translated.InboundMessage = in
	default:
		return notice(raw, e.Type), problem
	}
	return translated, problem
}

// notice returns an event that has the vendor's own as it is. Its id is the same if the event comes again.
func notice(raw json.RawMessage, kind string) provider.Event {
	sum := sha256.Sum256(raw)
	return provider.Event{
		ID: "sha256:" + hex.EncodeToString(sum[:]), Raw: raw,
		ChannelNotice: &provider.ChannelNotice{Kind: kind, Detail: "an event of a kind that this provider does not know"},
	}
}
