// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

var (
	sent = time.Date(2026, 3, 4, 5, 6, 7, 250_000_000, time.UTC)
	ann  = message.Recipient{Kind: message.RecipientPhone, Address: "+4915112345678"}
	anon = message.Recipient{Kind: message.RecipientUser, Address: "US.13491208655302741918"}
)

func TestInbound(t *testing.T) {
	t.Parallel()
	const head = `{"from":"4915112345678","id":"wamid.A","timestamp":"1772600767",`
	with := func(content webhook.Content, change func(*webhook.Inbound)) webhook.Inbound {
		in := webhook.Inbound{ID: "wamid.A", From: ann, Time: sent, Content: content}
		if change != nil {
			change(&in)
		}
		return in
	}
	hello := webhook.Text{Body: "<Hello> & \"é😀\""}
	const helloJSON = `"type":"text","text":{"body":"<Hello> & \"é😀\""}`
	unsupported := []webhook.Error{{Code: 131051, Title: "Message type unknown", Message: "Message type unknown", Details: "Message type is currently not supported."}}
	tests := map[string]struct {
		in   webhook.Inbound
		want string
	}{
		"text": {with(hello, nil), head + helloJSON + `}`},
		"no time": {with(hello, func(in *webhook.Inbound) { in.Time = time.Time{} }),
			`{"from":"4915112345678","id":"wamid.A",` + helloJSON + `}`},
		"number and user id": {with(hello, func(in *webhook.Inbound) { in.UserID, in.ParentUserID = "US.1", "US.ENT.2" }),
			head + `"from_user_id":"US.1","from_parent_user_id":"US.ENT.2",` + helloJSON + `}`},
		"user id only": {with(hello, func(in *webhook.Inbound) { in.From = anon }),
			`{"from_user_id":"US.13491208655302741918","id":"wamid.A","timestamp":"1772600767",` + helloJSON + `}`},
		"group": {with(hello, func(in *webhook.Inbound) { in.GroupID = "G" }), head + `"group_id":"G",` + helloJSON + `}`},
		"reply": {with(hello, func(in *webhook.Inbound) { in.Context = &webhook.Context{From: "12025550100", ID: "wamid.B"} }),
			head + `"context":{"from":"12025550100","id":"wamid.B"},` + helloJSON + `}`},
		"forwarded": {with(hello, func(in *webhook.Inbound) { in.Context = &webhook.Context{Forwarded: true} }),
			head + `"context":{"forwarded":true},` + helloJSON + `}`},
		"frequently forwarded": {with(hello, func(in *webhook.Inbound) { in.Context = &webhook.Context{FrequentlyForwarded: true} }),
			head + `"context":{"frequently_forwarded":true},` + helloJSON + `}`},
		"question about a product": {with(hello, func(in *webhook.Inbound) {
			in.Context = &webhook.Context{ID: "wamid.B", ReferredProduct: &webhook.Product{CatalogID: "c", RetailerID: "p"}}
		}), head + `"context":{"id":"wamid.B","referred_product":{"catalog_id":"c","product_retailer_id":"p"}},` + helloJSON + `}`},
		"referral": {with(hello, func(in *webhook.Inbound) {
			in.Referral = &webhook.Referral{
				SourceURL: "https://fb.me/a", SourceID: "1", SourceType: "ad", Headline: "h", Body: "b", MediaType: "image", ImageURL: "https://cdn.example/i",
				ClickID: "k", WelcomeMessage: &webhook.WelcomeMessage{Text: "w"},
			}
		}), head + `"referral":{"source_url":"https://fb.me/a","source_id":"1","source_type":"ad","headline":"h","body":"b","media_type":"image",
			"image_url":"https://cdn.example/i","ctwa_clid":"k","welcome_message":{"text":"w"}},` + helloJSON + `}`},
		"identity": {with(hello, func(in *webhook.Inbound) {
			in.Identity = &webhook.Identity{Acknowledged: true, Created: sent, Hash: "h"}
		}), head + `"identity":{"acknowledged":true,"created_timestamp":"1772600767","hash":"h"},` + helloJSON + `}`},
		"image": {with(webhook.Media{Type: "image", ID: "1", MIMEType: "image/jpeg", SHA256: "s", Caption: "c"}, nil),
			head + `"type":"image","image":{"id":"1","mime_type":"image/jpeg","sha256":"s","caption":"c"}}`},
		"voice": {with(webhook.Media{Type: "audio", URL: "https://cdn.example/a", Voice: true}, nil),
			head + `"type":"audio","audio":{"url":"https://cdn.example/a","voice":true}}`},
		"location": {with(webhook.Location{Latitude: "31.235930000001", Longitude: "-121", Name: "n", Address: "a", URL: "u"}, nil),
			head + `"type":"location","location":{"latitude":31.235930000001,"longitude":-121,"name":"n","address":"a","url":"u"}}`},
		"contacts": {with(webhook.Contacts{{Name: &message.ContactName{FormattedName: "A"}, Phones: []*message.ContactPhone{{Phone: "+1", WaId: "1"}}}}, nil),
			head + `"type":"contacts","contacts":[{"name":{"formatted_name":"A"},"phones":[{"phone":"+1","wa_id":"1"}]}]}`},
		"reaction":         {with(webhook.Reaction{MessageID: "wamid.B", Emoji: "👍"}, nil), head + `"type":"reaction","reaction":{"message_id":"wamid.B","emoji":"👍"}}`},
		"removed reaction": {with(webhook.Reaction{MessageID: "wamid.B"}, nil), head + `"type":"reaction","reaction":{"message_id":"wamid.B","emoji":""}}`},
		"button":           {with(webhook.Button{Payload: "p", Text: "t"}, nil), head + `"type":"button","button":{"payload":"p","text":"t"}}`},
		"button reply": {with(webhook.ButtonReply{ID: "1", Title: "t"}, nil),
			head + `"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"1","title":"t"}}}`},
		"list reply": {with(webhook.ListReply{ID: "1", Title: "t", Description: "d"}, nil),
			head + `"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"1","title":"t","description":"d"}}}`},
		"flow reply": {with(webhook.FlowReply{Name: "flow", Body: "Sent", Response: `{"a":1}`}, nil),
			head + `"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"a\":1}"}}}`},
		"order": {with(webhook.Order{CatalogID: "c", Text: "t", Items: []webhook.OrderItem{{RetailerID: "p", Quantity: "2", Price: "9.50", Currency: "EUR"}, {RetailerID: "q"}}}, nil),
			head + `"type":"order","order":{"catalog_id":"c","text":"t","product_items":[
				{"product_retailer_id":"p","quantity":2,"item_price":9.50,"currency":"EUR"},{"product_retailer_id":"q"}]}}`},
		"system": {with(webhook.System{Body: "b", Type: "user_changed_number", WaID: "1"}, nil),
			head + `"type":"system","system":{"body":"b","type":"user_changed_number","wa_id":"1"}}`},
		"edit": {with(webhook.Edit{OriginalMessageID: "wamid.B", Content: webhook.Text{Body: "new"}}, nil),
			head + `"type":"edit","edit":{"original_message_id":"wamid.B","message":{"type":"text","text":{"body":"new"}}}}`},
		"revoke": {with(webhook.Revoke{OriginalMessageID: "wamid.B"}, nil), head + `"type":"revoke","revoke":{"original_message_id":"wamid.B"}}`},
		"unsupported": {with(webhook.Unsupported{Kind: "poll_creation", Errors: unsupported}, nil),
			head + `"type":"unsupported","errors":[{"code":131051,"title":"Message type unknown","message":"Message type unknown",
				"error_data":{"details":"Message type is currently not supported."}}],"unsupported":{"type":"poll_creation"}}`},
		"unsupported, no kind": {with(webhook.Unsupported{Errors: []webhook.Error{{Code: 131051}}}, nil), head + `"type":"unsupported","errors":[{"code":131051}]}`},
		"unknown":              {with(webhook.Unknown{}, nil), head + `"type":"unknown"}`},
		"object": {with(webhook.Object{Type: "image", JSON: json.RawMessage(`{"id":"1","field_of_tomorrow":{"a":[1]}}`)}, nil),
			head + `"type":"image","image":{"id":"1","field_of_tomorrow":{"a":[1]}}}`},
		"object of a type of tomorrow": {with(webhook.Object{Type: "hologram", JSON: json.RawMessage(`{"a":1}`)}, nil), head + `"type":"hologram","hologram":{"a":1}}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.in.To, tt.in.ProfileName = "+12025550100", "Ann"
			got, err := tt.in.Message()
			require.NoError(t, err)
			assert.JSONEq(t, tt.want, string(got.Message))
			require.NoError(t, webhook.Validate(got.Message))
			assert.Equal(t, tt.in.From, got.From)
			assert.Equal(t, "Ann", got.ProfileName)
			assert.Equal(t, "+12025550100", got.To)
			if tt.in.Context != nil {
				assert.Equal(t, tt.in.Context.ID, got.ContextMessageID)
			}
		})
	}
}

func TestInboundRefuses(t *testing.T) {
	t.Parallel()
	valid := func() webhook.Inbound {
		return webhook.Inbound{ID: "wamid.A", From: ann, Time: sent, Content: webhook.Text{Body: "b"}}
	}
	tests := map[string]struct {
		change func(*webhook.Inbound)
		path   string
	}{
		"no id":           {func(in *webhook.Inbound) { in.ID = "" }, "id"},
		"no content":      {func(in *webhook.Inbound) { in.Content = nil }, "type"},
		"no sender":       {func(in *webhook.Inbound) { in.From = message.Recipient{} }, "from"},
		"group as sender": {func(in *webhook.Inbound) { in.From.Kind = message.RecipientGroup }, "from"},
		"half a number":   {func(in *webhook.Inbound) { in.From.Address = "+49" }, "from"},
		"empty user id":   {func(in *webhook.Inbound) { in.From = message.Recipient{Kind: message.RecipientUser} }, "from"},
		"the year 57983": {func(in *webhook.Inbound) { in.Time = time.Unix(1772600767000, 0) },
			"timestamp"},
		"half a product": {func(in *webhook.Inbound) {
			in.Context = &webhook.Context{ReferredProduct: &webhook.Product{CatalogID: "c"}}
		}, "context.referred_product.product_retailer_id"},
		"referral without a URL":  {func(in *webhook.Inbound) { in.Referral = &webhook.Referral{Headline: "h"} }, "referral.source_url"},
		"identity without a hash": {func(in *webhook.Inbound) { in.Identity = &webhook.Identity{} }, "identity.hash"},
		"media of no type":        {func(in *webhook.Inbound) { in.Content = webhook.Media{ID: "1"} }, "type"},
		"media of a wrong type":   {func(in *webhook.Inbound) { in.Content = webhook.Media{Type: "text", ID: "1"} }, "text.body"},
		"media without a file":    {func(in *webhook.Inbound) { in.Content = webhook.Media{Type: "image"} }, "image"},
		"no coordinates":          {func(in *webhook.Inbound) { in.Content = webhook.Location{Name: "n"} }, "location"},
		"latitude of 91":          {func(in *webhook.Inbound) { in.Content = webhook.Location{Latitude: "91", Longitude: "0"} }, "location.latitude"},
		"a word as a latitude":    {func(in *webhook.Inbound) { in.Content = webhook.Location{Latitude: "north", Longitude: "0"} }, ""},
		"no contact":              {func(in *webhook.Inbound) { in.Content = webhook.Contacts{} }, "contacts"},
		"reaction to nothing":     {func(in *webhook.Inbound) { in.Content = webhook.Reaction{Emoji: "👍"} }, "reaction.message_id"},
		"reply without a title":   {func(in *webhook.Inbound) { in.Content = webhook.ListReply{ID: "1"} }, "interactive.list_reply.title"},
		"flow without JSON":       {func(in *webhook.Inbound) { in.Content = webhook.FlowReply{Response: "{"} }, "interactive.nfm_reply.response_json"},
		"order of nothing":        {func(in *webhook.Inbound) { in.Content = webhook.Order{CatalogID: "c"} }, "order.product_items"},
		"edit of nothing":         {func(in *webhook.Inbound) { in.Content = webhook.Edit{Content: webhook.Text{}} }, "edit.original_message_id"},
		"edit without content":    {func(in *webhook.Inbound) { in.Content = webhook.Edit{OriginalMessageID: "w"} }, "edit.message.type"},
		"edit with a wrong one": {func(in *webhook.Inbound) {
			in.Content = webhook.Edit{OriginalMessageID: "w", Content: webhook.Location{}}
		}, "location"},
		"revoke of nothing":      {func(in *webhook.Inbound) { in.Content = webhook.Revoke{} }, "revoke.original_message_id"},
		"unsupported, no reason": {func(in *webhook.Inbound) { in.Content = webhook.Unsupported{} }, "errors"},
		"object of no type":      {func(in *webhook.Inbound) { in.Content = webhook.Object{JSON: json.RawMessage(`{}`)} }, "type"},
		"object that is not JSON": {func(in *webhook.Inbound) {
			in.Content = webhook.Object{Type: "image", JSON: json.RawMessage(`{},"x":1`)}
		}, "image"},
		"object named as a field": {func(in *webhook.Inbound) { in.Content = webhook.Object{Type: "id", JSON: json.RawMessage(`"x"`)} }, "id"},
		"object of a wrong shape": {func(in *webhook.Inbound) { in.Content = webhook.Object{Type: "image", JSON: json.RawMessage(`[]`)} }, "image"},
		"object with half of an 😀": {func(in *webhook.Inbound) {
			in.Content = webhook.Object{Type: "text", JSON: json.RawMessage(`{"body":"\ud83d"}`)}
		}, "text.body"},
		"text not UTF-8":  {func(in *webhook.Inbound) { in.Content = webhook.Text{Body: "\xff"} }, "text.body"},
		"reply not UTF-8": {func(in *webhook.Inbound) { in.Content = webhook.ButtonReply{ID: "1", Title: "\xff"} }, "interactive.button_reply.title"},
		"edit not UTF-8": {func(in *webhook.Inbound) {
			in.Content = webhook.Edit{OriginalMessageID: "w", Content: webhook.Text{Body: "\xff"}}
		}, "edit.message.text.body"},
		"contact not UTF-8": {func(in *webhook.Inbound) { in.Content = webhook.Contacts{{Birthday: "\xff"}} }, "contacts[0].birthday"},
		"context not UTF-8": {func(in *webhook.Inbound) { in.Context = &webhook.Context{ID: "\xff"} }, "context.id"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := valid()
			tt.change(&in)
			got, err := in.Message()
			var invalid *message.InvalidError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, tt.path, invalid.Problems[0].Path, "%v", err)
			assert.Nil(t, got)
		})
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	const head = `{"from":"4915112345678","id":"wamid.A","timestamp":"1772600767",`
	for name, raw := range map[string]string{
		"fields of tomorrow":      head + `"type":"text","text":{"body":"b","x":1},"y":[{}]}`,
		"type of tomorrow":        head + `"type":"hologram","hologram":7}`,
		"created as a number":     head + `"type":"system","system":{"type":"customer_identity_changed"},"identity":{"acknowledged":false,"created_timestamp":1602532300000,"hash":"h"}}`,
		"removed without emoji":   head + `"type":"reaction","reaction":{"message_id":"wamid.B"}}`,
		"fields that are null":    head + `"type":"text","text":{"body":"b"},"context":null,"image":null}`,
		"errors beside a content": head + `"type":"text","text":{"body":"b"},"errors":[{"code":1,"href":"h"}]}`,
		"reply of tomorrow":       head + `"type":"interactive","interactive":{"type":"swipe_reply","swipe_reply":{}}}`,
	} {
		require.NoError(t, webhook.Validate([]byte(raw)), name)
	}
	for name, tt := range map[string]struct{ raw, path, problem string }{
		"not JSON":              {`{`, "", "not valid JSON"},
		"a list":                {`[]`, "", "must be a JSON object"},
		"null":                  {`null`, "", "must be a JSON object"},
		"not UTF-8":             {"{\"id\":\"\xff\"}", "", "UTF-8"},
		"id twice":              {head + `"type":"unknown","id":"wamid.B"}`, "id", "twice"},
		"no type":               {head + `"text":{"body":"b"}}`, "type", "required"},
		"a plus":                {`{"from":"+4915112345678","id":"a","type":"unknown"}`, "from", "digits without"},
		"timestamp as a number": {`{"from":"4915112345678","id":"a","type":"unknown","timestamp":1772600767}`, "timestamp", "must be a string"},
		"milliseconds":          {`{"from":"4915112345678","id":"a","type":"unknown","timestamp":"1772600767000"}`, "timestamp", "seconds since 1970"},
		"RFC 3339":              {`{"from":"4915112345678","id":"a","type":"unknown","timestamp":"2026-03-04T05:06:07Z"}`, "timestamp", "seconds since 1970"},
		"signed":                {`{"from":"4915112345678","id":"a","type":"unknown","timestamp":"+1772600767"}`, "timestamp", "seconds since 1970"},
		"content missing":       {head + `"type":"image"}`, "image", "required"},
		"other content":         {head + `"type":"text","text":{"body":"b"},"image":{"id":"1"}}`, "image", "does not belong"},
		"content of a list":     {head + `"type":"text","text":["b"]}`, "text", "must be an object"},
		"body as a number":      {head + `"type":"text","text":{"body":1}}`, "text.body", "must be a string"},
		"coordinate as text":    {head + `"type":"location","location":{"latitude":"1","longitude":2}}`, "location.latitude", "must be a number"},
		"huge coordinate":       {head + `"type":"location","location":{"latitude":1,"longitude":1e999}}`, "location.longitude", "between"},
		"forwarded as text":     {head + `"type":"unknown","context":{"forwarded":"true"}}`, "context.forwarded", "true or false"},
		"contact as text":       {head + `"type":"contacts","contacts":["a"]}`, "contacts[0]", "must be an object"},
		"error without code":    {head + `"type":"unknown","errors":[{"title":"t"}]}`, "errors[0].code", "required"},
		"quantity as text":      {head + `"type":"order","order":{"catalog_id":"c","product_items":[{"product_retailer_id":"p","quantity":"2"}]}}`, "order.product_items[0].quantity", "must be a number"},
		"edited image":          {head + `"type":"edit","edit":{"original_message_id":"w","message":{"type":"image","image":{}}}}`, "edit.message.image", "neither id nor url"},
	} {
		err := webhook.Validate([]byte(tt.raw))
		var invalid *message.InvalidError
		require.ErrorAs(t, err, &invalid, name)
		assert.Equal(t, tt.path, invalid.Problems[0].Path, name)
		assert.Contains(t, invalid.Problems[0].Detail, tt.problem, name)
	}
}

func TestFromCloudAPI(t *testing.T) {
	t.Parallel()
	raw := json.RawMessage(`{"from": "4915112345678", "id":"wamid.A","timestamp":"1772600767","type":"text","text":{"body":"b"},"context":{"id":"wamid.B"},"x":1.10}`)
	got, err := webhook.FromCloudAPI(raw, time.Time{})
	require.NoError(t, err)
	assert.Equal(t, &provider.InboundMessage{From: ann, Type: "text", Message: raw, ContextMessageID: "wamid.B"}, got, "kept byte by byte")
	got, err = webhook.FromCloudAPI(raw, sent)
	require.NoError(t, err)
	assert.Equal(t, string(raw), string(got.Message), "the same time")

	got, err = webhook.FromCloudAPI(json.RawMessage(`{"from":"+4915112345678","id":"wamid.A","timestamp":1772600767000,"type":"unknown","x":1.10}`), sent)
	require.NoError(t, err)
	assert.JSONEq(t, `{"from":"4915112345678","id":"wamid.A","timestamp":"1772600767","type":"unknown","x":1.10}`, string(got.Message))
	assert.Equal(t, ann, got.From)
	assert.Contains(t, string(got.Message), "1.10")

	got, err = webhook.FromCloudAPI(json.RawMessage(`{"from_user_id":"US.13491208655302741918","id":"wamid.A","type":"hologram"}`), sent)
	require.NoError(t, err)
	assert.Equal(t, anon, got.From)
	assert.Equal(t, "unknown", got.Type)

	similar := json.RawMessage(`{"from":"4915112345678","From":"4930111111","id":"wamid.A","type":"unknown","TYPE":"text","context":{"id":"wamid.B","ID":"wamid.C"}}`)
	got, err = webhook.FromCloudAPI(similar, time.Time{})
	require.NoError(t, err)
	assert.Equal(t, &provider.InboundMessage{From: ann, Type: "unknown", Message: similar, ContextMessageID: "wamid.B"}, got,
		"names that differ in capitals are other names")

	for _, bad := range []string{``, `null`, `[]`, `{"from":7,"id":"a","type":"unknown"}`, `{"id":"a","type":"unknown"}`, `{"from":"4915112345678","type":"unknown"}`} {
		_, err := webhook.FromCloudAPI(json.RawMessage(bad), sent)
		var invalid *message.InvalidError
		require.ErrorAs(t, err, &invalid, bad)
	}
}

func TestMediaOf(t *testing.T) {
	t.Parallel()
	voice := webhook.Media{Type: "audio", ID: "1", URL: "https://cdn.example/a", MIMEType: "audio/ogg", SHA256: "s", Voice: true}
	in, err := webhook.Inbound{ID: "w", From: ann, Content: voice}.Message()
	require.NoError(t, err)
	got, ok := webhook.MediaOf(in.Message)
	assert.True(t, ok)
	assert.Equal(t, voice, got)

	image := webhook.Media{Type: "image", URL: "https://cdn.example/b"}
	in, err = webhook.Inbound{ID: "w", From: ann, Content: webhook.Edit{OriginalMessageID: "v", Content: image}}.Message()
	require.NoError(t, err)
	got, ok = webhook.MediaOf(in.Message)
	assert.True(t, ok)
	assert.Equal(t, image, got)

	got, ok = webhook.MediaOf([]byte(`{"type":"image","image":{"id":"1","ID":"2"},"Image":{"id":"3"}}`))
	assert.True(t, ok)
	assert.Equal(t, webhook.Media{Type: "image", ID: "1"}, got, "names that differ in capitals are other names")

	for _, raw := range []string{`{"type":"text","text":{"body":"b"},"image":{"id":"1"}}`, `{"type":"image","image":{}}`, `{"type":"image"}`, `[]`, `{`,
		`{"type":"edit","edit":{"message":{"type":"edit","edit":{"message":{"type":"image","image":{"id":"1"}}}}}}`} {
		_, ok := webhook.MediaOf([]byte(raw))
		assert.False(t, ok, raw)
	}
}

// FuzzFromCloudAPI checks that what is accepted is valid, has a sender, and stays the same when it is read again.
func FuzzFromCloudAPI(f *testing.F) {
	for _, seed := range []string{
		`{"from":"+4915112345678","id":"a","timestamp":1,"type":"text","text":{"body":"b"}}`,
		`{"from_user_id":"US.1","id":"a","type":"edit","edit":{"original_message_id":"w","message":{"type":"image","image":{"id":"1"}}}}`,
		`{"from":"4915112345678","id":"a","type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"{}"}}}`,
		`{"from":"4915112345678","id":"a","type":"location","location":{"latitude":1e999,"longitude":-0.0}}`, `{"id":"\ud83d"}`, `[]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _ = webhook.MediaOf(raw)
		in, err := webhook.FromCloudAPI(raw, sent)
		if err != nil {
			var invalid *message.InvalidError
			require.ErrorAs(t, err, &invalid)
			return
		}
		require.NoError(t, webhook.Validate(in.Message))
		require.NotEmpty(t, in.From.Address)
		again, err := webhook.FromCloudAPI(in.Message, sent)
		require.NoError(t, err)
		require.Equal(t, in, again)
	})
}
