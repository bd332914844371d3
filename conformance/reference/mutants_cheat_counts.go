// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/wahost/wahost/sdk/message"
)

// shorten keeps at most n items of a list of a JSON object.
func shorten(m map[string]any, name string, n int) {
	if list, ok := m[name].([]any); ok && len(list) > n {
		m[name] = list[:n]
	}
}

// swap exchanges two items of a list of a JSON object, if it has both.
func swap(m map[string]any, name string, i, j int) {
	if list, ok := m[name].([]any); ok && len(list) > max(i, j) {
		list[i], list[j] = list[j], list[i]
	}
}

// inTemplateBody returns a hook that changes the component with the parameters of a template's body.
func inTemplateBody(change func(component map[string]any)) func(map[string]any) {
	return func(m map[string]any) {
		for _, c := range objects(object(m, "template"), "components") {
			if c["type"] == "body" {
				change(c)
			}
		}
	}
}

// countCheats carry one or two of everything, and not more.
var countCheats = []Mutant{
	{Name: "keeps-two-of-everything", Defect: "of every list two items are sent", body: content(func(m map[string]any) {
		everyObject(m, func(o map[string]any) {
			for _, name := range []string{"parameters", "contacts", "phones", "emails", "urls", "addresses", "sections", "rows", "buttons", "product_items", "cards"} {
				shorten(o, name, 2)
			}
		})
	})},
	{Name: "ten-parameters", Defect: "a template's parameters after the tenth are not sent",
		body: content(inTemplateBody(func(c map[string]any) { shorten(c, "parameters", 10) }))},
	{Name: "sorts-parameters", Defect: "parameters are sorted by their number as a text, so that the tenth comes after the first", body: content(inTemplateBody(func(c map[string]any) {
		list, _ := c["parameters"].([]any)
		if len(list) < 11 {
			return
		}
		order := make([]int, len(list))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(strconv.Itoa(a+1), strconv.Itoa(b+1)) })
		sorted := make([]any, 0, len(list))
		for _, i := range order {
			sorted = append(sorted, list[i])
		}
		c["parameters"] = sorted
	}))},
	{Name: "two-contacts", Defect: "contacts after the second are not sent", body: content(func(m map[string]any) { shorten(m, "contacts", 2) })},
	{Name: "two-phones", Defect: "a contact's phones after the second are not sent", body: content(func(m map[string]any) {
		for _, c := range objects(m, "contacts") {
			shorten(c, "phones", 2)
		}
	})},
	{Name: "eight-rows", Defect: "rows of a section after the eighth are not sent", body: content(func(m map[string]any) {
		for _, s := range objects(object(m, "interactive", "action"), "sections") {
			shorten(s, "rows", 8)
		}
	})},
	{Name: "swaps-the-third-section", Defect: "the second and the third section of a list are exchanged",
		body: content(func(m map[string]any) { swap(object(m, "interactive", "action"), "sections", 1, 2) })},
	{Name: "swaps-the-third-button", Defect: "the second and the third button are exchanged",
		body: content(func(m map[string]any) { swap(object(m, "interactive", "action"), "buttons", 1, 2) })},
	{Name: "twenty-products", Defect: "products of a section after the twentieth are not sent", body: content(func(m map[string]any) {
		for _, s := range objects(object(m, "interactive", "action"), "sections") {
			shorten(s, "product_items", 20)
		}
	})},
}

// either returns a hook that changes a request if two things are in it together.
func either(first, second func(m map[string]any) bool, drop func(m map[string]any)) func(*channel, *message.Message, map[string]any) {
	return content(func(m map[string]any) {
		if first(m) && second(m) {
			drop(m)
		}
	})
}

// has returns a condition that an object has a value at a path of members.
func has(names ...string) func(map[string]any) bool {
	return func(m map[string]any) bool {
		last := len(names) - 1
		o := object(m, names[:last]...)
		return o != nil && o[names[last]] != nil
	}
}

