// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/wahost/wahost/sdk/message"
)

// object is JSON to be written. Formpost's names are the keys.
type object map[string]any

// encode writes the field "message" of the form.
func encode(m *message.Message) ([]byte, error) {
	var out object
	switch i := m.GetInteractive(); m.Kind() {
	case message.KindText:
		out = object{"type": "text", "text": m.GetText().GetBody(), "preview": m.GetText().GetPreviewUrl()}
	case message.KindImage:
		out = object{"type": "image", "originalUrl": m.GetImage().GetLink(), "caption": m.GetImage().GetCaption()}
	case message.KindList:
		var items []object
		for _, s := range i.GetAction().GetSections() {
			var options []object
			for _, r := range s.GetRows() {
				options = append(options, object{"postbackText": r.GetId(), "title": r.GetTitle(), "description": r.GetDescription()})
			}
			items = append(items, object{"title": s.GetTitle(), "options": options})
		}
		out = object{
			"type": "list", "title": i.GetHeader().GetText(), "body": i.GetBody().GetText(), "caption": i.GetFooter().GetText(),
			"globalButtons": []object{{"title": i.GetAction().GetButton()}}, "items": items,
		}
	case message.KindButton:
		var options []object
		for _, b := range i.GetAction().GetButtons() {
			options = append(options, object{"postbackText": b.GetReply().GetId(), "title": b.GetReply().GetTitle()})
		}
		out = object{
			"type": "quick_reply", "options": options,
			"content": object{"header": i.GetHeader().GetText(), "text": i.GetBody().GetText(), "caption": i.GetFooter().GetText()},
		}
	default:
		return nil, fmt.Errorf("formpost does not carry %s messages", m.Kind())
	}
	leaveOutEmpty(out)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(out)
	return bytes.TrimSpace(b.Bytes()), err
}

// leaveOutEmpty takes texts out that the caller did not set: an empty one would show as a field that is set.
func leaveOutEmpty(o object) {
	for name, member := range o {
		switch v := member.(type) {
		case string:
			if v == "" {
				delete(o, name)
			}
		case object:
			leaveOutEmpty(v)
		case []object:
			for _, element := range v {
				leaveOutEmpty(element)
			}
		}
	}
}

// known are the fields that encode writes, and those that are for the host. Indexes are left out.
var known = []string{
	"messaging_product", "recipient_type", "to", "type", "wahost.category", "wahost.route", "wahost.channel",
	"context.message_id", "biz_opaque_callback_data", // the SDK says of these that they were ignored
	"text.body", "text.preview_url",
	"image.link", "image.caption",
	"interactive.type", "interactive.header.type", "interactive.header.text", "interactive.body.text", "interactive.footer.text",
	"interactive.action.button", "interactive.action.sections.title", "interactive.action.sections.rows.id",
	"interactive.action.sections.rows.title", "interactive.action.sections.rows.description",
	"interactive.action.buttons.type", "interactive.action.buttons.reply.id", "interactive.action.buttons.reply.title",
}

// uncarried returns the path of a field that is set and would be lost, or "".
func uncarried(m *message.Message) string {
	data, err := message.Marshal(m)
	if err != nil {
		return ""
	}
	var content any
	if json.Unmarshal(data, &content) != nil {
		return ""
	}
	return unknownLeaf(content, "", "")
}

func unknownLeaf(value any, path, name string) string {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			at, plain := key, key
			if path != "" {
				at, plain = path+"."+key, name+"."+key
			}
			if lost := unknownLeaf(member, at, plain); lost != "" {
				return lost
			}
		}
	case []any:
		for i, element := range v {
			if lost := unknownLeaf(element, fmt.Sprintf("%s[%d]", path, i), name); lost != "" {
				return lost
			}
		}
	default:
		if !slices.Contains(known, name) {
			return path
		}
	}
	return ""
}
