// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
	"github.com/wahost/wahost/sdk/webhook"
)

func receiver(t testing.TB, checks providertest.Values) provider.WebhookHandler {
	t.Helper()
	a, _ := providertest.Open(t, New(Product{Name: "innopaas", Version: "1.0.0"}), accountValues("https://api.innopaas.com", checks), channelValues)
	return a.(provider.WebhookHandler)
}

var static = providertest.Values{"callback_username": cty.StringVal("user"), "callback_authorization": cty.StringVal("callback-token")}

func staticHeader() http.Header {
	h := http.Header{}
	h.Set("UserName", "user")
	h.Set("Authorization", "callback-token")
	return h
}

func call(t testing.TB, body string) provider.WebhookResponse {
	t.Helper()
	return receiver(t, static).HandleWebhook(t.Context(), provider.WebhookRequest{Method: "POST", Header: staticHeader(), Body: []byte(body)})
}

func signature(encode func([]byte) string) string {
	mac := hmac.New(sha256.New, []byte("hmac-secret"))
	mac.Write([]byte("1767600000" + "n1" + "user"))
	return "timestamp=1767600000;nonce=n1;username=user;signature=" + encode(mac.Sum(nil))
}

func TestCallbackCheck(t *testing.T) {
	t.Parallel()
	secret := providertest.Values{"callback_secret": cty.StringVal("hmac-secret")}
	both := providertest.Values{"callback_secret": cty.StringVal("hmac-secret"), "callback_authorization": cty.StringVal("callback-token")}
	good := signature(hex.EncodeToString)
	tests := []struct {
		name    string
		checks  providertest.Values
		header  map[string]string
		want    bool
		problem string
	}{
		{"nothing configured", nil, map[string]string{"UserName": "user", "Authorization": "x"}, false, "callback_secret"},
		{"nothing configured, empty headers", nil, nil, false, "callback_authorization"},
		{"right", static, map[string]string{"UserName": "user", "Authorization": "callback-token"}, true, ""},
		{"wrong user", static, map[string]string{"UserName": "other", "Authorization": "callback-token"}, false, "UserName"},
		{"wrong token", static, map[string]string{"UserName": "user", "Authorization": "callback-toke"}, false, "Authorization"},
		{"no header", static, nil, false, "UserName"},
		{"signature", secret, map[string]string{"X-CALLBACK-ID": good}, true, ""},
		{"signature in upper case", secret, map[string]string{"X-CALLBACK-ID": signature(func(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) })}, true, ""},
		{"signature in base64", secret, map[string]string{"X-CALLBACK-ID": signature(base64.StdEncoding.EncodeToString)}, true, ""},
		{"other order and spaces", secret, map[string]string{"X-CALLBACK-ID": "signature=" + good[strings.Index(good, "signature=")+10:] + "; nonce=n1; username=user; timestamp=1767600000"}, true, ""},
		{"other nonce", secret, map[string]string{"X-CALLBACK-ID": strings.Replace(good, "n1", "n2", 1)}, false, "signature"},
		{"no signature", secret, map[string]string{"X-CALLBACK-ID": "timestamp=1;nonce=2;username=3"}, false, "lacks"},
		{"signature missing", secret, map[string]string{"Authorization": "callback-token"}, false, "missing"},
		{"both, both right", both, map[string]string{"X-CALLBACK-ID": good, "Authorization": "callback-token"}, true, ""},
		{"both, signature missing", both, map[string]string{"Authorization": "callback-token"}, false, "X-CALLBACK-ID"},
		{"both, token missing", both, map[string]string{"X-CALLBACK-ID": good}, false, "Authorization"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			for name, value := range test.header {
				header.Set(name, value)
			}
			r := receiver(t, test.checks).HandleWebhook(t.Context(), provider.WebhookRequest{Header: header, Body: []byte(`{"id":"e","type":"x","body":{}}`)})
			assert.Equal(t, test.want, r.Authenticated)
			assert.Contains(t, r.Problem, test.problem)
			assert.NotContains(t, r.Problem, "callback-token")
			if !test.want {
				assert.Empty(t, r.Events)
			}
		})
	}
}

