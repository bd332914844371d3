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
)

// inboundTypes are the types that the vendor lists. The objects of order and system are not documented and are passed on
// unchanged.
var inboundTypes = []string{
	"text", "reaction", "image", "video", "audio", "sticker", "document", "location", "contacts", "button",
	"interactive", "order", "system", "unknown",
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
}

// inboundEvent fills an event from a callback with an inbound message. It returns a remark for the host's log, or "".
func inboundEvent(event *provider.Event, e envelope, channels []*channel) (remark string) {
	var b inboundBody
	if err := json.Unmarshal(e.Body, &b); err != nil {
		remark = "a part of the inbound message was not understood: " + err.Error()
	}
	from, to := strings.TrimPrefix(string(b.From), "+"), strings.TrimPrefix(string(b.To), "+")
	event.ChannelID = channelOf(channels, string(b.WabaID), to)
	if sent := parseTime(string(b.SendTime)); !sent.IsZero() {
		event.Time = sent
	}
	in := &provider.InboundMessage{
		To: to, ProfileName: string(b.Profile.Name), Type: string(b.Type), ContextMessageID: string(b.Context.ID),
	}
	if carry.IsPhone(from) {
		in.From = message.Recipient{Kind: message.RecipientPhone, Address: "+" + from}
	}
	if carry.IsPhone(to) {
		in.To = "+" + to
	}
	if !slices.Contains(inboundTypes, in.Type) {
		in.Type = "unknown"
	}
	event.Correlation = provider.Correlation{ProviderMessageID: string(b.ID), WAMID: string(b.WAMID), Recipient: in.From}
	in.Message = cloudMessage(e.Body, b, in.Type, from, event)
	event.InboundMessage = in
	return remark
}

// cloudMessage returns the message object of a Cloud API webhook as JSON.
func cloudMessage(body []byte, b inboundBody, kind, from string, event *provider.Event) []byte {
	out := map[string]any{"from": from, "id": string(b.WAMID), "type": kind}
	if !event.Time.IsZero() {
		out["timestamp"] = strconv.FormatInt(event.Time.Unix(), 10)
	}
	if b.Context.ID != "" {
		context := map[string]any{"id": string(b.Context.ID)}
		if b.Context.From != "" {
			context["from"] = strings.TrimPrefix(string(b.Context.From), "+")
		}
		out["context"] = context
	}
	var all map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&all) == nil {
		target, names := kind, []string{kind}
		switch kind {
		case "unknown":
			target, names = "errors", []string{"errors"}
		case "contacts":
			// The vendor's documents have both.
			names = []string{"contacts", "contact"}
		}
		for _, name := range names {
			if content, ok := all[name]; ok {
				out[target] = snakeCase(content)
			}
		}
	}
	if content, ok := out[kind].(map[string]any); ok {
		renameFields(kind, content)
	}
	data, err := json.Marshal(out)
	if err != nil {
		return nil
	}
	return data
}

// renameFields changes the names of fields and values from the vendor's to those of the Cloud API.
func renameFields(kind string, content map[string]any) {
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
