// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

// envelope is the body of a callback.
type envelope struct {
	ID        scalar          `json:"id"`
	Type      scalar          `json:"type"`
	EventTime scalar          `json:"eventTime"`
	Body      json.RawMessage `json:"body"`
}

// HandleWebhook translates a callback of the vendor.
func (a *Account) HandleWebhook(_ context.Context, req provider.WebhookRequest) provider.WebhookResponse {
	if err := a.callbacks.verify(req); err != nil {
		return provider.WebhookResponse{Problem: err.Error()}
	}
	body := bytes.TrimSpace(req.Body)
	if len(body) == 0 {
		// The console calls the URL once when it is saved, and expects status 200.
		return provider.WebhookResponse{Authenticated: true, Problem: "the callback has no body: it is treated as the vendor's check of the URL"}
	}
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return malformed("the callback is not a JSON object")
	}
	if e.Type == "" || len(e.Body) == 0 || e.Body[0] != '{' {
		return malformed(`the callback has no "type" or its "body" is not an object`)
	}
	event, remarks := a.event(e, a.openChannels(req.ChannelIDs))
	if event.ID == "" {
		sum := sha256.Sum256(body)
		event.ID = "sha256:" + hex.EncodeToString(sum[:])
	}
	event.Raw = req.Body
	return provider.WebhookResponse{Authenticated: true, Events: []provider.Event{event}, Problem: a.client.Redact(remarks.String())}
}

// malformed returns a response with status 400, so that the vendor's log shows that the callback was not understood.
func malformed(remark string) provider.WebhookResponse {
	return provider.WebhookResponse{Authenticated: true, Reply: provider.WebhookReply{Status: http.StatusBadRequest}, Problem: remark}
}

// vendorZone is the zone of the vendor's times without one. Its documents have both "2023-02-22 12:00:00" and times with Z.
var vendorZone = time.UTC

// event translates a callback, with remarks for the host's log.
func (a *Account) event(e envelope, channels []*channel) (event provider.Event, remarks remarks) {
	event.ID = string(e.ID)
	var err error
	if event.Time, err = webhook.ParseTime(string(e.EventTime), vendorZone); err != nil {
		remarks.add("eventTime: " + err.Error())
	}
	switch e.Type {
	case "whatsapp_message_status_updated":
		statusEvent(&event, e, channels, &remarks)
	case "whatsapp_mo_message_received":
		inboundEvent(&event, e, channels, &remarks)
	// The vendor's documents have both names.
	case "whatsapp_template_status_updated", "whatsapp_template_status_update":
		templateEvent(&event, e)
	default:
		event.ChannelNotice = notice(e)
	}
	return event, remarks
}

// remarks say what was not understood in a callback.
type remarks []string

func (r *remarks) add(text string) { *r = append(*r, text) }

// String returns all remarks on one line.
func (r *remarks) String() string { return strings.Join(*r, "; ") }

func notice(e envelope) *provider.ChannelNotice {
	const maxDetail = 1000
	detail := []rune(string(e.Body))
	if len(detail) > maxDetail {
		detail = detail[:maxDetail]
	}
	return &provider.ChannelNotice{Kind: string(e.Type), Detail: strings.ToValidUTF8(string(detail), "\uFFFD")}
}

type statusBody struct {
	ID        scalar `json:"id"`
	WabaID    scalar `json:"wabaId"`
	Status    scalar `json:"status"`
	WAMID     scalar `json:"wamid"`
	SendPhone scalar `json:"sendPhone"`
	UID       scalar `json:"uid"`
	ErrorData struct {
		Code    scalar `json:"errorCode"`
		Message scalar `json:"errorMessage"`
	} `json:"errorData"`
}

// statuses are the vendor's names of statuses in lower case. "sent" and "played" are WhatsApp's; they are not documented,
// but accepted. The meaning of SMECL:FAILED is not documented either; by its name it is a failure.
var statuses = map[string]outcome.Status{
	"sent": outcome.StatusSent, "delivered": outcome.StatusDelivered, "read": outcome.StatusRead,
	"played": outcome.StatusPlayed, "failed": outcome.StatusFailed, "smecl:failed": outcome.StatusFailed,
}

// statusEvent fills an event from a callback with a status. It adds remarks for the host's log.
func statusEvent(event *provider.Event, e envelope, channels []*channel, remarks *remarks) {
	var b statusBody
	if err := json.Unmarshal(e.Body, &b); err != nil {
		remarks.add("a part of the status callback was not understood: " + err.Error())
	}
	event.ChannelID = channelOf(channels, string(b.WabaID), "")
	event.Correlation = provider.Correlation{
		ProviderMessageID: string(b.ID), WAMID: string(b.WAMID), Reference: string(b.UID),
		Recipient: recipientOf(string(b.SendPhone), channels),
	}
	status, ok := statuses[strings.ToLower(string(b.Status))]
	if !ok {
		event.ChannelNotice = notice(e)
		remarks.add("the status " + strconv.Quote(string(b.Status)) + " is not known")
		return
	}
	event.DeliveryStatus = &provider.DeliveryStatus{Status: status, VendorStatus: string(b.Status)}
	if status == outcome.StatusFailed {
		event.DeliveryStatus.Error = failureOf(b)
	}
}

// failureOf returns the rejection in errorData. Its code is Meta's. A failure on the vendor's side has no code.
func failureOf(b statusBody) *outcome.Rejected {
	r := outcome.Reject(outcome.ReasonVendorRejected, "", "InnoPaaS reports %s", b.Status).Rejected
	r.VendorCode, r.VendorMessage = string(b.ErrorData.Code), string(b.ErrorData.Message)
	if code, err := strconv.ParseInt(string(b.ErrorData.Code), 10, 32); err == nil {
		r.MetaCode = int(code)
		r.Reason, r.Retry, r.Scope = outcome.MetaReason(r.MetaCode)
	}
	return r
}

// recipientOf returns the recipient in sendPhone. The vendor's text says that it is the number of the WhatsApp user, its
// name says that it is the sender's. It counts as the user's only if it is not the number of a channel.
func recipientOf(phone string, channels []*channel) message.Recipient {
	digits := strings.TrimPrefix(phone, "+")
	if len(channels) == 0 || !carry.IsPhone(digits) {
		return message.Recipient{}
	}
	for _, c := range channels {
		if c.number == digits {
			return message.Recipient{}
		}
	}
	return message.Recipient{Kind: message.RecipientPhone, Address: "+" + digits}
}

// channelOf returns the id of the only channel of a business account and, if it is not empty, of a number. It returns ""
// if no channel or more than one matches.
func channelOf(channels []*channel, wabaID, number string) string {
	id := ""
	for _, c := range channels {
		if c.wabaID != wabaID || number != "" && c.number != number {
			continue
		}
		if id != "" {
			return ""
		}
		id = c.id
	}
	return id
}

func templateEvent(event *provider.Event, e envelope) {
	var b struct {
		ID       scalar `json:"templateId"`
		Name     scalar `json:"templateName"`
		Language scalar `json:"templateLanguage"`
		Status   scalar `json:"templateStatus"`
		Category scalar `json:"category"`
		Reason   scalar `json:"reason"`
	}
	if json.Unmarshal(e.Body, &b) != nil || b.Status == "" {
		event.ChannelNotice = notice(e)
		return
	}
	event.TemplateStatus = &provider.TemplateStatus{
		TemplateID: string(b.ID), TemplateName: string(b.Name), Language: string(b.Language),
		Category: string(b.Category), Status: string(b.Status), Reason: string(b.Reason),
	}
}
