// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package twilio

import (
	"context"
	"net/http"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// channel is one sending number.
type channel struct {
	account *account
	id      string
	// from is the number with "+", and service the SID of its messaging service, which may be empty.
	from, service string
	// callback is the URL for the statuses of messages. It may be empty.
	callback string
}

var templateOptions = carry.TemplateOptions{HeaderKinds: []string{"text"}, ButtonKinds: []string{"url"}}

// templateParts read templates.
var templateParts = carry.MustTemplateRules(templateOptions)

// Capabilities returns what the channel carries. Twilio sends messages later only through a messaging service.
func (c *channel) Capabilities() capability.Capabilities {
	return capability.Capabilities{
		Kinds: []capability.Kind{
			{Kind: message.KindText},
			{Kind: message.KindTemplate, HeaderKinds: templateOptions.HeaderKinds, ButtonKinds: templateOptions.ButtonKinds, ParameterTypes: []string{"text"}},
			{Kind: message.KindImage}, {Kind: message.KindVideo}, {Kind: message.KindAudio},
			{Kind: message.KindDocument, MissingFields: []string{"document.caption", "document.filename"}},
			{Kind: message.KindLocation},
		},
		RecipientKinds: []message.RecipientKind{message.RecipientPhone},
		MediaSources:   []capability.MediaSource{capability.MediaByLink},
		Scheduling:     c.service != "",
		Statuses: []outcome.Status{
			outcome.StatusAccepted, outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead, outcome.StatusFailed,
		},
		InboundTypes: []string{
			message.KindText, message.KindImage, message.KindVideo, message.KindAudio, message.KindDocument, message.KindSticker,
			message.KindLocation, "button", "interactive",
		},
		IDScope: capability.IDPerRecipient,
		Limits: []message.Limit{{
			Kind: message.KindText, Path: "text.body", Maximum: 1600, Unit: message.UnitCharacters,
			Source: "twilio-go, rest/api/v2010/accounts_messages.go: Body can be up to 1,600 characters in length",
		}},
	}
}

// Sender returns the number.
func (c *channel) Sender() string { return c.from }

// Close removes the channel from its account, unless another one was opened under its id before.
func (c *channel) Close() error {
	c.account.mu.Lock()
	defer c.account.mu.Unlock()
	if c.account.channels[c.id] == c {
		delete(c.account.channels, c.id)
	}
	return nil
}

// Send makes one request.
func (c *channel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	form, fields, err := encode(req.Message, req.To)
	if err != nil {
		return carry.OutcomeOf(err)
	}
	for name, value := range map[string]string{"MessagingServiceSid": c.service, "StatusCallback": c.callback} {
		if value != "" {
			form.Set(name, value)
		}
	}
	form.Set("From", address(c.from))
	response, failure := c.account.client.Do(ctx, vendorhttp.Request{
		Method: http.MethodPost, Path: c.account.path + ".json", Body: []byte(form.Encode()), ContentType: "application/x-www-form-urlencoded",
	})
	var result outcome.Outcome
	if failure != nil {
		result = failure.Outcome()
	} else {
		result = c.account.classify(response)
	}
	result.IgnoredFields = fields.Ignored
	return result
}
