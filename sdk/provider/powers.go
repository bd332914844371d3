// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"io"
	"time"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// SignalSender is implemented by a Channel whose vendor takes signals: read receipts and typing indicators.
type SignalSender interface {
	// Signals returns the signals that the vendor takes, at least one. They become part of the capabilities.
	Signals() []capability.Signal
	// SendSignal makes one vendor request and returns its outcome. It is called with the signals of Signals only.
	SendSignal(ctx context.Context, req SignalRequest) outcome.Outcome
}

// SignalRequest is the argument of SignalSender.SendSignal.
type SignalRequest struct {
	// Signal is the signal. Its message_id is not empty.
	Signal *message.Signal
	// To is the sender of the message that the signal is about. Its Kind is empty if the host does not know the sender.
	To message.Recipient
}

// MessageFinder is implemented by a Channel whose vendor can be asked what became of a message. The host asks when the
// outcome of an attempt is unknown.
type MessageFinder interface {
	// FindMessage makes vendor requests that change nothing, and returns what the vendor knows.
	FindMessage(ctx context.Context, req FindRequest) FindResult
}

// FindRequest is the argument of MessageFinder.FindMessage.
type FindRequest struct {
	// DeliveryID is the id of the attempt, as in SendRequest.
	DeliveryID string
	// ProviderMessageID is the vendor's id. It is empty if the host does not know it.
	ProviderMessageID string
	To                message.Recipient
	// SentAt is the time of the attempt.
	SentAt time.Time
}

// FindResult is what a vendor knows of a message. Exactly one of Event, NotFound and Cause is set.
type FindResult struct {
	// Event is the message's present status, with its ids.
	Event *Event
	// NotFound is true if the vendor surely did not accept the message and will not.
	NotFound bool
	// Cause says why nothing is known, such as that the vendor did not answer.
	Cause string
}

// MediaUploader is implemented by a Channel whose vendor takes media and returns an id that messages name.
type MediaUploader interface {
	// UploadMedia uploads the content to the vendor. The rejection is nil if it succeeded. A failed upload may be repeated.
	UploadMedia(ctx context.Context, media Media) (UploadedMedia, *outcome.Rejected)
}

// Media is a media file.
type Media struct {
	// MIMEType is the type, such as "image/jpeg".
	MIMEType string
	// Filename is the name of a document. It may be empty.
	Filename string
	// Size is the size in bytes, or 0 if it is not known.
	Size int64
	// Content is read once. The caller of UploadMedia closes it, and so does the SDK after FetchMedia.
	Content io.ReadCloser
}

// UploadedMedia is media that the vendor has.
type UploadedMedia struct {
	// ID is the vendor's id, for MEDIA.id of a message.
	ID string
	// Expires is when the vendor forgets the media, or zero if that is not known.
	Expires time.Time
}

// MediaFetcher is implemented by a Channel whose vendor gives access to the media of inbound messages.
type MediaFetcher interface {
	// FetchMedia returns the media with an id or a link, as an inbound message has it. The rejection is nil if it succeeded.
	FetchMedia(ctx context.Context, media string) (Media, *outcome.Rejected)
}

// TemplateLister is implemented by a Channel whose vendor lists the templates of the channel.
type TemplateLister interface {
	// ListTemplates returns a page of templates: the first one if page is empty, and otherwise the one that
	// TemplatePage.Next of the page before names. The rejection is nil if it succeeded.
	ListTemplates(ctx context.Context, page string) (TemplatePage, *outcome.Rejected)
}

// TemplatePage is a part of the list of templates.
type TemplatePage struct {
	Templates []TemplateInfo
	// Next names the following page. It is empty on the last one.
	Next string
}

// TemplateInfo is a template as the vendor knows it.
type TemplateInfo struct {
	Name     string
	Language string
	// Category is one of the message.Category constants, or empty if the vendor does not say.
	Category string
	// Status is PENDING, APPROVED, REJECTED, PAUSED, DISABLED or another status of the vendor.
	Status string
	// ID is the vendor's id of the template. It may be empty.
	ID string
	// Components are the components as the Cloud API's message_templates lists them, as a JSON array. It is nil if the vendor
	// does not say.
	Components []byte
}