// pairCheats carry each optional field alone, and lose one of two.
var pairCheats = []Mutant{
	{Name: "context-or-reference", Defect: "a reply with a reference loses the id of the message that it replies to",
		body: either(has("context", "message_id"), has("biz_opaque_callback_data"), func(m map[string]any) { delete(m, "context") })},
	{Name: "preview-or-context", Defect: "a reply is sent without its preview of links", body: either(has("context", "message_id"), has("text", "preview_url"), func(m map[string]any) {
		delete(m, "context")
	})},
	{Name: "footer-or-header", Defect: "a footer is not sent beside a header",
		body: either(has("interactive", "header"), has("interactive", "footer"), func(m map[string]any) { delete(object(m, "interactive"), "footer") })},
	{Name: "title-or-no-birthday", Defect: "a contact without a birthday loses the title in its company", body: content(func(m map[string]any) {
		for _, c := range objects(m, "contacts") {
			if c["birthday"] == nil && c["org"] != nil {
				delete(object(c, "org"), "title")
			}
		}
	})},
	{Name: "caption-or-reference", Defect: "a document with a reference loses its caption",
		body: either(has("document", "caption"), has("biz_opaque_callback_data"), func(m map[string]any) { delete(object(m, "document"), "caption") })},
	{Name: "groups-without-replies", Defect: "a message to several recipients is no reply", body: inGroups(func(body map[string]any, _ []any) {
		delete(object(body, "message"), "context")
	})},
	{Name: "groups-at-once", Defect: "a scheduled message to several recipients is sent at once", body: inGroups(func(body map[string]any, _ []any) { delete(body, "send_at") })},
	{Name: "groups-without-options", Defect: "an option is not sent with a message to several recipients", body: inGroups(func(body map[string]any, _ []any) { delete(body, "ttl") })},
	{Name: "category-or-schedule", Defect: "the category of a scheduled message is not sent", body: func(_ *channel, _ *message.Message, body map[string]any) {
		if body["send_at"] != nil {
			delete(body, "category")
		}
	}},
	{Name: "groups-mix-references", Defect: "of three recipients and more, the first two have the reference of each other", body: inGroups(func(_ map[string]any, recipients []any) {
		first, _ := recipients[0].(map[string]any)
		second, _ := recipients[1].(map[string]any)
		if len(recipients) > 2 {
			first["reference"], second["reference"] = second["reference"], first["reference"]
		}
	})},
	{Name: "priority-or-schedule", Defect: "the priority of a scheduled message is not sent", body: func(_ *channel, _ *message.Message, body map[string]any) {
		if body["send_at"] != nil && body["priority"] != "normal" {
			delete(body, "priority")
		}
	}},
	{Name: "whole-minutes", Defect: "the time of a scheduled message loses its seconds", body: sendAt(func(s string) string { return s[:len("2006-01-02T15:04:")] + "00Z" })},
	{Name: "drops-schedules", Defect: "a scheduled template is sent at once", body: func(_ *channel, m *message.Message, body map[string]any) {
		if m.Kind() == message.KindTemplate {
			delete(body, "send_at")
		}
	}},
	{Name: "schedules-in-local-time", Defect: "the time of a scheduled message is an hour late", body: sendAt(func(s string) string { return s[:len(s)-1] + "-01:00" })},
}

// sendAt returns a hook that changes the time of a scheduled message.
func sendAt(change func(string) string) func(*channel, *message.Message, map[string]any) {
	return func(_ *channel, _ *message.Message, body map[string]any) { edit(body, "send_at", change) }
}

// inGroups returns a hook that changes a request with several recipients.
func inGroups(change func(body map[string]any, recipients []any)) func(*channel, *message.Message, map[string]any) {
	return func(_ *channel, _ *message.Message, body map[string]any) {
		if list, _ := body["recipients"].([]any); len(list) > 1 {
			change(body, list)
		}
	}
}
