// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
	"github.com/wahost/wahost/sdk/webhook"
)

// maxReference is the largest length of biz_opaque_callback_data in bytes. Meta's OpenAPI file says 512 characters for the field of
// this name in calls, and nothing for messages.
const maxReference = 512

// channel is one sending number.
type channel struct {
	account *account
	id      string
	// number is the id of the phone number.
	number string
	// base is what precedes "/messages" in a path. It is empty with short paths.
	base string
	// marketing is true if marketing templates are sent through the Marketing Messages API.
	marketing bool
}

// graphChannel is a channel of Meta's own API. Vendors with short paths do not document the calls that it has besides those of
// channel.
type graphChannel struct{ *channel }

var (
	textHeader  = []string{"text"}
	mediaHeader = []string{"text", "image", "video", "document"}
)

// Capabilities returns what the Cloud API carries. Headers of lists, of products, of flows and of buttons with a URL are texts
// according to the client library whatsapp-api-js; the buttons copy_code, flow and mpm of templates are in pywa.
func (c *channel) Capabilities() capability.Capabilities {
	return capability.Capabilities{
		Kinds: []capability.Kind{
			{Kind: message.KindText},
			{
				Kind: message.KindTemplate, HeaderKinds: []string{"text", "image", "video", "document", "location"},
				ButtonKinds:    []string{"quick_reply", "url", "catalog", "copy_code", "flow", "mpm"},
				ParameterTypes: []string{"text", "currency", "date_time"}, NamedParameters: true,
				Components: []string{"carousel", "limited_time_offer"},
			},
			{Kind: message.KindImage}, {Kind: message.KindVideo}, {Kind: message.KindAudio}, {Kind: message.KindDocument},
			{Kind: message.KindSticker}, {Kind: message.KindLocation}, {Kind: message.KindContacts}, {Kind: message.KindReaction},
			{Kind: message.KindList, HeaderKinds: textHeader},
			{Kind: message.KindButton, HeaderKinds: mediaHeader},
			{Kind: message.KindProduct},
			{Kind: message.KindProductList, HeaderKinds: textHeader},
			{Kind: "catalog_message"},
			{Kind: "cta_url", HeaderKinds: textHeader},
			{Kind: "flow", HeaderKinds: textHeader},
			{Kind: "location_request_message"},
			{Kind: "call_permission_request"},
		},
		RecipientKinds:  []message.RecipientKind{message.RecipientPhone, message.RecipientUser, message.RecipientGroup},
		MediaSources:    []capability.MediaSource{capability.MediaByLink, capability.MediaByID},
		ReplyContext:    true,
		Statuses:        []outcome.Status{outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead, outcome.StatusPlayed, outcome.StatusFailed},
		InboundTypes:    webhook.Types(),
		ReferenceLength: maxReference,
		IDScope:         capability.IDPerRecipient,
	}
}

var (
	// common are the fields of all messages.
	common = []string{
		"context.message_id", "biz_opaque_callback_data", "recipient_identity_key_hash", "product_policy", "message_activity_sharing",
	}
	// rules carry the whole message. The host has checked it, and a field that is added to the message model later is refused until
	// it is here.
	rules = carry.MessageRules(append(slices.Clone(common),
		"text", "template", "image", "video", "audio", "document", "sticker", "location", "contacts", "interactive", "reaction"))
	// namedRules are for interactive messages whose action has a name and parameters and nothing else. The host has no rules for them.
	namedRules = carry.MessageRules(append(slices.Clone(common), "interactive.type", "interactive.header", "interactive.body", "interactive.footer",
		"interactive.action.name", "interactive.action.parameters"))
)

func rulesOf(m *message.Message) *carry.Rules {
	if m.GetType() != message.TypeInteractive {
		return rules
	}
	switch m.GetInteractive().GetType() {
	case message.KindList, message.KindButton, message.KindProduct, message.KindProductList:
		return rules
	}
	return namedRules
}

// Sender returns the id of the number, since the configuration does not have the number itself.
func (c *channel) Sender() string { return "WhatsApp phone number id " + c.number }

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
	fields := carry.Fields{Vendor: vendor}
	if err := fields.Message(rulesOf(req.Message), req.Message); err != nil {
		return carry.OutcomeOf(err)
	}
	path, refused := c.path(req.Message, req.To)
	if refused != nil {
		return *refused
	}
	body, err := message.Marshal(addressed(req))
	if err != nil {
		return invalid(err)
	}
	response, failure := c.post(ctx, path, body)
	if failure != nil {
		return failure.Outcome()
	}
	return c.account.classify(response)
}

func (c *channel) post(ctx context.Context, path string, body []byte) (*vendorhttp.Response, *vendorhttp.Failure) {
	return c.account.client.Do(ctx, vendorhttp.Request{Method: http.MethodPost, Path: c.base + path, Body: body, ContentType: "application/json"})
}

// path returns where a message is sent. The Marketing Messages API takes templates for phone numbers only.
func (c *channel) path(m *message.Message, to message.Recipient) (path string, refused *outcome.Outcome) {
	asked := m.GetProductPolicy() != "" || m.MessageActivitySharing != nil
	preferred := c.marketing && m.GetType() == message.KindTemplate && m.Category() == message.CategoryMarketing
	switch {
	case to.Kind == message.RecipientPhone && (asked || preferred):
		return "/marketing_messages", nil
	case asked:
		field := "product_policy"
		if m.GetProductPolicy() == "" {
			field = "message_activity_sharing"
		}
		o := outcome.Reject(outcome.ReasonUnsupported, field, "the field belongs to the Marketing Messages API, which sends to phone numbers only")
		return "", &o
	}
	return "/messages", nil
}

// addressed returns the message of a request with its recipient, and without what is for the host only. The id of the attempt is
// the reference of a message without one, so that a webhook tells what became of a message whose answer was lost.
func addressed(req provider.SendRequest) *message.Message {
	m := proto.CloneOf(req.Message)
	m.MessagingProduct, m.RecipientType, m.Wahost = "whatsapp", "individual", nil
	switch req.To.Kind {
	case message.RecipientUser:
		m.Recipient = req.To.Address
	case message.RecipientGroup:
		m.RecipientType, m.To = "group", req.To.Address
	default:
		m.To = req.To.Digits()
	}
	if n := len(m.GetBizOpaqueCallbackData()); n == 0 || n > maxReference {
		m.BizOpaqueCallbackData = req.DeliveryID
	}
	return m
}

// invalid returns the rejection of a message that breaks a rule of WhatsApp, with its first problem.
func invalid(err error) outcome.Outcome {
	var e *message.InvalidError
	if errors.As(err, &e) && len(e.Problems) > 0 {
		return outcome.Reject(outcome.ReasonInvalidMessage, e.Problems[0].Path, "%s", e.Problems[0].Detail)
	}
	return outcome.Reject(outcome.ReasonInvalidMessage, "", "%s", err)
}
