// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// timeLayout is how Harbour writes times.
const timeLayout = "2006-01-02T15:04:05.000-0700"

// report is what Harbour reports of one message: done in its own time if it was delivered, and seen if it was read.
type report struct {
	MessageID    string  `json:"messageId"`
	CallbackData string  `json:"callbackData"`
	From         string  `json:"from"`
	To           string  `json:"to"`
	DoneAt       string  `json:"doneAt"`
	SeenAt       string  `json:"seenAt"`
	Status       *status `json:"status"`
}

// HandleWebhook reads a call with reports. What is not known is passed on as it came.
func (a *account) HandleWebhook(_ context.Context, req provider.WebhookRequest) provider.WebhookResponse {
	if err := a.check().Verify(req); err != nil {
		return provider.WebhookResponse{Problem: err.Error()}
	}
	out := provider.WebhookResponse{Authenticated: true}
	var body struct {
		Results []json.RawMessage `json:"results"`
	}
	if err := json.Unmarshal(req.Body, &body); err != nil || len(body.Results) == 0 {
		out.Reply.Status, out.Problem = http.StatusBadRequest, "the call has no results that can be read"
		return out
	}
	channelID := ""
	if len(req.ChannelIDs) == 1 {
		channelID = req.ChannelIDs[0]
	}
	for _, raw := range body.Results {
		event, problem := a.event(raw)
		event.ChannelID = channelID
		out.Events = append(out.Events, event)
		if problem != "" {
			out.Problem = problem
		}
	}
	return out
}

func (a *account) event(raw json.RawMessage) (provider.Event, string) {
	var r report
	e := provider.Event{Raw: raw}
	if err := json.Unmarshal(raw, &r); err != nil || r.MessageID == "" {
		e.ID = fmt.Sprintf("%x", raw)[:min(64, 2*len(raw))]
		e.ChannelNotice = &provider.ChannelNotice{Kind: "unknown"}
		return e, "a result of the call is not a report"
	}
	e.Correlation = provider.Correlation{ProviderMessageID: r.MessageID, Reference: r.CallbackData}
	if to, err := message.ParseRecipient(r.To); err == nil {
		e.Correlation.Recipient = to
	}
	e.DeliveryStatus = &provider.DeliveryStatus{Status: outcome.StatusRead, VendorStatus: "seen"}
	text := r.SeenAt
	if r.Status != nil {
		text, e.DeliveryStatus = r.DoneAt, a.status(*r.Status)
	}
	e.ID = r.MessageID + " " + e.DeliveryStatus.VendorStatus
	at, err := readTime(text)
	if err != nil {
		return e, "the time of a report cannot be read"
	}
	e.Time = at
	return e, ""
}

// readTime reads a time of Harbour.
func readTime(text string) (time.Time, error) {
	if defect == "times" && len(text) > 19 {
		return time.Parse("2006-01-02T15:04:05", text[:19]) // the offset is lost
	}
	at, err := time.Parse(timeLayout, text)
	if err == nil && at.Year() < 2000 {
		err = fmt.Errorf("the year is %d", at.Year())
	}
	return at, err
}

func (a *account) status(s status) *provider.DeliveryStatus {
	d := &provider.DeliveryStatus{Status: outcome.StatusFailed, VendorStatus: s.Name}
	switch {
	case s.GroupName == "DELIVERED", s.GroupName == "REJECTED" && defect == "rejected":
		d.Status = outcome.StatusDelivered
	case s.GroupName == "PENDING":
		d.Status = outcome.StatusSent
	default:
		c := &channel{account: a}
		d.Error = c.refused(outcome.Reject(outcome.ReasonVendorRejected, "", "Harbour did not deliver the message"), s.Name, s.Description).Rejected
	}
	return d
}
