// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// codeNoMessage is the code with which acme says that it did not accept a message and will not.
const codeNoMessage = "no_message"

// FindMessage asks acme for a message by its id, or by the delivery id, which acme got as the reference.
func (c *channel) FindMessage(ctx context.Context, req provider.FindRequest) provider.FindResult {
	query := url.Values{"from": {c.sender}}
	if req.ProviderMessageID != "" {
		query.Set("id", req.ProviderMessageID)
	} else {
		query.Set("reference", req.DeliveryID)
	}
	response, failure := c.account.post(ctx, vendorhttp.Request{Method: http.MethodGet, Path: sendPath + "?" + query.Encode(), Header: c.authorized()})
	var result provider.FindResult
	if failure != nil {
		result.Cause = failure.Cause.Error()
	} else {
		result = c.status(response, req)
	}
	if m := c.account.mutant.found; m != nil {
		result = m(ctx, c, req, response, result)
	}
	return result
}

// status reads acme's answer to a lookup. Only an answer about the message, or acme's own code, proves anything.
func (c *channel) status(r *vendorhttp.Response, req provider.FindRequest) provider.FindResult {
	var a struct {
		Message *webhookStatus `json:"message"`
		Error   *vendorError   `json:"error"`
	}
	err := json.Unmarshal(r.Body, &a)
	switch {
	case err != nil:
	case r.Status == http.StatusNotFound && a.Error != nil && a.Error.Code == codeNoMessage:
		return provider.FindResult{NotFound: true}
	case r.Status == http.StatusOK && a.Message != nil && c.about(*a.Message, req):
		m := a.Message
		at, _ := timeOf(m.Time) // a status without a readable time is still a proof
		event := provider.Event{ID: m.ID + ":" + m.Status, Time: at, ChannelID: c.id, Raw: r.Body}
		c.account.status(&event, webhookEvent{Status: m})
		if event.DeliveryStatus != nil {
			return provider.FindResult{Event: &event}
		}
	}
	return provider.FindResult{Cause: fmt.Sprintf("acme answered HTTP %d with nothing about the message", r.Status)}
}

// about reports whether a status is that of the message that was asked for.
func (c *channel) about(m webhookStatus, req provider.FindRequest) bool {
	if req.ProviderMessageID != "" {
		return m.ID == req.ProviderMessageID
	}
	return m.ID != "" && m.Reference == req.DeliveryID
}
