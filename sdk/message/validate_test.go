// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// good holds one valid message of each kind, as Cloud API JSON.
var good = map[string]string{
	"text":     `{"type":"text","text":{"body":"Hi {{1}}"}}`,
	"image":    `{"type":"image","image":{"link":"https://cdn.example.com/a.jpg","caption":"A"}}`,
	"audio":    `{"type":"audio","audio":{"id":"1","voice":true}}`,
	"document": `{"type":"document","document":{"link":"http://x.example/a","filename":"a.pdf"}}`,
	"sticker":  `{"type":"sticker","sticker":{"id":"1"}}`,
	"location": `{"type":"location","location":{"latitude":-90,"longitude":"180.0"}}`,
	"contacts": `{"type":"contacts","contacts":[{"name":{"formatted_name":"Ann B","last_name":"B"},"birthday":"1990-02-28","phones":[{"phone":"+1"}]}]}`,
	"reaction": `{"type":"reaction","reaction":{"message_id":"wamid.A","emoji":""}}`,
	"pin":      `{"recipient_type":"group","to":"G","type":"pin","pin":{"type":"pin","message_id":"wamid.A","expiration_days":7}}`,
	"voice call": `{"type":"template","template":{"name":"n","language":{"code":"en"},"components":[
		{"type":"button","sub_type":"voice_call","parameters":[{"type":"ttl_minutes","ttl_minutes":100}]}]}}`,
	"marketing": `{"type":"template","product_policy":"STRICT","message_activity_sharing":false,"template":{"name":"n","language":{"code":"en"},"components":[
		{"type":"header","parameters":[{"type":"gif","gif":{"link":"https://x.example/a.mp4"}}]},
		{"type":"body","parameters":[{"type":"text","text":"four    spaces"}]},
		{"type":"tap_target_configuration","parameters":[{"type":"tap_target_configuration","tap_target_configuration":[{"url":"https://x.example","title":"t"}]}]}]}}`,
	"order status": `{"type":"template","template":{"name":"n","language":{"code":"en"},"components":[
		{"type":"order_status","parameters":[{"type":"order_status","order_status":{"reference_id":"r","order":{"status":"shipped","description":"d"}}}]}]}}`,
	"quick replies": `{"type":"interactive","interactive":{"type":"carousel","body":{"text":"b"},"action":{"cards":[
		{"card_index":0,"type":"button","action":{"buttons":[{"type":"quick_reply","quick_reply":{"id":"1","title":"Yes"}}]}}]}}}`,
	"button": `{"type":"interactive","interactive":{"type":"button","header":{"type":"image","image":{"id":"1"}},"body":{"text":"b"},
		"action":{"buttons":[{"type":"reply","reply":{"id":"1","title":"Yes"}},{"type":"reply","reply":{"id":"2","title":"No"}}]}}}`,
	"list": `{"type":"interactive","interactive":{"type":"list","header":{"type":"text","text":"h"},"body":{"text":"b"},"footer":{"text":"f"},
		"action":{"button":"Open","sections":[{"title":"A","rows":[{"id":"1","title":"x"}]},{"title":"B","rows":[{"id":"2","title":"x"}]}]}}}`,
	"product":      `{"type":"interactive","interactive":{"type":"product","action":{"catalog_id":"c","product_retailer_id":"p"}}}`,
	"product_list": `{"type":"interactive","interactive":{"type":"product_list","header":{"type":"text","text":"h"},"body":{"text":"b"},"action":{"catalog_id":"c","sections":[{"product_items":[{"product_retailer_id":"p"}]}]}}}`,
	"cta_url":      `{"type":"interactive","interactive":{"type":"cta_url","body":{"text":"b"},"action":{"name":"cta_url","parameters":{"display_text":"d","url":"https://x.example"}}}}`,
	"template": `{"type":"template","template":{"name":"n","language":{"code":"en","policy":"deterministic"},"components":[
		{"type":"header","parameters":[{"type":"image","image":{"id":"1"}}]},
		{"type":"body","parameters":[{"type":"text","text":"a"},{"type":"currency","currency":{"fallback_value":"1","code":"EUR","amount_1000":1}}]},
		{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"x"}]},
		{"type":"button","sub_type":"quick_reply","index":"1","parameters":[{"type":"payload","payload":"x"}]},
		{"type":"button","sub_type":"flow","index":"2","parameters":[{"type":"action"}]}]}}`,
	"carousel": `{"type":"template","template":{"name":"n","language":{"code":"en"},"components":[{"type":"carousel","cards":[
		{"card_index":0,"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"1"}}]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"x"}]}]},
		{"card_index":1,"components":[{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"x"}]}]}]}]}}`,
}