const statusCallback = `{"id":"e1","type":"whatsapp_message_status_updated","eventTime":"2026-01-05T08:00:00.000Z",
 "body":{"id":400000000000000001,"accountName":"IW000001","wabaId":"100000000000001","uid":"d1",
  "sendPhone":"6281200000001","wamid":"wamid.AAA","status":"failed",
  "errorData":{"errorCode":"131026","errorMessage":"Message undeliverable"}}}`

func TestStatus(t *testing.T) {
	t.Parallel()
	r := call(t, statusCallback)
	require.True(t, r.Authenticated)
	require.Len(t, r.Events, 1)
	assert.Empty(t, r.Problem)
	assert.Equal(t, provider.Event{
		ID: "e1", Time: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC), ChannelID: "test.channel",
		Correlation: provider.Correlation{
			ProviderMessageID: "400000000000000001", WAMID: "wamid.AAA", Reference: "d1",
			Recipient: message.Recipient{Kind: message.RecipientPhone, Address: "+6281200000001"},
		},
		DeliveryStatus: &provider.DeliveryStatus{Status: outcome.StatusFailed, VendorStatus: "failed", Error: &outcome.Rejected{
			Reason: outcome.ReasonRecipientUnreachable, Retry: outcome.RetryNever, Scope: outcome.ScopeRecipient,
			Detail: "InnoPaaS reports failed", VendorCode: "131026", VendorMessage: "Message undeliverable", MetaCode: 131026,
		}},
		Raw: []byte(statusCallback),
	}, r.Events[0])
}

func TestStatusSpellings(t *testing.T) {
	t.Parallel()
	wrap := func(time, body string) string {
		return `{"id":"e","type":"whatsapp_message_status_updated","eventTime":"` + time + `","body":` + body + `}`
	}
	r := call(t, wrap("2023-02-22 12:00:00", `{"id":"1","wabaId":"other","status":"SMECL:FAILED","sendPhone":"6281100000001"}`))
	e := r.Events[0]
	assert.Equal(t, time.Date(2023, 2, 22, 12, 0, 0, 0, time.UTC), e.Time)
	assert.Equal(t, message.Recipient{}, e.Correlation.Recipient, "sendPhone is the sender's own number")
	assert.Empty(t, e.ChannelID)
	assert.Equal(t, outcome.StatusFailed, e.DeliveryStatus.Status)
	assert.Equal(t, outcome.ReasonVendorRejected, e.DeliveryStatus.Error.Reason)
	assert.Equal(t, "SMECL:FAILED", e.DeliveryStatus.VendorStatus)

	for word, want := range map[string]outcome.Status{"delivered": outcome.StatusDelivered, "READ": outcome.StatusRead, "sent": outcome.StatusSent, "played": outcome.StatusPlayed} {
		e := call(t, wrap("x", `{"id":"1","status":"`+word+`"}`)).Events[0]
		assert.Equal(t, want, e.DeliveryStatus.Status)
		assert.Nil(t, e.DeliveryStatus.Error)
		assert.True(t, e.Time.IsZero())
	}
	r = call(t, wrap("x", `{"id":"1","status":"pondering"}`))
	assert.Contains(t, r.Problem, "pondering")
	assert.NotNil(t, r.Events[0].ChannelNotice)
	// A part of a wrong type must not lose the rest.
	r = call(t, wrap("x", `{"id":"1","status":"read","errorData":"none"}`))
	assert.Equal(t, outcome.StatusRead, r.Events[0].DeliveryStatus.Status)
	assert.NotEmpty(t, r.Problem)
}

func TestEventWithoutID(t *testing.T) {
	t.Parallel()
	body := `{"type":"whatsapp_message_status_updated","body":{"status":"read"}}`
	first, again, other := call(t, body).Events[0].ID, call(t, body).Events[0].ID, call(t, body+" ").Events[0].ID
	assert.True(t, strings.HasPrefix(first, "sha256:"))
	assert.Equal(t, first, again)
	assert.Equal(t, first, other, "space around the body is not content")
}

