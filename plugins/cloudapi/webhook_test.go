// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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

func receiver(t testing.TB, more providertest.Values) provider.Account {
	t.Helper()
	a, _ := providertest.Open(t, New(), values(nil, more), number)
	return a
}

func signed(body string) provider.WebhookRequest {
	mac := hmac.New(sha256.New, []byte("SECRET-app"))
	mac.Write([]byte(body))
	return provider.WebhookRequest{
		Method: http.MethodPost, Body: []byte(body), Header: http.Header{"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}},
	}
}

func call(t testing.TB, body string) provider.WebhookResponse {
	t.Helper()
	r := receiver(t, nil).(provider.WebhookHandler).HandleWebhook(t.Context(), signed(body))
	require.True(t, r.Authenticated)
	return r
}

// value1 returns a change of the number with an id.
func value1(id, content string) string {
	return `{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"12025550100","phone_number_id":"` + id + `"},` + content + `}}`
}

func body(changes ...string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"200000000000001","changes":[` + strings.Join(changes, ",") + `]}]}`
}

const (
	mine      = "100000000000001"
	delivered = `{"id":"wamid.AAA","status":"delivered","timestamp":"1767600000","recipient_id":"12025550123","biz_opaque_callback_data":"ref-1","pricing":{"billable":true}}`
)

func TestStatus(t *testing.T) {
	t.Parallel()
	r := call(t, body(value1(mine, `"statuses":[`+delivered+`]`)))
	assert.Empty(t, r.Problem)
	assert.Equal(t, []provider.Event{{
		ID: "wamid.AAA:delivered:12025550123", Time: time.Unix(1767600000, 0).UTC(), ChannelID: "test.channel",
		Correlation: provider.Correlation{
			ProviderMessageID: "wamid.AAA", WAMID: "wamid.AAA", Reference: "ref-1",
			Recipient: message.Recipient{Kind: message.RecipientPhone, Address: "+12025550123"},
		},
		DeliveryStatus: &provider.DeliveryStatus{Status: outcome.StatusDelivered, VendorStatus: "delivered"},
		Raw:            []byte(delivered),
	}}, r.Events)

	r = call(t, body(value1(mine, `"statuses":[{"id":"wamid.B","status":"failed","errors":[{"code":131026,"title":"Message undeliverable","error_data":{"details":"Old client."}}]}]`)))
	require.Len(t, r.Events, 1)
	failed := r.Events[0].DeliveryStatus.Error
	assert.Equal(t, outcome.ReasonRecipientUnreachable, failed.Reason)
	assert.Equal(t, []any{"131026", 131026, "Message undeliverable: Old client."}, []any{failed.VendorCode, failed.MetaCode, failed.VendorMessage})
	assert.Equal(t, message.Recipient{}, r.Events[0].Correlation.Recipient)

	r = call(t, body(value1(mine, `"statuses":[{"id":"wamid.B","status":"failed"},{"id":"wamid.B","status":"deleted"},{"status":"sent"},7]`)))
	require.Len(t, r.Events, 4)
	assert.Equal(t, outcome.ReasonVendorRejected, r.Events[0].DeliveryStatus.Error.Reason)
	for _, e := range r.Events[1:] {
		assert.Equal(t, "status", e.ChannelNotice.Kind)
	}
}

// TestNumbers: one URL serves all numbers, and an event belongs to the channel of its number.
func TestNumbers(t *testing.T) {
	t.Parallel()
	a := receiver(t, nil)
	for id, number := range map[string]string{"test.second": "100000000000002", "test.third": "100000000000003", "test.again": "100000000000003"} {
		_, diags := a.OpenChannel(t.Context(), provider.OpenChannelRequest{
			ID: id, Config: providertest.Config(t, New().Schema().Channel, providertest.Values{"phone_number_id": cty.StringVal(number)}),
		})
		require.Empty(t, diags)
	}
	status := func(n int) string {
		return value1(fmt.Sprint("10000000000000", n), fmt.Sprintf(`"statuses":[{"id":"wamid.%d","status":"read"}]`, n))
	}
	channels := func(among ...string) []string {
		req := signed(body(status(1), status(2), status(3), status(4)))
		req.ChannelIDs = among
		r := a.(provider.WebhookHandler).HandleWebhook(t.Context(), req)
		var ids []string
		for _, e := range r.Events {
			ids = append(ids, e.ChannelID)
		}
		assert.Contains(t, r.Problem, "100000000000004")
		return ids
	}
	assert.Equal(t, []string{"test.channel", "test.second", "", ""}, channels())
	assert.Equal(t, []string{"", "test.second", "test.third", ""}, channels("test.second", "test.third"))
}

func TestInbound(t *testing.T) {
	t.Parallel()
	const object = `{"from":"12025550123","id":"wamid.IN","timestamp":"1767600000","type":"text","text":{"body":"hi"},"context":{"from":"12025550100","id":"wamid.OUT"}}`
	r := call(t, body(value1(mine, `"contacts":[{"profile":{"name":"Bob"},"wa_id":"12025550199"},{"profile":{"name":"Ann"},"wa_id":"12025550123"}],"messages":[`+object+`]`)))
	assert.Empty(t, r.Problem)
	ann := message.Recipient{Kind: message.RecipientPhone, Address: "+12025550123"}
	assert.Equal(t, []provider.Event{{
		ID: "message:wamid.IN", Time: time.Unix(1767600000, 0).UTC(), ChannelID: "test.channel", Raw: []byte(object),
		Correlation: provider.Correlation{WAMID: "wamid.IN", Recipient: ann},
		InboundMessage: &provider.InboundMessage{
			From: ann, To: "+12025550100", ProfileName: "Ann", Type: "text", Message: []byte(object), ContextMessageID: "wamid.OUT",
		},
	}}, r.Events)
}

func TestInboundUser(t *testing.T) {
	t.Parallel()
	hidden := message.Recipient{Kind: message.RecipientUser, Address: "US.13491208655302741918"}
	for name, content := range map[string]string{
		"in the contact": `"contacts":[{"profile":{"name":"Ann"},"user_id":"US.13491208655302741918"}],"messages":[{"id":"wamid.IN","timestamp":"1767600000","type":"text","text":{"body":"hi"}}]`,
		"in the message": `"contacts":[{"profile":{"name":"Ann"}}],"messages":[{"from_user_id":"US.13491208655302741918","id":"wamid.IN","timestamp":"1767600000","type":"text","text":{"body":"hi"}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := call(t, body(value1(mine, content)))
			require.Len(t, r.Events, 1)
			in := r.Events[0].InboundMessage
			require.NotNil(t, in)
			assert.Equal(t, hidden, in.From)
			assert.Equal(t, "Ann", in.ProfileName)
			require.NoError(t, webhook.Validate(in.Message))
		})
	}
}

