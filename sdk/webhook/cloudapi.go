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
		return nil, notAnObject()
	}
	// A field of another type counts as empty here. The check of the object names it.
	textOf := func(name string) (value string) {
		_ = json.Unmarshal(object[name], &value)
		return value
	}
	changed := false
	set := func(name, value string) {
		object[name], _ = json.Marshal(value) // a string that is UTF-8 can always be written
		changed = true
	}
	if seconds := unixText(at); seconds != "" && textOf("timestamp") != seconds {
		set("timestamp", seconds)
	}
	if number, ok := strings.CutPrefix(textOf("from"), "+"); ok {
		set("from", number)
	}
	if changed {
		var err error
		if raw, err = marshal(object); err != nil {
			return nil, err
		}
	}
	if err := check(raw); err != nil {
		return nil, err
	}
	in := &provider.InboundMessage{Type: textOf("type"), Message: raw}
	if _, known := contentRules[in.Type]; !known {
		in.Type = "unknown"
	}
	in.From = message.Recipient{Kind: message.RecipientUser, Address: textOf("from_user_id")}
	if from := textOf("from"); from != "" {
		in.From = message.Recipient{Kind: message.RecipientPhone, Address: "+" + from}
	}
	var context map[string]json.RawMessage
	if json.Unmarshal(object["context"], &context) == nil {
		_ = json.Unmarshal(context["id"], &in.ContextMessageID)
	}
	return in, nil
}
