// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package twilio

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
	"github.com/wahost/wahost/sdk/webhook"
)

// statuses are Twilio's names of statuses (https://www.twilio.com/docs/messaging/api/message-resource).
var statuses = map[status]outcome.Status{
	"accepted": outcome.StatusAccepted, "scheduled": outcome.StatusAccepted, "queued": outcome.StatusAccepted, "sending": outcome.StatusAccepted,
	"sent": outcome.StatusSent, "delivered": outcome.StatusDelivered, "read": outcome.StatusRead,
	"undelivered": outcome.StatusFailed, "failed": outcome.StatusFailed, "canceled": outcome.StatusFailed,
}

// FindMessage asks for a message. Twilio knows messages by their SID only, so a message whose answer was lost is not found.
func (c *channel) FindMessage(ctx context.Context, req provider.FindRequest) provider.FindResult {
	if req.ProviderMessageID == "" {
		return provider.FindResult{Cause: vendor + " finds a message by its SID only, which is not known"}
	}
	response, failure := c.account.client.Do(ctx, vendorhttp.Request{
		Method: http.MethodGet, Path: c.account.path + "/" + url.PathEscape(req.ProviderMessageID) + ".json",
	})
	if failure != nil {
		return provider.FindResult{Cause: failure.Cause.Error()}
	}
	body, ok := decode(response)
	word, known := statuses[body.Status]
	if !ok || response.Status != http.StatusOK || body.SID != req.ProviderMessageID || !known {
		return provider.FindResult{Cause: fmt.Sprintf("%s answered HTTP %d with nothing about the message", vendor, response.Status)}
	}
	event := c.account.statusEvent(body.SID, body.Status, word, string(body.ErrorCode), body.ErrorMessage)
	event.ChannelID, event.Raw = c.id, response.Body
	event.Time, _ = webhook.ParseTime(body.Updated, nil) // a status without a readable time is still a proof
	return provider.FindResult{Event: event}
}

// statusEvent returns the event of a status. Statuses have no id of their own.
func (a *account) statusEvent(sid string, word status, is outcome.Status, code, text string) *provider.Event {
	event := &provider.Event{
		ID: sid + ":" + string(word), Correlation: provider.Correlation{ProviderMessageID: sid},
		DeliveryStatus: &provider.DeliveryStatus{Status: is, VendorStatus: string(word)},
	}
	if is == outcome.StatusFailed {
		event.DeliveryStatus.Error = a.rejected(code, text)
	}
	return event
}