// TestInboundUnreadable: a message whose content cannot be read is not lost.
func TestInboundUnreadable(t *testing.T) {
	t.Parallel()
	for content, kind := range map[string]string{
		`{"from":"12025550123","id":"wamid.IN","timestamp":"soon","type":"text","text":{"body":"hi"}}`:    "unknown",
		`{"from":"12025550123","id":"wamid.IN","timestamp":"1767600000","type":"text","text":"hi"}`:       "unknown",
		`{"from":"12025550123","id":"wamid.IN","timestamp":"1767600000","type":"hologram","hologram":{}}`: "unknown",
		`{"from":"nobody","id":"wamid.IN","timestamp":"1767600000","type":"text","text":{"body":"hi"}}`:   "",
		`{"id":"wamid.IN","type":"text","text":{"body":"hi"}}`:                                            "",
		`7`: "",
	} {
		r := call(t, body(value1(mine, `"messages":[`+content+`]`)))
		require.Len(t, r.Events, 1, content)
		assert.Equal(t, content, string(r.Events[0].Raw))
		if kind == "" {
			assert.NotNil(t, r.Events[0].ChannelNotice, content)
			assert.NotEmpty(t, r.Problem, content)
			continue
		}
		require.NotNil(t, r.Events[0].InboundMessage, content)
		assert.Equal(t, kind, r.Events[0].InboundMessage.Type)
	}
}

func TestOtherChanges(t *testing.T) {
	t.Parallel()
	r := call(t, body(
		`{"field":"message_template_status_update","value":{"event":"APPROVED"}}`,
		value1(mine, `"errors":[{"code":131000,"title":"Something went wrong"}]`),
		value1(mine, `"groups":[]`), `{"field":"messages","value":7}`, `7`,
		`{"field":"history","value":{"text":"`+strings.Repeat("é", 2000)+`"}}`,
	))
	var kinds []string
	for _, e := range r.Events {
		require.NotNil(t, e.ChannelNotice)
		assert.NotEmpty(t, e.Raw)
		assert.LessOrEqual(t, len([]rune(e.ChannelNotice.Detail)), maxNotice)
		kinds = append(kinds, e.ChannelNotice.Kind)
	}
	assert.Equal(t, []string{"message_template_status_update", "errors", "messages", "unknown", "unknown", "history"}, kinds)
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "x", "7", "null", "[]", "{}", `{"entry":[]}`, `{"entry":{}}`, "{\"entry\":[{}],\"a\":\"\xff\"}"} {
		r := call(t, text)
		assert.Equal(t, http.StatusBadRequest, r.Reply.Status, text)
		assert.NotEmpty(t, r.Problem, text)
	}
}

