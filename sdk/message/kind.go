// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

// The kinds of message, for which capabilities are declared. The kind of a message is the Cloud API's `type` or, for an
// interactive message, its `interactive.type`.
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

// The values of `type` that are not kinds.
const (
	TypeInteractive = "interactive"
)

// The categories of templates, and CategoryService for all other messages.
const (
	CategoryMarketing      = "marketing"
	CategoryUtility        = "utility"
	CategoryAuthentication = "authentication"
	CategoryService        = "service"
)

// Kind returns the kind of the message, such as KindText or KindList. It returns "" if `type` is not set.
func (m *Message) Kind() string {
	if m.GetType() == TypeInteractive {
		return m.GetInteractive().GetType()
	}
	return m.GetType()
}

// Category returns the category that the caller set, or CategoryService for a message that is not a template. It
// returns "" for a template without a category.
func (m *Message) Category() string {
	if c := m.GetWahost().GetCategory(); c != "" {
		return c
	}
	if m.GetType() == KindTemplate {
		return ""
	}
	return CategoryService
}

// MediaOf returns the media object of a media message, or nil if the message has another type.
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

// RecipientKind is the kind of a recipient's address.
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

// Recipient is the address of a message.
type Recipient struct {
	Kind RecipientKind
	// Address is a phone number in E.164 with "+", or the id of a user or group as the vendor knows it.
	Address string
}

// Digits returns a phone number without its "+". It returns other addresses unchanged.
func (r Recipient) Digits() string {
	if r.Kind == RecipientPhone && len(r.Address) > 0 && r.Address[0] == '+' {
		return r.Address[1:]
	}
	return r.Address
}
