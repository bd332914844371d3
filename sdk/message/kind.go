// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

// The kinds of message: what a capability is declared for. The kind is the Cloud API's `type`, and for an
// interactive message its `interactive.type`.
const (
	KindText        = "text"
	KindTemplate    = "template"
	KindImage       = "image"
	KindVideo       = "video"
	KindAudio       = "audio"
	KindDocument    = "document"
	KindSticker     = "sticker"
	KindLocation    = "location"
	KindContacts    = "contacts"
	KindList        = "list"
	KindButton      = "button"
	KindProduct     = "product"
	KindProductList = "product_list"
	KindReaction    = "reaction"
	KindPin         = "pin"
)

// The values of `type` that are not kinds themselves.
const (
	TypeInteractive = "interactive"
)

// Template categories and the one of free-form messages.
const (
	CategoryMarketing      = "marketing"
	CategoryUtility        = "utility"
	CategoryAuthentication = "authentication"
	CategoryService        = "service"
)

// Kind names what a message is, in the words of the Kind constants; "" where `type` is not set.
func (m *Message) Kind() string {
	if m.GetType() == TypeInteractive {
		return m.GetInteractive().GetType()
	}
	return m.GetType()
}

// Category is the category that the caller gave, or "service" for everything that is not a template.
// It is "" for a template of unknown category.
func (m *Message) Category() string {
	if c := m.GetWahost().GetCategory(); c != "" {
		return c
	}
	if m.GetType() == KindTemplate {
		return ""
	}
	return CategoryService
}

// MediaOf gives the media object of a media message, or nil for other kinds.
func (m *Message) MediaOf() *Media {
	switch m.GetType() {
	case KindImage:
		return m.GetImage()
	case KindVideo:
		return m.GetVideo()
	case KindAudio:
		return m.GetAudio()
	case KindDocument:
		return m.GetDocument()
	case KindSticker:
		return m.GetSticker()
	}
	return nil
}

// RecipientKind tells what a recipient's address is.
type RecipientKind string

// The kinds of recipient.
const (
	// RecipientPhone is a phone number.
	RecipientPhone RecipientKind = "phone"
	// RecipientUser is a business-scoped user id.
	RecipientUser RecipientKind = "user"
	// RecipientGroup is a group id.
	RecipientGroup RecipientKind = "group"
)

// Recipient is where a message goes.
type Recipient struct {
	Kind RecipientKind
	// Address is E.164 with "+" for a phone, otherwise the id as the vendor knows it.
	Address string
}

// Digits gives a phone number without its "+".
func (r Recipient) Digits() string {
	if r.Kind == RecipientPhone && len(r.Address) > 0 && r.Address[0] == '+' {
		return r.Address[1:]
	}
	return r.Address
}
