// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// channel is a sending number.
type channel struct {
	client *vendorhttp.Client
	sender string
}

// Sender names the number, so that the host shares its rate limit and its order between channels.
func (c *channel) Sender() string { return provider.SenderOf(c.sender) }

// Capabilities lists what the channel carries. The SDK refuses everything else before it calls Send.
func (*channel) Capabilities() capability.Capabilities {
	return capability.Capabilities{
		Kinds:   []capability.Kind{{Kind: message.KindText}},
		IDScope: capability.IDPerRecipient,
		// The number of requests at a time that Acme allows (https://docs.acme.example/limits).
		MaxConcurrency: 100,

		Statuses:     []outcome.Status{outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead, outcome.StatusFailed},
		InboundTypes: []string{message.KindText},
	}
}

// textRules account for every field of a text. The vendor has no field for the preview of a link, so it is ignored. A
// message with any other field is refused.
var textRules = carry.MessageRules([]string{"text.body"}, "text.preview_url")

// request is the body of POST /messages. schemas/message.json has its rules.
type request struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Text      string `json:"text"`
	Reference string `json:"reference"`
}

// Send makes one request. It never repeats one: that is the host's part. The SDK has already refused messages that the
// capabilities exclude, and recipients that are not phone numbers.
func (c *channel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	fields := carry.Fields{Vendor: "Acme"}
	if err := fields.Message(textRules, req.Message); err != nil {
		return carry.OutcomeOf(err)
	}
	response, failure := c.client.PostJSON(ctx, "/messages", request{
		From: c.sender, To: req.To.Address, Text: req.Message.GetText().GetBody(), Reference: req.DeliveryID,
	})
	if failure != nil {
		return failure.Outcome()
	}
	result := c.classify(response)
	result.IgnoredFields = fields.Ignored
	return result
}

// classify returns the outcome of a response. The message is accepted only if the status is 201 and there is an id.
func (c *channel) classify(r *vendorhttp.Response) outcome.Outcome {
	var answer struct {
		ID string `json:"id"`
		refusal
	}
	result := vendorhttp.OutcomeForStatus(r)
	switch err := json.Unmarshal(r.Body, &answer); {
	case err != nil:
	case r.Status == http.StatusCreated && answer.ID != "":
		result = outcome.Accept(answer.ID)
	case result.Rejected != nil && answer.Error != "":
		retryAfter := result.Rejected.RetryAfter
		result.Rejected = answer.rejected(c.client)
		if result.Rejected.Retry == outcome.RetryLater {
			result.Rejected.RetryAfter = retryAfter
		}
	}
	result.Attempts = r.Attempts
	return result
}