func parsed(t *testing.T, text string) *Message {
	t.Helper()
	m, err := Parse([]byte(text))
	require.NoError(t, err)
	return m
}

func TestValidateAccepts(t *testing.T) {
	t.Parallel()
	for name, text := range good {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.NoError(t, Validate(parsed(t, text), nil))
		})
	}
}

// TestValidateRefuses changes one thing of a valid message and expects exactly one problem, at that place.
func TestValidateRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		of, old, new string
		path         string
		detail       string
	}{
		"no content":              {"text", `"text":{"body":"Hi {{1}}"}`, `"to":"1"`, "text", "required"},
		"other content":           {"text", `"type":"text"`, `"type":"image"`, "type", `the content is "text"`},
		"two contents":            {"text", `"text":{`, `"sticker":{"id":"1"},"text":{`, "", "several contents: text, sticker"},
		"unknown type":            {"text", `"type":"text"`, `"type":"txt"`, "type", `Did you mean "text"?`},
		"empty body":              {"text", "Hi {{1}}", "", "text.body", "required"},
		"empty context":           {"text", `"text":{`, `"context":{},"text":{`, "context.message_id", "required"},
		"media by both":           {"image", `"caption"`, `"id":"1","caption"`, "image", "Both id and link"},
		"media by none":           {"image", `"link":"https://cdn.example.com/a.jpg",`, ``, "image", "Set link"},
		"relative link":           {"image", "https://cdn.example.com/a.jpg", "/a.jpg", "image.link", "absolute"},
		"ftp link":                {"image", "https://", "ftp://", "image.link", "absolute"},
		"file name of an image":   {"image", `"caption"`, `"filename":"x","caption"`, "image.filename", "Only a document"},
		"voice image":             {"image", `"caption"`, `"voice":true,"caption"`, "image.voice", "Only audio"},
		"audio caption":           {"audio", `"id"`, `"caption":"c","id"`, "audio.caption", "not possible"},
		"sticker caption":         {"sticker", `"id"`, `"caption":"c","id"`, "sticker.caption", "not possible"},
		"latitude":                {"location", `-90`, `-90.01`, "location.latitude", "-90 to 90"},
		"longitude":               {"location", `180.0`, `181`, "location.longitude", "-180 to 180"},
		"exponent":                {"location", `-90`, `1e2`, "location.latitude", "decimal degrees"},
		"formatted name":          {"contacts", `"formatted_name":"Ann B",`, ``, "contacts[0].name.formatted_name", "required"},
		"only a formatted name":   {"contacts", `,"last_name":"B"`, ``, "contacts[0].name", "one more part"},
		"birthday":                {"contacts", `1990-02-28`, `1990-02-30`, "contacts[0].birthday", "YYYY-MM-DD"},
		"phone":                   {"contacts", `{"phone":"+1"}`, `{"type":"HOME"}`, "contacts[0].phones[0].phone", "required"},
		"reaction":                {"reaction", `"message_id":"wamid.A"`, `"message_id":""`, "reaction.message_id", "required"},
		"reaction without emoji":  {"reaction", `,"emoji":""`, ``, "reaction.emoji", "required"},
		"pin of another type":     {"pin", `"type":"pin","message_id"`, `"type":"glue","message_id"`, "pin.type", `"pin" or "unpin"`},
		"policy of a text":        {"text", `"text":{`, `"product_policy":"STRICT","text":{`, "product_policy", "Only a template"},
		"sharing of a text":       {"text", `"text":{`, `"message_activity_sharing":false,"text":{`, "message_activity_sharing", "Only a template"},
		"unknown policy":          {"marketing", "STRICT", "LOOSE", "product_policy", "CLOUD_API_FALLBACK"},
		"a card without index":    {"quick replies", `"card_index":0,`, ``, "interactive.action.cards[0].card_index", "required"},
		"a line break":            {"template", `"text":"a"`, `"text":"a\nb"`, "template.components[1].parameters[0].text", "no line breaks"},
		"a tab":                   {"template", `"text":"a"`, `"text":"a\tb"`, "template.components[1].parameters[0].text", "no tabs"},
		"five spaces":             {"template", `"text":"a"`, `"text":"a     b"`, "template.components[1].parameters[0].text", "four spaces"},
		"a link with a space":     {"image", "a.jpg", "a b.jpg", "image.link", `"https://cdn.example.com/a%20b.jpg"`},
		"same button title":       {"button", `"No"`, `"Yes"`, "interactive.action.buttons[1].reply.title", "used twice"},
		"same button id":          {"button", `"id":"2"`, `"id":"1"`, "interactive.action.buttons[1].reply.id", "used twice"},
		"space in a button id":    {"button", `"id":"2"`, `"id":" 2"`, "interactive.action.buttons[1].reply.id", "space"},
		"empty title":             {"button", `"No"`, `""`, "interactive.action.buttons[1].reply.title", "required"},
		"button type":             {"button", `[{"type":"reply",`, `[{"type":"url",`, "interactive.action.buttons[0].type", `"reply"`},
		"no body":                 {"button", `"body":{"text":"b"},`, ``, "interactive.body", "required"},
		"caption in a header":     {"button", `"image":{"id":"1"}`, `"image":{"id":"1","caption":"c"}`, "interactive.header.image.caption", "not possible"},
		"header of two kinds":     {"button", `"image":{"id":"1"}`, `"image":{"id":"1"},"text":"t"`, "interactive.header.text", "does not belong to the type"},
		"sections in buttons":     {"button", `"action":{`, `"action":{"sections":[{"title":"x"}],`, "interactive.action.sections", "does not belong"},
		"media header of a list":  {"list", `"type":"text","text":"h"`, `"type":"image","image":{"id":"1"}`, "interactive.header.type", `must be "text"`},
		"same row id":             {"list", `"id":"2"`, `"id":"1"`, "interactive.action.sections[1].rows[0].id", "used twice"},
		"section without a title": {"list", `"title":"B",`, ``, "interactive.action.sections[1].title", "more than one section"},
		"section without rows":    {"list", `"rows":[{"id":"2","title":"x"}]`, `"rows":[]`, "interactive.action.sections[1].rows", "At least one"},
		"no list button":          {"list", `"button":"Open",`, ``, "interactive.action.button", "required"},
		"empty footer":            {"list", `"text":"f"`, `"text":""`, "interactive.footer.text", "required"},
		"header of a product":     {"product", `"action"`, `"header":{"type":"text","text":"h"},"action"`, "interactive.header", "no header"},
		"no catalogue":            {"product", `"catalog_id":"c",`, ``, "interactive.action.catalog_id", "required"},
		"no product header":       {"product_list", `"header":{"type":"text","text":"h"},`, ``, "interactive.header", "needs a header"},
		"no products":             {"product_list", `{"product_retailer_id":"p"}`, ``, "interactive.action.sections[0].product_items", "At least one"},
		"no interactive type":     {"cta_url", `"interactive":{"type":"cta_url",`, `"interactive":{`, "interactive.type", "required"},
		"no action":               {"cta_url", `"action":`, `"footer":{"text":"f"},"header":null,"action":null,"x":`, "interactive.x", "not known"},
		"no template name":        {"template", `"name":"n",`, ``, "template.name", "required"},
		"no language":             {"template", `"code":"en",`, ``, "template.language.code", "required"},
		"policy":                  {"template", `deterministic`, `fallback`, "template.language.policy", "deterministic"},
		"component type":          {"template", `"type":"body"`, `"type":"bdy"`, "template.components[1].type", `Did you mean "body"?`},
		"same index":              {"template", `"index":"1"`, `"index":"0"`, "template.components[3].index", "used twice"},
		"index 10":                {"template", `"index":"1"`, `"index":10`, "template.components[3].index", `"0" to "9"`},
		"url button with payload": {"template", `{"type":"text","text":"x"}`, `{"type":"payload","payload":"x"}`, "template.components[2].parameters", "of the type text"},
		"parameter mismatch":      {"template", `{"type":"text","text":"a"}`, `{"type":"text","payload":"a","text":"b"}`, "template.components[1].parameters[0].payload", "does not belong to the type"},
		"parameter without value": {"template", `{"type":"text","text":"a"}`, `{"type":"text"}`, "template.components[1].parameters[0].text", "required"},
		"mixed names":             {"template", `{"type":"text","text":"a"}`, `{"type":"text","text":"a","parameter_name":"n"}`, "template.components[1].parameters[1]", "Name all or none"},
		"header of two":           {"template", `[{"type":"image","image":{"id":"1"}}]`, `[{"type":"text","text":"a"},{"type":"text","text":"b"}]`, "template.components[0].parameters", "exactly one"},
		"same card index":         {"carousel", `"card_index":1`, `"card_index":0`, "template.components[0].cards[1].card_index", "used twice"},
		"carousel in a card":      {"carousel", `{"type":"header","parameters":[{"type":"image","image":{"id":"1"}}]}`, `{"type":"carousel"}`, "template.components[0].cards[0].components[0].type", "must be"},
		"category":                {"text", `"text":{`, `"wahost":{"category":"marketting"},"text":{`, "wahost.category", `Did you mean "marketing"?`},
		"service template":        {"template", `"template":{`, `"wahost":{"category":"service"},"template":{`, "wahost.category", "never"},
		"route and channel":       {"text", `"text":{`, `"wahost":{"route":"a","channel":"b"},"text":{`, "wahost", "Both route and channel"},
		"missing variable":        {"text", `"text":{`, `"wahost":{"variables":{"2":"x"}},"text":{`, "wahost.variables", "without a value: 1"},
		"variables of an image":   {"image", `"image":{`, `"wahost":{"variables":{"2":"x"}},"image":{`, "wahost.variables", "text message"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, good[tt.of], tt.old)
			m, err := Parse([]byte(strings.Replace(good[tt.of], tt.old, tt.new, 1)))
			if err == nil {
				err = Validate(m, nil)
			}
			found := problemsOf(t, err)
			require.Len(t, found, 1, "%v", found)
			assert.Equal(t, tt.path, found[0].Path)
			assert.Contains(t, found[0].Detail, tt.detail)
		})
	}
}

