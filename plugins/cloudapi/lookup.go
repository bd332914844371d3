// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
	"github.com/wahost/wahost/sdk/webhook"
)

// historyFields are the fields of the message history that are asked for.
const historyFields = "id,message_id,events{delivery_status,timestamp,error_description}"

// historyEvent is a status that a message had.
type historyEvent struct {
	Status string          `json:"delivery_status"`
	Time   json.RawMessage `json:"timestamp"`
	// Error describes a failure. The history has no codes.
	Error string `json:"error_description"`
}

// FindMessage asks the message history. It knows messages by WhatsApp's id only, so a message whose answer was lost is not found
// there. An answer without the message proves nothing: Meta does not say when a message comes into the history.
func (c *graphChannel) FindMessage(ctx context.Context, req provider.FindRequest) provider.FindResult {
	id := req.ProviderMessageID
	if id == "" {
		return provider.FindResult{Cause: vendor + " finds a message by WhatsApp's id only, which is not known"}
	}
	query := url.Values{"message_id": {id}, "fields": {historyFields}}
	response, failure := c.account.client.Do(ctx, vendorhttp.Request{Method: http.MethodGet, Path: c.base + "/message_history?" + query.Encode()})
	if failure != nil {
		return provider.FindResult{Cause: failure.Cause.Error()}
	}
	var body struct {
		Data []struct {
			MessageID string `json:"message_id"`
			Events    struct {
				Data []historyEvent `json:"data"`
			} `json:"events"`
		} `json:"data"`
	}
	if response.Status == http.StatusOK && decode(response, &body) {
		for _, m := range body.Data {
			if m.MessageID == id {
				return provider.FindResult{Event: c.found(id, m.Events.Data, response.Body)}
			}
		}
	}
	return provider.FindResult{Cause: fmt.Sprintf("%s answered HTTP %d with nothing about the message", vendor, response.Status)}
}

// found returns the present status of a message: the highest that it had. A message without any was accepted.
func (c *graphChannel) found(id string, events []historyEvent, raw []byte) *provider.Event {
	event := &provider.Event{
		ID: eventID(id, string(outcome.StatusAccepted), ""), ChannelID: c.id, Raw: raw,
		Correlation:    provider.Correlation{ProviderMessageID: id, WAMID: id},
		DeliveryStatus: &provider.DeliveryStatus{Status: outcome.StatusAccepted},
	}
	rank := 0
	for _, e := range events {
		word := strings.ToLower(e.Status)
		status, known := statuses[word]
		if !known || status.rank <= rank {
			continue
		}
		rank = status.rank
		event.ID = eventID(id, word, "")
		event.DeliveryStatus = &provider.DeliveryStatus{Status: status.is, VendorStatus: e.Status}
		event.Time, _ = webhook.ParseTimeJSON(e.Time, nil) // a status without a readable time is still a proof
		if status.is == outcome.StatusFailed {
			event.DeliveryStatus.Error = c.account.rejected(graphError{Message: e.Error}, 0)
		}
	}
	return event
}
