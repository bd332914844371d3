// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

// typeUnknown is the type of a message whose content the vendor does not pass on.
const typeUnknown = "unknown"

// inboundTypes are the types that the vendor lists. The objects of order and system are not documented. They are passed on
// if they have the form of the Cloud API.
var inboundTypes = []string{
	"text", "reaction", "image", "video", "audio", "sticker", "document", "location", "contacts", "button",
	"interactive", "order", "system", typeUnknown,
}

type inboundBody struct {
	ID       scalar `json:"id"`
	WabaID   scalar `json:"wabaId"`
	WAMID    scalar `json:"wamid"`
	From     scalar `json:"from"`
	To       scalar `json:"to"`
	SendTime scalar `json:"sendTime"`
	Type     scalar `json:"type"`
	Profile  struct {
		Name scalar `json:"name"`
	} `json:"customerProfile"`
	Context struct {
		From scalar `json:"from"`
		ID   scalar `json:"id"`
	} `json:"context"`
	Errors []struct {
		Code    scalar `json:"code"`
		Title   scalar `json:"title"`
		Details scalar `json:"details"`
	} `json:"errors"`
}

// inboundEvent fills an event from a callback with an inbound message. It adds remarks for the host's log.
func inboundEvent(event *provider.Event, e envelope, channels []*channel, remarks *remarks) {
	var b inboundBody
	if err := json.Unmarshal(e.Body, &b); err != nil {
		remarks.add("a part of the inbound message was not understood: " + err.Error())
	}
	to := strings.TrimPrefix(string(b.To), "+")
	event.ChannelID = channelOf(channels, string(b.WabaID), to)
	sent, err := webhook.ParseTime(string(b.SendTime), vendorZone)
	if err != nil {
		remarks.add("sendTime: " + err.Error())
	}
	if !sent.IsZero() {
		event.Time = sent
	}
	in := webhook.Inbound{ID: string(b.WAMID), Time: event.Time, To: to, ProfileName: string(b.Profile.Name)}
	if carry.IsPhone(to) {
		in.To = "+" + to
	}
	in.From, _ = webhook.Sender(string(b.From))
	if b.Context.ID != "" {
		in.Context = &webhook.Context{ID: string(b.Context.ID), From: strings.TrimPrefix(string(b.Context.From), "+")}
	}
	in.Content = contentOf(e.Body, b)
	event.Correlation = provider.Correlation{ProviderMessageID: string(b.ID), WAMID: string(b.WAMID), Recipient: in.From}
	if event.InboundMessage, err = in.Message(); err == nil {
		return
	}
	remarks.add("the content of the inbound message is not passed on: " + err.Error())
	in.Content = webhook.Unknown{}
	if event.InboundMessage, err = in.Message(); err != nil {
		// Without an id or a sender there is no message that anybody could answer.
		event.ChannelNotice = notice(e)
	}
}

// contentOf returns the content of a message in the form of the Cloud API.
func contentOf(body []byte, b inboundBody) webhook.Content {
	kind := string(b.Type)
	if kind == typeUnknown || !slices.Contains(inboundTypes, kind) {
		var unknown webhook.Unknown
		for _, e := range b.Errors {
			code, err := strconv.Atoi(string(e.Code))
			if err == nil {
				unknown.Errors = append(unknown.Errors, webhook.Error{Code: code, Title: string(e.Title), Details: string(e.Details)})
			}
		}
		return unknown
	}
	var all map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&all) != nil {
		return webhook.Unknown{}
	}
	content, ok := all[kind]
	if !ok && kind == "contacts" {
		content, ok = all["contact"] // the vendor's documents have both
	}
	if !ok {
		return webhook.Object{Type: kind}
	}
	content = snakeCase(content)
	if o, ok := content.(map[string]any); ok {
		convertFields(kind, o)
	}
	raw, err := json.Marshal(content)
	if err != nil {
		return webhook.Unknown{}
	}
	return webhook.Object{Type: kind, JSON: raw}
}

// convertFields changes fields and values from the vendor's form to that of the Cloud API.
func convertFields(kind string, content map[string]any) {
	switch kind {
	case "interactive":
		if t, ok := content["type"].(string); ok {
			content["type"] = snakeName(t)
		}
	case "image", "video", "audio", "sticker", "document":
		if link, ok := content["link"]; ok {
			content["url"] = link
			delete(content, "link")
		}
	case message.KindLocation:
		toNumbers(content, "latitude", "longitude")
	case "order":
		items, _ := content["product_items"].([]any)
		for _, item := range items {
			if o, ok := item.(map[string]any); ok {
				toNumbers(o, "quantity", "item_price")
			}
		}
	}
}

// toNumbers makes numbers of texts that are numbers. The vendor documents numbers in callbacks and texts in requests.
func toNumbers(object map[string]any, names ...string) {
	for _, name := range names {
		if s, ok := object[name].(string); ok {
			if _, err := strconv.ParseFloat(s, 64); err == nil && json.Valid([]byte(s)) {
				object[name] = json.Number(s)
			}
		}
	}
}

// snakeCase converts the keys of all objects to snake_case.
func snakeCase(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, inner := range v {
			out[snakeName(name)] = snakeCase(inner)
		}
		return out
	case []any:
		for i := range v {
			v[i] = snakeCase(v[i])
		}
	}
	return value
}

// snakeName returns a name in snake_case: "mime_type" for "mimeType" and "wa_id" for "waID".
func snakeName(name string) string {
	var b strings.Builder
	upper := true
	for _, r := range name {
		if unicode.IsUpper(r) {
			if !upper {
				b.WriteByte('_')
			}
			r = unicode.ToLower(r)
			upper = true
		} else {
			upper = r == '_'
		}
		b.WriteRune(r)
	}
	return b.String()
}
