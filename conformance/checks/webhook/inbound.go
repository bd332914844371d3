// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

// isUser reports whether a message is from a user that is known by a business-scoped id only.
func isUser(ev dialect.Event) bool { return ev.Inbound != "" && strings.Contains(ev.Name, "user") }

// senderOf returns the sender in the texts of a call: the recipient of the values, or the user id if the call has that alone.
func senderOf(sent []string, values map[string]cty.Value) message.Recipient {
	number, user := values["recipient"].AsString(), values["user_id"].AsString()
	named := func(text string) bool { return strings.TrimPrefix(text, "+") == strings.TrimPrefix(number, "+") }
	if slices.Contains(sent, user) && !slices.ContainsFunc(sent, named) {
		return message.Recipient{Kind: message.RecipientUser, Address: user}
	}
	return message.Recipient{Kind: message.RecipientPhone, Address: number}
}

// received passes a message to the provider and returns it. It reports a deviation and returns nil if there is not exactly
// one message.
func received(ctx context.Context, e *suite.Env, event dialect.Event) (call emulator.Webhook, in *provider.InboundMessage) {
	call, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: wire.Values(e, 1)})
	if len(res.Events) != 1 || res.Events[0].InboundMessage == nil {
		e.Failf(event.Name, "one inbound message", "%d events: %s", len(res.Events), res.Problem)
		return call, nil
	}
	return call, res.Events[0].InboundMessage
}

func inboundValid(ctx context.Context, e *suite.Env) {
	for _, event := range eventsOf(e.Dialect(), isInbound) {
		_, in := received(ctx, e, event)
		if in == nil {
			continue
		}
		if err := webhook.Validate(in.Message); err != nil {
			e.Failf(event.Name, "a valid object of the Cloud API's webhook", "%v", err)
			continue
		}
		var object struct {
			From       string `json:"from"`
			FromUserID string `json:"from_user_id"`
			Type       string `json:"type"`
			Context    struct {
				ID string `json:"id"`
			} `json:"context"`
		}
		if err := json.Unmarshal(in.Message, &object); err != nil {
			e.Failf(event.Name, "an object that can be read", "%v", err)
			continue
		}
		if object.Type != in.Type && in.Type != "unknown" {
			e.Failf(event.Name, "the type of the message object: "+object.Type, "%q", in.Type)
		}
		if sender := strings.TrimPrefix(in.From.Address, "+"); sender != object.From && sender != object.FromUserID {
			e.Failf(event.Name, "the sender of the message object", "%q", in.From.Address)
		}
		if object.Context.ID != in.ContextMessageID {
			e.Failf(event.Name, "the context of the message object: "+object.Context.ID, "%q", in.ContextMessageID)
		}
	}
}

func inboundUser(ctx context.Context, e *suite.Env) {
	for _, event := range eventsOf(e.Dialect(), isUser) {
		inbound(ctx, e, event, "user_id")
	}
}

// inboundMarks compares the booleans of a call with those of the message object. Vendors may write their names in another
// case.
func inboundMarks(ctx context.Context, e *suite.Env) {
	marked := 0
	for _, event := range eventsOf(e.Dialect(), isInbound) {
		call, in := received(ctx, e, event)
		if in == nil {
			continue
		}
		sent, got := markedBy(e, call), marks(in.Message)
		for _, name := range slices.Sorted(maps.Keys(sent)) {
			marked++
			if value, ok := got[name]; !ok || value != sent[name] {
				e.Failf(event.Name+": "+name, strconv.FormatBool(sent[name]), "%v", got)
			}
		}
	}
	if marked == 0 {
		e.Untested("no inbound event of the dialect has a mark")
	}
}

// markedBy returns the marks of a call. A form has no booleans, so there the texts "true" and "false" are marks.
func markedBy(e *suite.Env, call emulator.Webhook) map[string]bool {
	if !e.Dialect().Webhook.Form {
		return marks(call.Body)
	}
	out := map[string]bool{}
	form, err := url.ParseQuery(string(call.Body))
	if err != nil {
		e.Blocked("the call is not a form: %v", err)
	}
	for name := range form {
		if text := form.Get(name); text == "true" || text == "false" {
			out[markName(name)] = text == "true"
		}
	}
	return out
}

func markName(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// marks returns the booleans in a JSON text by their names in lower case and without underscores.
func marks(body []byte) map[string]bool {
	out := map[string]bool{}
	var top any
	if json.Unmarshal(body, &top) != nil {
		return out
	}
	for level := []any{top}; len(level) > 0; {
		var next []any
		for _, v := range level {
			switch v := v.(type) {
			case map[string]any:
				for name, inner := range v {
					if b, ok := inner.(bool); ok {
						out[markName(name)] = b
					}
					next = append(next, inner)
				}
			case []any:
				next = append(next, v...)
			}
		}
		level = next
	}
	return out
}
