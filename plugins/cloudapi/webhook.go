// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

// change is a change in a webhook. Its value has messages, statuses or errors if the field is "messages".
type change struct {
	Field string          `json:"field"`
	Value json.RawMessage `json:"value"`
}

type value struct {
	Metadata struct {
		Number string `json:"display_phone_number"`
		ID     string `json:"phone_number_id"`
	} `json:"metadata"`
	Contacts []contact         `json:"contacts"`
	Messages []json.RawMessage `json:"messages"`
	Statuses []json.RawMessage `json:"statuses"`
	Errors   []json.RawMessage `json:"errors"`
}

// HandleWebhook checks who calls and translates all events. One URL serves all numbers of an app: each change names its number.
func (a *account) HandleWebhook(_ context.Context, req provider.WebhookRequest) provider.WebhookResponse {
	if req.Method == http.MethodGet {
		return a.challenge(req.URL)
	}
	if err := a.check().Verify(req); err != nil {
		return provider.WebhookResponse{Problem: err.Error()}
	}
	var body struct {
		Entry []struct {
			Changes []json.RawMessage `json:"changes"`
		} `json:"entry"`
	}
	if !utf8.Valid(req.Body) || json.Unmarshal(req.Body, &body) != nil || len(body.Entry) == 0 {
		return provider.WebhookResponse{
			Authenticated: true, Reply: provider.WebhookReply{Status: http.StatusBadRequest},
			Problem: "the webhook is not a JSON object with entries",
		}
	}
	t := translation{account: a, among: req.ChannelIDs}
	for _, entry := range body.Entry {
		for _, raw := range entry.Changes {
			t.change(raw)
		}
	}
	return provider.WebhookResponse{Authenticated: true, Events: t.events, Problem: a.client.Redact(strings.Join(t.problems, "; "))}
}

// check returns the proofs that a call needs: all that are configured. Without any, every call is refused.
func (a *account) check() webhook.Check {
	var all webhook.All
	if a.appSecret != "" || a.webhookValue == "" {
		all = append(all, webhook.HMAC{
			Secret: a.appSecret, Argument: "app_secret", Read: webhook.BodySignature("X-Hub-Signature-256", "sha256="),
		})
	}
	if a.webhookValue != "" {
		all = append(all, webhook.SharedHeader{Name: a.webhookHeader, Value: a.webhookValue, Argument: "the value of webhook_header"})
	}
	return all
}

// challenge answers the call by which Meta tests the URL of webhooks.
func (a *account) challenge(address string) provider.WebhookResponse {
	u, err := url.Parse(address)
	if err != nil {
		return provider.WebhookResponse{Problem: "the URL of the test is malformed"}
	}
	q := u.Query()
	switch {
	case a.verifyToken == "":
		return provider.WebhookResponse{Problem: "verify_token is not set: tests of the URL are refused"}
	case q.Get("hub.mode") != "subscribe" || subtle.ConstantTimeCompare([]byte(q.Get("hub.verify_token")), []byte(a.verifyToken)) != 1:
		return provider.WebhookResponse{Problem: "the test of the URL does not have the token of verify_token"}
	}
	return provider.WebhookResponse{Authenticated: true, Reply: provider.WebhookReply{
		Status: http.StatusOK, ContentType: "text/plain", Body: []byte(q.Get("hub.challenge")),
	}}
}

// translation collects the events of one call, and remarks about what was not understood.
type translation struct {
	account  *account
	among    []string
	events   []provider.Event
	problems []string
}

func (t *translation) remark(text string) {
	if !slices.Contains(t.problems, text) {
		t.problems = append(t.problems, text)
	}
}

// change translates one change.
func (t *translation) change(raw json.RawMessage) {
	var c change
	var v value
	if json.Unmarshal(raw, &c) != nil || len(c.Value) > 0 && json.Unmarshal(c.Value, &v) != nil {
		t.remark("a change of the webhook cannot be read")
		t.notice(raw, "", "unknown")
		return
	}
	channelID := ""
	if v.Metadata.ID != "" {
		if channelID = t.account.channelOf(v.Metadata.ID, t.among); channelID == "" {
			t.remark("the webhook is about the phone_number_id " + strconv.Quote(v.Metadata.ID) + ", which belongs to no channel or to several")
		}
	}
	if c.Field != "messages" || len(v.Messages)+len(v.Statuses)+len(v.Errors) == 0 {
		t.notice(raw, channelID, c.Field)
		return
	}
	for _, m := range v.Messages {
		t.message(m, channelID, v)
	}
	for _, s := range v.Statuses {
		t.status(s, channelID)
	}
	for _, e := range v.Errors {
		t.notice(e, channelID, "errors")
	}
}

// maxNotice is the largest length of the detail of a notice, in characters.
const maxNotice = 1000

// notice adds a part of the call as it is.
func (t *translation) notice(raw json.RawMessage, channelID, kind string) {
	detail := []rune(string(raw))
	sum := sha256.Sum256(raw)
	t.events = append(t.events, provider.Event{
		ID: "sha256:" + hex.EncodeToString(sum[:]), ChannelID: channelID, Raw: raw,
		ChannelNotice: &provider.ChannelNotice{Kind: kind, Detail: string(detail[:min(len(detail), maxNotice)])},
	})
}

// statuses are the vendor's names of statuses, with their ranks. "played" is in newer versions (pywa).
var statuses = map[string]struct {
	is   outcome.Status
	rank int
}{
	"sent": {outcome.StatusSent, 1}, "delivered": {outcome.StatusDelivered, 2}, "read": {outcome.StatusRead, 3},
	"played": {outcome.StatusPlayed, 4}, "failed": {outcome.StatusFailed, 5},
}

// eventID returns the id of a status event. Statuses have no id of their own, and a member of a group has a status of its own.
func eventID(id, status, recipient string) string { return id + ":" + status + ":" + recipient }

// status adds the status of a message.
func (t *translation) status(raw json.RawMessage, channelID string) {
	var s struct {
		ID        string          `json:"id"`
		Status    string          `json:"status"`
		Time      json.RawMessage `json:"timestamp"`
		Recipient string          `json:"recipient_id"`
		Reference string          `json:"biz_opaque_callback_data"`
		Errors    []graphError    `json:"errors"`
	}
	if json.Unmarshal(raw, &s) != nil || s.ID == "" {
		t.remark("a status of the webhook cannot be read")
		t.notice(raw, channelID, "status")
		return
	}
	status, known := statuses[s.Status]
	if !known {
		t.notice(raw, channelID, "status")
		return
	}
	event := provider.Event{
		ID: eventID(s.ID, s.Status, s.Recipient), ChannelID: channelID, Raw: raw,
		Correlation:    provider.Correlation{ProviderMessageID: s.ID, WAMID: s.ID, Reference: s.Reference},
		DeliveryStatus: &provider.DeliveryStatus{Status: status.is, VendorStatus: s.Status},
	}
	event.Correlation.Recipient, _ = webhook.Sender(s.Recipient)
	event.Time = t.time(s.Time)
	if status.is == outcome.StatusFailed {
		var e graphError
		if len(s.Errors) > 0 {
			e = s.Errors[0]
		}
		code, _ := strconv.Atoi(string(e.Code))
		event.DeliveryStatus.Error = t.account.rejected(e, code)
	}
	t.events = append(t.events, event)
}
