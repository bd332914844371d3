// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// kept returns the checks that values of events arrive whole.
func kept() []suite.Check {
	return []suite.Check{{
		ID: "webhook/values", Level: report.Cap, Needs: needs("", nil), Run: eventValues,
		Requirement: "Ids, references, names and texts of an event are whole and unchanged, also long ones and ones that look like numbers.",
		Control:     "Shorter values of the same fields are in the event.",
		Kills:       []string{"cuts-inbound-texts", "cuts-ids-of-events", "inbound-digits-as-numbers", "composes-inbound-texts", "rejected-templates-as-approved"},
		Note:        "Only the fields that the provider reports at all are compared.",
	}}
}

// idNames are values that are ids in the vendor's or WhatsApp's form, and textNames those that people wrote.
var (
	idNames = []string{
		"id", "message_id", "wamid", "reference", "media_id", "sha256", "reply_id", "payload", "context_id", "catalog_id", "product_id", "template_id", "template_name",
		"group_id", "original_id", "referral_id", "click_id",
	}
	textNames = []string{
		"error_message", "profile_name", "text", "caption", "filename", "name", "address", "reply_title", "reply_description", "first_name", "formatted_name", "headline",
	}
)

// shapes are the forms that values are given, each with a text of its own for each name.
var shapes = []struct {
	name string
	// id and text return nil or a function that makes a value from digits that no other value has. The length is in characters.
	id, text func(digits string, length int) string
}{
	{"long", func(d string, n int) string { return padded("HBgM"+d, "MTAyNDk3RjA", n) }, func(d string, n int) string { return padded(d, " word wört", n) }},
	{"digits", func(d string, _ int) string { return "00" + d }, func(d string, _ int) string { return "0" + d }},
	{"exponent", func(d string, _ int) string { return d + "e4" }, func(d string, _ int) string { return d + "E3" }},
	{"signs", nil, func(d string, _ int) string { return d + " " + composed + "\u200d\u200f %41 \\n &amp; +1 <b>" }},
}

// composed stands for a sign of two characters. The values of a dialect cannot have one: they are in the composed form.
const composed, decomposed = "\uE000", "e\u0301"

// padded repeats a filling after the beginning of a text up to a number of characters. A text does not end with a space.
func padded(text, filling string, length int) string {
	r := []rune(text + strings.Repeat(filling, length/len([]rune(filling))+1))
	return strings.TrimRight(string(r[:max(length, len([]rune(text)))]), " ") + "."
}

// The lengths of long values, in characters: ids of WhatsApp have some sixty, and texts are far longer than those of people.
const (
	longID, longName, longText = 100, 150, 3500
)

// lengthOf returns the length of a long value. A reference is one that the provider can send.
func lengthOf(e *suite.Env, name string) int {
	switch {
	case name == "reference":
		return max(e.Facts().Capabilities.ReferenceLength-2, 24)
	case name == "text":
		return longText
	case slices.Contains(textNames, name):
		return longName
	}
	return longID
}

func eventValues(ctx context.Context, e *suite.Env) {
	compared := 0
	for _, event := range e.Dialect().Webhook.Events {
		values := wire.Values(e, 1)
		_, first := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: values})
		if len(first.Events) != 1 {
			e.Failf(event.Name, "one event", "%d: %s", len(first.Events), first.Problem)
			continue
		}
		shown := everything(first.Events[0])
		for _, shape := range shapes {
			varied := map[string]cty.Value{}
			for i, name := range slices.Concat(idNames, textNames) {
				of := shape.id
				if i >= len(idNames) {
					of = shape.text
				}
				if v, ok := values[name]; ok && of != nil && slices.Contains(shown, v.AsString()) {
					varied[name] = cty.StringVal(of(fmt.Sprintf("%d%02d", 100000+e.Rand().IntN(800000), i), lengthOf(e, name)))
				}
			}
			compared += len(varied)
			carried(ctx, e, event, shape.name, values, varied, strings.Compare)
		}
		compared += vendorWords(ctx, e, event, values, shown)
	}
	if compared == 0 {
		e.Blocked("no event shows a value of its call")
	}
}

// words are the words that a vendor has for some values.
var words = map[string][]string{
	"template_status": {"APPROVED", "REJECTED", "PENDING", "PAUSED", "DISABLED", "IN_APPEAL", "DELETED"},
	"category":        {strings.ToUpper(message.CategoryMarketing), strings.ToUpper(message.CategoryUtility), strings.ToUpper(message.CategoryAuthentication)},
	"language":        {"en_US", "pt_BR", "zh_HK", "fil", "de", "es_MX"},
	"emoji":           {"👍🏽", "❤️", "👨‍👩‍👧", "🇮🇳", "#️⃣"},
}

// vendorWords tries each word in turn. Providers may write a word in the other case.
func vendorWords(ctx context.Context, e *suite.Env, event dialect.Event, values map[string]cty.Value, shown []string) (compared int) {
	for _, name := range slices.Sorted(maps.Keys(words)) {
		v, ok := values[name]
		if !ok || !slices.Contains(shown, v.AsString()) {
			continue
		}
		for _, word := range words[name] {
			compared++
			carried(ctx, e, event, word, values, map[string]cty.Value{name: cty.StringVal(word)}, func(a, b string) int {
				return strings.Compare(strings.ToLower(a), strings.ToLower(b))
			})
		}
	}
	return compared
}

// carried passes a call with other values to the provider and compares each with the texts of the event.
func carried(ctx context.Context, e *suite.Env, event dialect.Event, shape string, values, varied map[string]cty.Value, compare func(a, b string) int) {
	if len(varied) == 0 {
		return
	}
	all := maps.Clone(values)
	maps.Copy(all, varied)
	_, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: all, Change: func(b []byte) []byte {
		return bytes.ReplaceAll(b, []byte(composed), []byte(decomposed))
	}})
	if len(res.Events) != 1 {
		e.Failf(event.Name+": "+shape, "one event", "%d: %s", len(res.Events), res.Problem)
		return
	}
	got := everything(res.Events[0])
	for _, name := range slices.Sorted(maps.Keys(varied)) {
		want := strings.ReplaceAll(varied[name].AsString(), composed, decomposed)
		if !slices.ContainsFunc(got, func(text string) bool { return compare(text, want) == 0 }) {
			e.Failf(event.Name+": "+name, fmt.Sprintf("the value as it is (%s, %d characters): %.60s", shape, len([]rune(want)), want), "another one, or none")
		}
	}
}

// everything returns the texts of an event, without the vendor's own call.
func everything(ev provider.Event) []string {
	c := ev.Correlation
	out := []string{ev.ID, c.ProviderMessageID, c.WAMID, c.Reference, c.Recipient.Address}
	if s := ev.DeliveryStatus; s != nil && s.Error != nil {
		out = append(out, s.Error.VendorCode, s.Error.VendorMessage)
	}
	if t := ev.TemplateStatus; t != nil {
		out = append(out, t.TemplateID, t.TemplateName, t.Language, t.Category, t.Status, t.Reason)
	}
	if in := ev.InboundMessage; in != nil {
		out = append(append(out, texts(in.Message)...), in.ProfileName, in.ContextMessageID, in.From.Address, in.To)
	}
	return out
}
