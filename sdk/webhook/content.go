// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"
	"reflect"

	"github.com/wahost/wahost/sdk/message"
)

// Content is the content of an inbound message: one of the types of this package.
type Content interface {
	part() part
}

// part is a content as it is in a message object.
type part struct {
	// kind is the value of `type`, and name the field with the object. The name is empty if there is no object.
	kind, name string
	object     any
	// raw is the object as JSON, instead of object.
	raw    json.RawMessage
	errors []wireError
}

// marshal returns the object as JSON.
func (p part) marshal(path string) ([]byte, error) {
	if p.raw != nil {
		if !json.Valid(p.raw) {
			return nil, invalid(path, "The content is not valid JSON.")
		}
		return p.raw, nil
	}
	if err := checkTexts(reflect.ValueOf(p.object), path); err != nil {
		return nil, err
	}
	return marshal(p.object)
}

// Text is a text.
type Text struct {
	Body string `json:"body"`
}

func (t Text) part() part { return part{kind: message.KindText, name: message.KindText, object: t} }

// Media is a file. Type and one of ID and URL are required.
type Media struct {
	// Type is "image", "video", "audio", "document" or "sticker".
	Type string `json:"-"`
	// ID is the vendor's id of the file, and URL its address. Usually, an address works for some minutes only and needs the
	// vendor's credentials.
	ID  string `json:"id,omitempty"`
	URL string `json:"url,omitempty"`
	// MIMEType and SHA256 describe the file, as the vendor writes them.
	MIMEType string `json:"mime_type,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
	// Voice is true for audio that the user recorded, and Animated for a sticker that moves.
	Voice    bool `json:"voice,omitempty"`
	Animated bool `json:"animated,omitempty"`
}

func (m Media) part() part { return part{kind: m.Type, name: m.Type, object: m} }

// Location is a place. The coordinates are decimal numbers in degrees, so that no digit is lost. They are required.
type Location struct {
	Latitude  json.Number `json:"latitude"`
	Longitude json.Number `json:"longitude"`
	Name      string      `json:"name,omitempty"`
	Address   string      `json:"address,omitempty"`
	URL       string      `json:"url,omitempty"`
}

func (l Location) part() part {
	p := part{kind: message.KindLocation, name: message.KindLocation, object: l}
	if l.Latitude == "" || l.Longitude == "" {
		// encoding/json would write the number 0, which is a place.
		p.object = failure{invalid(message.KindLocation, "The coordinates are missing.")}
	}
	return p
}

// Contacts are contact cards. There is at least one.
type Contacts []*message.Contact

func (c Contacts) part() part {
	return part{kind: message.KindContacts, name: message.KindContacts, object: []*message.Contact(c)}
}

// Reaction is an emoji on an earlier message. An empty emoji removes it. MessageID is required.
type Reaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

func (r Reaction) part() part {
	return part{kind: message.KindReaction, name: message.KindReaction, object: r}
}

// Button is a tap on a quick reply button of a template.
type Button struct {
	Payload string `json:"payload"`
	Text    string `json:"text"`
}

func (b Button) part() part { return part{kind: "button", name: "button", object: b} }

// ButtonReply is a tap on a reply button. ID and Title are required.
type ButtonReply struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func (r ButtonReply) part() part { return interactive("button_reply", r) }

// ListReply is a choice from a list. ID and Title are required.
type ListReply struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

func (r ListReply) part() part { return interactive("list_reply", r) }

// FlowReply is the result of a flow.
type FlowReply struct {
	Name string `json:"name,omitempty"`
	Body string `json:"body,omitempty"`
	// Response is the result as JSON text. It is required.
	Response string `json:"response_json"`
}

func (r FlowReply) part() part { return interactive("nfm_reply", r) }

func interactive(kind string, object any) part {
	const name = "interactive"
	raw, err := part{object: object}.marshal(name + "." + kind)
	if err != nil {
		return part{kind: name, name: name, object: failure{err}}
	}
	return part{kind: name, name: name, object: map[string]any{"type": kind, kind: json.RawMessage(raw)}}
}

// failure is an object that cannot be written.
type failure struct{ err error }

// MarshalJSON returns the error.
func (f failure) MarshalJSON() ([]byte, error) { return nil, f.err }

// Order is an order from a catalog. CatalogID is required, and there is at least one item.
type Order struct {
	CatalogID string      `json:"catalog_id"`
	Text      string      `json:"text,omitempty"`
	Items     []OrderItem `json:"product_items"`
}

// OrderItem is an item of an order. RetailerID is required. A quantity or price that is not known is empty.
type OrderItem struct {
	RetailerID string      `json:"product_retailer_id"`
	Quantity   json.Number `json:"quantity,omitempty"`
	Price      json.Number `json:"item_price,omitempty"`
	Currency   string      `json:"currency,omitempty"`
}

func (o Order) part() part { return part{kind: "order", name: "order", object: o} }

// System is a notice about the user, such as a changed phone number. Type is required.
type System struct {
	Body string `json:"body,omitempty"`
	// Type is "user_changed_number", "user_changed_user_id", "customer_identity_changed" or another type of the Cloud API.
	Type string `json:"type"`
	// WaID is the user's new number in digits; UserID and ParentUserID are the new business-scoped ids. Each may be empty.
	WaID         string `json:"wa_id,omitempty"`
	UserID       string `json:"user_id,omitempty"`
	ParentUserID string `json:"parent_user_id,omitempty"`
}

func (s System) part() part { return part{kind: "system", name: "system", object: s} }

// Edit replaces the content of an earlier message (https://developers.facebook.com/documentation/business-messaging/
// whatsapp/webhooks/reference/messages/edit). Both fields are required.
type Edit struct {
	OriginalMessageID string
	Content           Content
}

func (e Edit) part() part {
	const name = "edit"
	inner := map[string]json.RawMessage{}
	if e.Content != nil {
		p := e.Content.part()
		raw, err := p.marshal("edit.message." + p.name)
		if err != nil {
			return part{kind: name, name: name, object: failure{err}}
		}
		kind, _ := json.Marshal(p.kind) // a string can always be written
		inner["type"] = kind
		if p.name != "" {
			inner[p.name] = raw
		}
	}
	return part{kind: name, name: name, object: map[string]any{"original_message_id": e.OriginalMessageID, "message": inner}}
}

// Revoke deletes an earlier message (https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/
// reference/messages/revoke). The id is required.
type Revoke struct {
	OriginalMessageID string `json:"original_message_id"`
}

func (r Revoke) part() part { return part{kind: "revoke", name: "revoke", object: r} }

// Unsupported is a message of a type that the Cloud API does not pass on. There is at least one error.
type Unsupported struct {
	// Kind is the type that is not supported, such as "poll_creation". It may be empty.
	Kind   string
	Errors []Error
}

func (u Unsupported) part() part {
	p := part{kind: "unsupported", errors: wireErrors(u.Errors)}
	if u.Kind != "" {
		p.name, p.object = p.kind, struct {
			Type string `json:"type"`
		}{u.Kind}
	}
	return p
}

// Unknown is a message whose content the vendor does not report, or in a form that the provider does not understand.
type Unknown struct {
	// Errors are those that the vendor reports. There may be none.
	Errors []Error
}

func (u Unknown) part() part { return part{kind: "unknown", errors: wireErrors(u.Errors)} }

// Error is an error in a webhook of the Cloud API. Code is required.
type Error struct {
	Code                    int
	Title, Message, Details string
}

type wireError struct {
	Code    int         `json:"code"`
	Title   string      `json:"title,omitempty"`
	Message string      `json:"message,omitempty"`
	Data    *wireDetail `json:"error_data,omitempty"`
}

type wireDetail struct {
	Details string `json:"details"`
}

func wireErrors(list []Error) []wireError {
	out := make([]wireError, 0, len(list))
	for _, e := range list {
		w := wireError{Code: e.Code, Title: e.Title, Message: e.Message}
		if e.Details != "" {
			w.Data = &wireDetail{e.Details}
		}
		out = append(out, w)
	}
	return out
}

// Object is a content in the Cloud API's form as JSON, for vendors that report contents in this form. It is checked like
// every other content, and fields that this package does not know are kept.
type Object struct {
	// Type is the type of the message. The object becomes the field of that name.
	Type string
	// JSON is the object, or the list of contacts.
	JSON json.RawMessage
}

func (o Object) part() part {
	if o.JSON == nil {
		return part{kind: o.Type}
	}
	return part{kind: o.Type, name: o.Type, raw: o.JSON}
}
