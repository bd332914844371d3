// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package capability describes what a channel can carry, and checks messages against it: Capabilities is the
// declaration, Checker the check. The host and the SDK use the same Checker, so that both give the same answer.
package capability

import (
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Capabilities say what a channel can carry. What they do not list is refused, by the host before it picks the
// channel and by the SDK before Send.
type Capabilities struct {
	// Kinds are the kinds of message that the channel carries.
	Kinds []Kind `json:"kinds,omitempty"`
	// TemplateCategories are the categories that templates may have; empty for all.
	TemplateCategories []string `json:"template_categories,omitempty"`
	// RecipientKinds are what an address may be; empty for phone numbers only.
	RecipientKinds []message.RecipientKind `json:"recipient_kinds,omitempty"`
	// MediaSources are the ways to name media; empty for links only.
	MediaSources []MediaSource `json:"media_sources,omitempty"`
	// Scheduling: the vendor itself holds a message until wahost.send_at.
	Scheduling bool `json:"scheduling"`
	// TextVariables: the vendor itself fills the placeholders of a text body from wahost.variables.
	TextVariables bool `json:"text_variables,omitempty"`
	// ReplyContext: context.message_id is carried.
	ReplyContext bool `json:"reply_context,omitempty"`
	// Statuses are those that webhooks report.
	Statuses []outcome.Status `json:"statuses,omitempty"`
	// InboundTypes are the types of inbound message that webhooks report.
	InboundTypes []string `json:"inbound_types,omitempty"`
	// ReferenceLength is how many bytes of biz_opaque_callback_data the vendor carries; 0 for none.
	ReferenceLength int `json:"reference_length,omitempty"`
	// IDScope says whom the vendor's message ids are for.
	IDScope IDScope `json:"id_scope,omitempty"`
	// Limits are those that differ from message.DefaultLimits.
	Limits []message.Limit `json:"limits,omitempty"`
	// MaxConcurrency bounds concurrent vendor requests of the channel; 0 for DefaultMaxConcurrency.
	MaxConcurrency int `json:"max_concurrency,omitempty"`

	// MaxRecipients and Webhooks are derived by the SDK from GroupSender and WebhookHandler; what an author
	// writes here is overwritten.
	MaxRecipients int  `json:"max_recipients"`
	Webhooks      bool `json:"webhooks"`
}

// DefaultMaxConcurrency bounds concurrent vendor requests of a channel that does not say.
const DefaultMaxConcurrency = 64

// Kind says how one kind of message is carried.
type Kind struct {
	// Kind is one of the message.Kind constants, or a later kind's word.
	Kind string `json:"kind"`
	// HeaderKinds are the headers that a template or interactive message may have: text, image, video,
	// document, location. Empty for no header.
	HeaderKinds []string `json:"header_kinds,omitempty"`
	// ButtonKinds are the sub-types of template buttons that may take parameters: url, quick_reply, copy_code.
	ButtonKinds []string `json:"button_kinds,omitempty"`
	// ParameterTypes are the types of template body parameters; empty for text only.
	ParameterTypes []string `json:"parameter_types,omitempty"`
	// NamedParameters: template parameters may have names.
	NamedParameters bool `json:"named_parameters,omitempty"`
	// Components are the template components beyond header, body and button: carousel, limited_time_offer.
	Components []string `json:"components,omitempty"`
}

// MediaSource is a way to name media.
type MediaSource string

// The media sources.
const (
	MediaByLink  MediaSource = "link"
	MediaByID    MediaSource = "id"
	MediaByBytes MediaSource = "bytes"
)

// IDScope says whom a vendor's message id is for.
type IDScope string

// The id scopes.
const (
	IDPerRecipient IDScope = "recipient"
	IDPerRequest   IDScope = "request"
	IDNone         IDScope = "none"
)