func TestProofs(t *testing.T) {
	t.Parallel()
	none := cty.NullVal(cty.String)
	header, headerOnly := webhookHeader("X-Key", "SECRET-header"), webhookHeader("X-Key", "SECRET-header")
	headerOnly["app_secret"] = none
	good := signed(body(value1(mine, `"statuses":[`+delivered+`]`)))
	with := func(req provider.WebhookRequest, value string) provider.WebhookRequest {
		req.Header = http.Header(req.Header).Clone()
		http.Header(req.Header).Set("X-Key", value)
		return req
	}
	unsigned := good
	unsigned.Header = http.Header{}
	for name, test := range map[string]struct {
		config  providertest.Values
		request provider.WebhookRequest
		problem string
	}{
		"signed":                      {nil, good, ""},
		"not signed":                  {nil, unsigned, "X-Hub-Signature-256"},
		"nothing is configured":       {providertest.Values{"app_secret": none}, good, "app_secret"},
		"header":                      {headerOnly, with(unsigned, "SECRET-header"), ""},
		"wrong header":                {headerOnly, with(unsigned, "SECRET-heade"), "webhook_header"},
		"no header":                   {headerOnly, good, "X-Key"},
		"both":                        {header, with(good, "SECRET-header"), ""},
		"both, and one is missing":    {header, good, "X-Key"},
		"both, and one is not signed": {header, with(unsigned, "SECRET-header"), "X-Hub-Signature-256"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := receiver(t, test.config).(provider.WebhookHandler).HandleWebhook(t.Context(), test.request)
			assert.Equal(t, test.problem == "", r.Authenticated)
			assert.Contains(t, r.Problem, test.problem)
			assert.NotContains(t, r.Problem, "SECRET")
			assert.Equal(t, test.problem == "", len(r.Events) == 1)
		})
	}
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	const query = "https://host.example/hooks?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
	for name, test := range map[string]struct {
		config providertest.Values
		url    string
		ok     bool
	}{
		"right":        {nil, query + "SECRET-verify", true},
		"wrong token":  {nil, query + "SECRET-verif", false},
		"no token":     {nil, query, false},
		"no such mode": {nil, strings.Replace(query, "subscribe", "x", 1) + "SECRET-verify", false},
		"not set":      {providertest.Values{"verify_token": cty.NullVal(cty.String)}, query, false},
		"no URL":       {nil, "://", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := receiver(t, test.config).(provider.WebhookHandler).HandleWebhook(t.Context(), provider.WebhookRequest{Method: http.MethodGet, URL: test.url})
			assert.Equal(t, test.ok, r.Authenticated)
			assert.Equal(t, test.ok, string(r.Reply.Body) == "1158201444")
			assert.NotContains(t, r.Problem, "SECRET")
		})
	}
}

// TestReopened: a channel that is opened again keeps its events, and one that is closed does not.
func TestReopened(t *testing.T) {
	t.Parallel()
	a, first := providertest.Open(t, New(), values(nil, nil), number)
	req := provider.OpenChannelRequest{ID: "test.channel", Config: providertest.Config(t, New().Schema().Channel, number)}
	second, _ := a.OpenChannel(t.Context(), req)
	require.NoError(t, first.(provider.Closer).Close())
	assert.Equal(t, "test.channel", a.(*account).channelOf(mine, nil))
	require.NoError(t, second.(provider.Closer).Close())
	assert.Empty(t, a.(*account).channelOf(mine, nil))
}

// FuzzWebhook reads calls of any content. None is lost without a remark.
func FuzzWebhook(f *testing.F) {
	for _, text := range []string{"", "null", body(value1(mine, `"statuses":[`+delivered+`]`)), body("7"), `{"entry":[{"changes":[{"value":{"messages":[{"id":1}]}}]}]}`} {
		f.Add(text)
	}
	a := receiver(f, nil).(provider.WebhookHandler)
	f.Fuzz(func(t *testing.T, text string) {
		r := a.HandleWebhook(t.Context(), signed(text))
		for _, e := range r.Events {
			if e.ID == "" || len(e.Raw) == 0 {
				t.Fatalf("an event without an id or the raw call: %+v", e)
			}
		}
	})
}