func TestValidateGathersAll(t *testing.T) {
	t.Parallel()
	m := parsed(t, `{"messaging_product":"whatsapp","image":{"caption":"`+strings.Repeat("x", 1025)+`","voice":true},"wahost":{"category":"x"}}`)
	m.MessagingProduct = "sms"
	m.Wahost.SendAt = &timestamppb.Timestamp{Nanos: -1}
	var paths []string
	for _, p := range problemsOf(t, Validate(m, nil)) {
		paths = append(paths, p.Path)
	}
	assert.Equal(t, []string{"messaging_product", "image", "image.voice", "wahost.category", "wahost.send_at", "image.caption"}, paths)
}

func TestValidateUsesTheGivenLimits(t *testing.T) {
	t.Parallel()
	m := parsed(t, good["text"])
	err := Validate(m, DefaultLimits().With(Limit{KindText, "text.body", 3, UnitCharacters, "test"}))
	assert.Equal(t, "text.body", problemsOf(t, err)[0].Path)
}

// TestValidateSurvivesEmptyObjects removes each part of each good message: validation must never panic.
func TestValidateSurvivesEmptyObjects(t *testing.T) {
	t.Parallel()
	for name, text := range good {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tree any
			require.NoError(t, json.Unmarshal([]byte(text), &tree))
			emptied(tree, func() {
				data, err := json.Marshal(tree)
				require.NoError(t, err)
				if m, err := Parse(data); err == nil {
					_ = Validate(m, nil)
				}
			})
		})
	}
}

// emptied calls try with each object and list of the tree emptied in turn.
func emptied(node any, try func()) {
	object, ok := node.(map[string]any)
	if !ok {
		if list, ok := node.([]any); ok {
			for i := range list {
				was := list[i]
				list[i] = map[string]any{}
				try()
				list[i] = was
				emptied(was, try)
			}
		}
		return
	}
	for key, was := range object {
		for _, empty := range []any{nil, map[string]any{}, []any{}, []any{map[string]any{}}} {
			object[key] = empty
			try()
		}
		object[key] = was
		emptied(was, try)
	}
}
