// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// FromCloudAPI returns the message of a vendor that passes on the message object of a Cloud API webhook. The object is
// kept with all of its fields. If at is not zero, it becomes the object's timestamp, for vendors that write times in forms
// of their own. A "+" before the sender's number is removed. To and ProfileName are not part of the object, and are left to
// the caller.
//
// A type that this package does not know becomes the type "unknown" of the message; the object keeps it. The error is a
// *message.InvalidError. The message is then nil.
func FromCloudAPI(raw json.RawMessage, at time.Time) (*provider.InboundMessage, error) {
	if err := message.CheckJSON(raw); err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil || object == nil {
		return nil, invalid("", "The message must be a JSON object.")
	}
	var h cloudHead
	if json.Unmarshal(raw, &h) != nil {
		// A field has a wrong type. Validate names it.
		if err := Validate(raw); err != nil {
			return nil, err
		}
	}
	changed := false
	set := func(name, value string) {
		object[name], _ = json.Marshal(value) // a string that is UTF-8 can always be written
		changed = true
	}
	if text := unixText(at); text != "" && h.timestamp() != text {
		set("timestamp", text)
	}
	if number, ok := strings.CutPrefix(h.From, "+"); ok {
		set("from", number)
		h.From = number
	}
	if changed {
		var err error
		if raw, err = marshal(object); err != nil {
			return nil, err
		}
	}
	if err := Validate(raw); err != nil {
		return nil, err
	}
	in := &provider.InboundMessage{Type: h.Type, Message: raw, ContextMessageID: h.Context.ID}
	if _, known := contentRules[h.Type]; !known {
		in.Type = "unknown"
	}
	if h.From != "" {
		in.From = message.Recipient{Kind: message.RecipientPhone, Address: "+" + h.From}
	} else {
		in.From = message.Recipient{Kind: message.RecipientUser, Address: h.FromUserID}
	}
	return in, nil
}

// cloudHead is what a provider reads from a message object.
type cloudHead struct {
	From       string          `json:"from"`
	FromUserID string          `json:"from_user_id"`
	Type       string          `json:"type"`
	Timestamp  json.RawMessage `json:"timestamp"`
	Context    struct {
		ID string `json:"id"`
	} `json:"context"`
}

// timestamp returns the timestamp if it is a string, and "" otherwise.
func (h cloudHead) timestamp() string {
	var s string
	if json.Unmarshal(h.Timestamp, &s) != nil {
		return ""
	}
	return s
}