func TestInbound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, kind, want string
	}{
		{"text", `"type":"text","text":{"body":"hi"}`, "text", `"text":{"body":"hi"}`},
		{"reaction", `"type":"reaction","reaction":{"messageId":"wamid.B","emoji":"👍"}`, "reaction", `"reaction":{"message_id":"wamid.B","emoji":"👍"}`},
		{"image", `"type":"image","image":{"caption":"c","mimeType":"image/jpeg","sha256":"s","link":"https://x/y"}`, "image",
			`"image":{"caption":"c","mime_type":"image/jpeg","sha256":"s","url":"https://x/y"}`},
		{"document", `"type":"document","document":{"filename":"f","mimeType":"a/b","link":"l"}`, "document", `"document":{"filename":"f","mime_type":"a/b","url":"l"}`},
		{"location", `"type":"location","location":{"latitude":31.235930000001,"longitude":121,"name":"n"}`, "location",
			`"location":{"latitude":31.235930000001,"longitude":121,"name":"n"}`},
		{"contact", `"type":"contacts","contact":[{"name":{"formattedName":"A"},"phones":[{"phone":"+1","wa_id":"1"}]}]`, "contacts",
			`"contacts":[{"name":{"formatted_name":"A"},"phones":[{"phone":"+1","wa_id":"1"}]}]`},
		{"contacts", `"type":"contacts","contacts":[{"phones":[{"waID":"1"}],"addresses":[{"countryCode":"us"}]}]`, "contacts",
			`"contacts":[{"phones":[{"wa_id":"1"}],"addresses":[{"country_code":"us"}]}]`},
		{"button", `"type":"button","button":{"text":"Yes","payload":"p"}`, "button", `"button":{"text":"Yes","payload":"p"}`},
		{"list reply", `"type":"interactive","interactive":{"type":"listReply","listReply":{"id":"1","title":"t","description":"d"}}`, "interactive",
			`"interactive":{"type":"list_reply","list_reply":{"id":"1","title":"t","description":"d"}}`},
		{"button reply", `"type":"interactive","interactive":{"type":"buttonReply","buttonReply":{"id":"1","title":"t"}}`, "interactive",
			`"interactive":{"type":"button_reply","button_reply":{"id":"1","title":"t"}}`},
		{"order", `"type":"order","order":{"catalogId":"c","productItems":[{"productRetailerId":"p"}]}`, "order",
			`"order":{"catalog_id":"c","product_items":[{"product_retailer_id":"p"}]}`},
		{"unknown", `"type":"unknown","errors":[{"code":131051,"title":"t"}]`, "unknown", `"errors":[{"code":131051,"title":"t"}]`},
		{"later type", `"type":"hologram","hologram":{"a":1}`, "unknown", ``},
		{"content of a wrong type", `"type":"interactive","interactive":7`, "unknown", ``},
		{"content missing", `"type":"image"`, "unknown", ``},
		{"location in texts", `"type":"location","location":{"latitude":"31.50","longitude":"-121"}`, "location", `"location":{"latitude":31.50,"longitude":-121}`},
		{"file without an address", `"type":"image","image":{"caption":"c"}`, "unknown", ``},
		{"unknown with details", `"type":"unknown","errors":[{"code":"131051","title":"t","details":"d"}]`, "unknown",
			`"errors":[{"code":131051,"title":"t","error_data":{"details":"d"}}]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := call(t, `{"id":"e2","type":"whatsapp_mo_message_received","eventTime":"2026-01-05 08:00:00","body":{
			 "id":"m1","wabaId":"100000000000001","wamid":"wamid.IN","from":"6281200000001","to":"6281100000001",
			 "sendTime":"2026-01-05T07:59:59.500Z","customerProfile":{"name":"Ann"},"context":{"from":"6281100000001","id":"wamid.Q"},`+test.body+`}}`)
			require.True(t, r.Authenticated)
			require.Len(t, r.Events, 1)
			e := r.Events[0]
			user := message.Recipient{Kind: message.RecipientPhone, Address: "+6281200000001"}
			assert.Equal(t, "test.channel", e.ChannelID)
			assert.Equal(t, provider.Correlation{ProviderMessageID: "m1", WAMID: "wamid.IN", Recipient: user}, e.Correlation)
			in := e.InboundMessage
			require.NotNil(t, in)
			assert.Equal(t, user, in.From)
			assert.Equal(t, "+6281100000001", in.To)
			assert.Equal(t, "Ann", in.ProfileName)
			assert.Equal(t, test.kind, in.Type)
			assert.Equal(t, "wamid.Q", in.ContextMessageID)
			want := `{"from":"6281200000001","id":"wamid.IN","timestamp":"1767599999","type":"` + test.kind + `",
			 "context":{"from":"6281100000001","id":"wamid.Q"}`
			if test.want != "" {
				want += "," + test.want
			}
			assert.JSONEq(t, want+"}", string(in.Message))
			require.NoError(t, webhook.Validate(in.Message))
			if strings.Contains(test.body, "31.2359") {
				assert.Contains(t, string(in.Message), "31.235930000001")
			}
		})
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	inbound := func(event, sent string) provider.WebhookResponse {
		return call(t, `{"id":"e2","type":"whatsapp_mo_message_received","eventTime":`+event+`,"body":{
		 "wamid":"wamid.IN","from":"6281200000001","sendTime":`+sent+`,"type":"text","text":{"body":"b"}}}`)
	}
	for name, sent := range map[string]string{
		"microseconds": `1767600000000000`, "nanoseconds": `"1767600000000000000"`, "float": `1767600000.0`, "offset": `"2026-01-05T16:00:00+0800"`,
		"no zone": `"2026-01-05 08:00:00"`, "space and Z": `"2026-01-05 08:00:00.000Z"`,
	} {
		r := inbound(`null`, sent)
		require.Len(t, r.Events, 1, name)
		assert.Empty(t, r.Problem, name)
		assert.Equal(t, at, r.Events[0].Time, name)
		assert.Contains(t, string(r.Events[0].InboundMessage.Message), `"timestamp":"1767600000"`, name)
	}
	r := inbound(`"2026-01-05 08:00:00"`, `"soon"`)
	assert.Equal(t, at, r.Events[0].Time, "the time of the event stands in")
	assert.Contains(t, r.Problem, `sendTime: the time "soon"`)
	r = inbound(`176760000000000000000`, `"soon"`)
	assert.True(t, r.Events[0].Time.IsZero())
	assert.Contains(t, r.Problem, "eventTime")
	assert.NotContains(t, string(r.Events[0].InboundMessage.Message), "timestamp")
}

func TestInboundSender(t *testing.T) {
	t.Parallel()
	from := func(sender string) provider.WebhookResponse {
		return call(t, `{"id":"e2","type":"whatsapp_mo_message_received","body":{"wamid":"wamid.IN","from":"`+sender+`","type":"text","text":{"body":"b"}}}`)
	}
	r := from("US.13491208655302741918")
	assert.Empty(t, r.Problem)
	user := message.Recipient{Kind: message.RecipientUser, Address: "US.13491208655302741918"}
	assert.Equal(t, user, r.Events[0].InboundMessage.From)
	assert.Equal(t, user, r.Events[0].Correlation.Recipient)
	assert.JSONEq(t, `{"from_user_id":"US.13491208655302741918","id":"wamid.IN","type":"text","text":{"body":"b"}}`, string(r.Events[0].InboundMessage.Message))
	r = from("")
	assert.NotNil(t, r.Events[0].ChannelNotice, "nobody could answer it")
	assert.Contains(t, r.Problem, "sender")
}

func TestTemplateAndOtherEvents(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"whatsapp_template_status_updated", "whatsapp_template_status_update"} {
		r := call(t, `{"id":"e3","type":"`+kind+`","eventTime":"2026-01-05 08:00:00","body":{"category":"MARKETING","reason":"r",
		 "templateId":123456789012345678,"templateLanguage":"en","templateName":"n","templateStatus":"PAUSED","wabaId":"1"}}`)
		assert.Equal(t, &provider.TemplateStatus{
			TemplateID: "123456789012345678", TemplateName: "n", Language: "en", Category: "MARKETING", Status: "PAUSED", Reason: "r",
		}, r.Events[0].TemplateStatus)
	}
	for _, kind := range []string{"message_template_quality_update", "template_category_update", "whatsapp_account_review_updated", "later"} {
		r := call(t, `{"id":"e4","type":"`+kind+`","body":{"newQualityScore":"RED"}}`)
		assert.Equal(t, &provider.ChannelNotice{Kind: kind, Detail: `{"newQualityScore":"RED"}`}, r.Events[0].ChannelNotice)
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{`, `[]`, `"x"`, `7`, `null`, `{}`, `{"type":"x"}`, `{"type":"x","body":7}`, `{"type":"x","body":null}`, `{"body":{}}`, "\xff"} {
		r := call(t, body)
		assert.True(t, r.Authenticated, body)
		assert.Equal(t, http.StatusBadRequest, r.Reply.Status, body)
		assert.NotEmpty(t, r.Problem, body)
		assert.Empty(t, r.Events, body)
	}
	r := call(t, "")
	assert.True(t, r.Authenticated)
	assert.Zero(t, r.Reply.Status, "the vendor checks the URL when it is saved")
}

func TestChannelOfWebhook(t *testing.T) {
	t.Parallel()
	a, _ := providertest.Open(t, New(Product{Name: "innopaas", Version: "1.0.0"}), accountValues("https://api.innopaas.com", static), channelValues)
	second := providertest.Config(t, New(Product{}).Schema().Channel, providertest.Values{
		"waba_id": cty.StringVal("100000000000001"), "send_number": cty.StringVal("6281100000002")})
	c, diags := a.OpenChannel(t.Context(), provider.OpenChannelRequest{ID: "test.second", Config: second})
	require.NoError(t, diags.Err())
	channelFor := func(ids ...string) string {
		r := a.(provider.WebhookHandler).HandleWebhook(t.Context(), provider.WebhookRequest{ChannelIDs: ids, Header: staticHeader(), Body: []byte(statusCallback)})
		return r.Events[0].ChannelID
	}
	assert.Empty(t, channelFor(), "two channels of one business account")
	assert.Equal(t, "test.second", channelFor("test.second"))
	require.NoError(t, c.(provider.Closer).Close())
	assert.Equal(t, "test.channel", channelFor())
}

func FuzzHandleWebhook(f *testing.F) {
	f.Add([]byte(statusCallback))
	f.Add([]byte(`{"id":"e","type":"whatsapp_mo_message_received","body":{"type":"interactive","interactive":{"type":"listReply"},"from":1}}`))
	f.Add([]byte(`{"type":"whatsapp_template_status_update","body":{"templateStatus":1}}`))
	f.Add([]byte(`{"type":"x","body":{"a":"\ud800"}}`))
	handler := receiver(f, static)
	f.Fuzz(func(t *testing.T, body []byte) {
		r := handler.HandleWebhook(t.Context(), provider.WebhookRequest{Header: staticHeader(), Body: body})
		if !r.Authenticated {
			t.Fatal("the body decided about authenticity")
		}
		for _, e := range r.Events {
			contents := 0
			for _, set := range []bool{e.DeliveryStatus != nil, e.InboundMessage != nil, e.TemplateStatus != nil, e.ChannelNotice != nil} {
				if set {
					contents++
				}
			}
			if contents != 1 || e.ID == "" {
				t.Fatalf("%d contents, id %q", contents, e.ID)
			}
			if in := e.InboundMessage; in != nil {
				if err := webhook.Validate(in.Message); err != nil {
					t.Fatalf("the message is not one of the Cloud API: %v: %q", err, in.Message)
				}
			}
			if !e.Time.IsZero() && (e.Time.Year() < 2000 || e.Time.Year() > 2099) {
				t.Fatalf("the time is %s", e.Time)
			}
		}
	})
}
