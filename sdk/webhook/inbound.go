// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// Inbound is a message from a WhatsApp user as a vendor reports it. Message converts it to what a provider returns. The
// names and meanings of the fields are those of the `messages` webhook of the Cloud API
// (https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages).
type Inbound struct {
	// ID is WhatsApp's id of the message. It is required.
	ID string
	// From is the sender: a phone number, or a business-scoped user id if the sender's number is hidden. It is required.
	From message.Recipient
	// UserID and ParentUserID are the business-scoped ids of a sender whose number is known too. Each may be empty.
	UserID, ParentUserID string
	// GroupID is the id of the group that the message was sent to. It is empty if it was sent to the business alone.
	GroupID string
	// Time is when the message was sent. If the vendor does not say, it is the zero time, and the object has no timestamp.
	Time time.Time
	// Content is the content of the message. It is required.
	Content Content

	// Context, Referral and Identity are nil if the message has none.
	Context  *Context
	Referral *Referral
	Identity *Identity

	// To is the business number and ProfileName the sender's name. They are not part of the message object. Each may be
	// empty.
	To, ProfileName string
}

// Context is what a message refers to.
type Context struct {
	// From is the sender of the message that this one replies to, and ID is that message's id. Both may be empty.
	From string `json:"from,omitempty"`
	ID   string `json:"id,omitempty"`
	// Forwarded is true if the message was forwarded, and FrequentlyForwarded if it was forwarded more than five times.
	Forwarded           bool `json:"forwarded,omitempty"`
	FrequentlyForwarded bool `json:"frequently_forwarded,omitempty"`
	// ReferredProduct is the product that the user asks about, or nil.
	ReferredProduct *Product `json:"referred_product,omitempty"`
}

// Product is a product of a catalog. Both ids are required.
type Product struct {
	CatalogID  string `json:"catalog_id"`
	RetailerID string `json:"product_retailer_id"`
}

// Referral is the advertisement or post that a user came from. Only SourceURL is required.
type Referral struct {
	SourceURL string `json:"source_url"`
	SourceID  string `json:"source_id,omitempty"`
	// SourceType is "ad" or "post".
	SourceType string `json:"source_type,omitempty"`
	Headline   string `json:"headline,omitempty"`
	Body       string `json:"body,omitempty"`
	// MediaType is "image" or "video". ImageURL belongs to an image; VideoURL and ThumbnailURL belong to a video.
	MediaType    string `json:"media_type,omitempty"`
	ImageURL     string `json:"image_url,omitempty"`
	VideoURL     string `json:"video_url,omitempty"`
	ThumbnailURL string `json:"thumbnail_url,omitempty"`
	// ClickID is the id of the click on the advertisement.
	ClickID string `json:"ctwa_clid,omitempty"`
	// WelcomeMessage is the text that greeted the user, or nil.
	WelcomeMessage *WelcomeMessage `json:"welcome_message,omitempty"`
}

// WelcomeMessage is the text of an advertisement that greets a user.
type WelcomeMessage struct {
	Text string `json:"text"`
}

// Identity is the state of the sender's identity key. Hash is required.
type Identity struct {
	// Acknowledged reports whether the latest change of the key was acknowledged.
	Acknowledged bool
	// Created is when the key was created, or zero.
	Created time.Time
	Hash    string
}

// Message returns the message with its object. The error is a *message.InvalidError whose paths are those of the object,
// such as "context.referred_product.catalog_id".
func (m Inbound) Message() (*provider.InboundMessage, error) {
	raw, kind, err := m.object()
	if err != nil {
		return nil, err
	}
	if err := Validate(raw); err != nil {
		return nil, err
	}
	in := &provider.InboundMessage{From: m.From, To: m.To, ProfileName: m.ProfileName, Type: kind, Message: raw}
	if m.Context != nil {
		in.ContextMessageID = m.Context.ID
	}
	return in, nil
}

// wireMessage is the message object without its content.
type wireMessage struct {
	From             string        `json:"from,omitempty"`
	FromUserID       string        `json:"from_user_id,omitempty"`
	FromParentUserID string        `json:"from_parent_user_id,omitempty"`
	GroupID          string        `json:"group_id,omitempty"`
	ID               string        `json:"id"`
	Timestamp        string        `json:"timestamp,omitempty"`
	Type             string        `json:"type"`
	Context          *Context      `json:"context,omitempty"`
	Referral         *Referral     `json:"referral,omitempty"`
	Identity         *wireIdentity `json:"identity,omitempty"`
	Errors           []wireError   `json:"errors,omitempty"`
}

type wireIdentity struct {
	Acknowledged bool   `json:"acknowledged"`
	Created      string `json:"created_timestamp,omitempty"`
	Hash         string `json:"hash"`
}

// object returns the message object as JSON, and its type.
func (m Inbound) object() (raw []byte, kind string, err error) {
	if m.Content == nil {
		return nil, "", invalid("type", "The message has no content.")
	}
	part := m.Content.part()
	w := wireMessage{
		FromUserID: m.UserID, FromParentUserID: m.ParentUserID, GroupID: m.GroupID, ID: m.ID, Type: part.kind,
		Context: m.Context, Referral: m.Referral, Errors: part.errors,
	}
	switch m.From.Kind {
	case message.RecipientPhone:
		w.From = strings.TrimPrefix(m.From.Address, "+")
	case message.RecipientUser:
		w.FromUserID = m.From.Address
	default:
		return nil, "", invalid("from", "The sender must be a phone number or a user id.")
	}
	w.Timestamp = unixText(m.Time)
	if i := m.Identity; i != nil {
		w.Identity = &wireIdentity{Acknowledged: i.Acknowledged, Created: unixText(i.Created), Hash: i.Hash}
	}
	if err := checkTexts(reflect.ValueOf(w), ""); err != nil {
		return nil, "", err
	}
	if raw, err = marshal(w); err != nil {
		return nil, "", err
	}
	if part.name == "" {
		return raw, part.kind, nil
	}
	content, err := part.marshal(part.name)
	if err != nil {
		return nil, "", err
	}
	name, err := marshal(part.name)
	if err != nil {
		return nil, "", err
	}
	return slices.Concat(raw[:len(raw)-1], []byte(","), name, []byte(":"), content, []byte("}")), part.kind, nil
}

// unixText returns a time in seconds since 1970, as the Cloud API writes it, or "" for the zero time.
func unixText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.Unix(), 10)
}

// marshal encodes a value without the escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		var known *message.InvalidError
		if errors.As(err, &known) {
			return nil, known
		}
		return nil, invalid("", "The message cannot be written as JSON: "+err.Error()+".")
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// checkTexts returns an error for the first text in a value that is not UTF-8, because encoding/json would replace its
// bytes. The path is that of the value.
func checkTexts(v reflect.Value, path string) error {
	switch v.Kind() {
	case reflect.String:
		if !utf8.ValidString(v.String()) {
			return invalid(path, "The text is not valid UTF-8.")
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return checkTexts(v.Elem(), path)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return nil // JSON, which Validate checks
		}
		for i := range v.Len() {
			if err := checkTexts(v.Index(i), message.IndexPath(path, i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if err := checkTexts(v.Field(i), message.JoinPath(path, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// invalid returns an error with one problem.
func invalid(path, detail string) error {
	return &message.InvalidError{Problems: []message.Problem{{Path: path, Detail: detail}}}
}
