// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package capability describes what a channel can carry, and checks messages against the description. Capabilities is
// what a provider declares, and Checker is the check. The host and the SDK use the same Checker, so that both accept and
// refuse the same messages.
package capability

import (
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Capabilities describe what a channel can carry. A message that needs more is refused: by the host before it chooses the
// channel, and by the SDK before it calls Send.
type Capabilities struct {
	// Kinds are the kinds of message that the channel carries.
	Kinds []Kind `json:"kinds,omitempty"`
	// TemplateCategories are the categories that templates may have. If it is empty, all are allowed.
	TemplateCategories []string `json:"template_categories,omitempty"`
	// RecipientKinds are the kinds of recipient. If it is empty, only phone numbers are allowed.
	RecipientKinds []message.RecipientKind `json:"recipient_kinds,omitempty"`
	// MediaSources are the ways to name media. If it is empty, only links are allowed.
	MediaSources []MediaSource `json:"media_sources,omitempty"`
	// Scheduling is true if the vendor holds a message until wahost.send_at. Otherwise the host does.
	Scheduling bool `json:"scheduling"`
	// TextVariables is true if wahost.variables are carried: the vendor, or the provider, fills the placeholders of a text
	// body.
	TextVariables bool `json:"text_variables,omitempty"`
	// ReplyContext is true if context.message_id is carried. Otherwise the SDK lists it as ignored.
	ReplyContext bool `json:"reply_context,omitempty"`
	// Statuses are those that webhooks report.
	Statuses []outcome.Status `json:"statuses,omitempty"`
	// InboundTypes are the types of inbound message that webhooks report.
	InboundTypes []string `json:"inbound_types,omitempty"`
	// ReferenceLength is the largest length in bytes of biz_opaque_callback_data that the vendor carries. Zero means that
	// it is not carried.
	ReferenceLength int `json:"reference_length,omitempty"`
	// IDScope says what the vendor's message ids identify.
	IDScope IDScope `json:"id_scope,omitempty"`
	// Limits are those that differ from message.DefaultLimits.
	Limits []message.Limit `json:"limits,omitempty"`
	// MaxConcurrency bounds the concurrent vendor requests of the channel. For zero, which an author may leave, the SDK makes at
	// most DefaultMaxConcurrency and declares this number. A provider without the SDK that declares zero has no bound, and the host
	// uses this number.
	MaxConcurrency int `json:"max_concurrency,omitempty"`

	// The SDK sets the fields below from the interfaces that a channel and its account implement: provider.GroupSender,
	// WebhookHandler, SignalSender, MessageFinder, MediaUploader, MediaFetcher and TemplateLister. Values that an author sets
	// are overwritten.
	MaxRecipients int      `json:"max_recipients"`
	Webhooks      bool     `json:"webhooks"`
	Signals       []Signal `json:"signals,omitempty"`
	Lookup        bool     `json:"lookup,omitempty"`
	MediaUpload   bool     `json:"media_upload,omitempty"`
	MediaFetch    bool     `json:"media_fetch,omitempty"`
	TemplateList  bool     `json:"template_list,omitempty"`
}

// Recipients returns the largest number of recipients of one vendor request with a message of a kind, at least 1.
func (c Capabilities) Recipients(kind string) int {
	most := max(1, c.MaxRecipients)
	for _, k := range c.Kinds {
		if k.Kind == kind && k.MaxRecipients > 0 {
			most = min(most, k.MaxRecipients)
		}
	}
	return most
}

// DefaultMaxConcurrency bounds the concurrent vendor requests of a channel that does not set MaxConcurrency.
const DefaultMaxConcurrency = 1024

// Kind describes how one kind of message is carried.
type Kind struct {
	// Kind is one of the message.Kind constants, or the name of a later kind.
	Kind string `json:"kind"`
	// HeaderKinds are the types of header that a template or an interactive message may have: text, image, video,
	// document, location. If it is empty, no header is allowed.
	HeaderKinds []string `json:"header_kinds,omitempty"`
	// ButtonKinds are the sub-types of template buttons that may have parameters: url, quick_reply, copy_code.
	ButtonKinds []string `json:"button_kinds,omitempty"`
	// ParameterTypes are the types of template body parameters. Text is always allowed.
	ParameterTypes []string `json:"parameter_types,omitempty"`
	// NamedParameters is true if template parameters may have names.
	NamedParameters bool `json:"named_parameters,omitempty"`
	// Components are further types of template component: carousel, limited_time_offer. Header, body and button are
	// always allowed.
	Components []string `json:"components,omitempty"`
	// MaxRecipients is the largest number of recipients of one vendor request with a message of this kind. Zero means that
	// of the channel, which it does not exceed.
	MaxRecipients int `json:"max_recipients,omitempty"`
	// MissingFields are the paths of fields that are not carried, though the kind and the component that they are in are,
	// such as "template.components[*].parameters[*].location.name". An outcome lists such a field as ignored, or refuses it.
	MissingFields []string `json:"missing_fields,omitempty"`
}

// Signal is a kind of signal about an inbound message.
type Signal string

// The signals.
const (
	// SignalRead marks a message as read.
	SignalRead Signal = "read"
	// SignalTyping shows that a reply is being written. It marks the message as read as well.
	SignalTyping Signal = "typing"
)

// MediaSource is a way to name a media file.
type MediaSource string

// The media sources.
const (
	MediaByLink  MediaSource = "link"
	MediaByID    MediaSource = "id"
	MediaByBytes MediaSource = "bytes"
)

// IDScope says what a vendor's message id identifies.
type IDScope string

// The id scopes.
const (
	IDPerRecipient IDScope = "recipient"
	IDPerRequest   IDScope = "request"
	IDNone         IDScope = "none"
)
