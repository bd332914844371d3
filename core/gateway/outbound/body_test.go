// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestBodies(t *testing.T) {
	t.Parallel()
	const frame = `{"object":"whatsapp_business_account","entry":[{"id":"900000000000001","changes":[{"value":{"messaging_product":"whatsapp",` +
		`"metadata":{"display_phone_number":"4915112345678","phone_number_id":"102030405060708"},VALUE},"field":"messages"}]}]}`
	failed := func(f store.Failure) Notice {
		n := notice("A", outcome.StatusFailed)
		n.Status.Failure = f
		return n
	}
	tests := map[string]struct {
		notice Notice
		value  string
	}{
		"sent": {
			notice("A", sent), `"statuses":[{"id":"wamid.A","status":"sent","timestamp":"1795687200","recipient_id":"16505551234"}]`,
		},
		"a reference": {
			func() Notice {
				n := notice("A", read)
				n.Status.Reference = "Bestellung für 😀 </script>"
				return n
			}(),
			`"statuses":[{"id":"wamid.A","status":"read","timestamp":"1795687200","recipient_id":"16505551234","biz_opaque_callback_data":"Bestellung f\u00fcr \ud83d\ude00 \u003c/script\u003e"}]`,
		},
		"a user": {
			func() Notice {
				n := notice("A", sent)
				n.Status.To = message.Recipient{Kind: message.RecipientUser, Address: "US.1"}
				return n
			}(),
			`"statuses":[{"id":"wamid.A","status":"sent","timestamp":"1795687200","recipient_user_id":"US.1"}]`,
		},
		"a group": {
			func() Notice {
				n := notice("A", sent)
				n.Status.To = message.Recipient{Kind: message.RecipientGroup, Address: "G1"}
				return n
			}(),
			`"statuses":[{"id":"wamid.A","status":"sent","timestamp":"1795687200","recipient_id":"G1","recipient_type":"group","group_id":"G1"}]`,
		},
		"Meta's code": {
			failed(store.Failure{Reason: "recipient_unreachable", VendorCode: "131026", VendorMessage: "Message undeliverable"}),
			`"statuses":[{"id":"wamid.A","status":"failed","timestamp":"1795687200","recipient_id":"16505551234","errors":[{"code":131026,"title":"Message undeliverable","message":"Message undeliverable",` +
				`"error_data":{"details":"recipient_unreachable: 131026: Message undeliverable"}}]}]`,
		},
		"a vendor's code": {
			failed(store.Failure{Reason: "outside_service_window", VendorCode: "E17", VendorMessage: "window"}),
			`"statuses":[{"id":"wamid.A","status":"failed","timestamp":"1795687200","recipient_id":"16505551234","errors":[{"code":131047,"title":"Re-engagement message","message":"Re-engagement message",` +
				`"error_data":{"details":"outside_service_window: E17: window"}}]}]`,
		},
		"the gateway's reason": {
			failed(store.Failure{Reason: store.ReasonExpired}),
			`"statuses":[{"id":"wamid.A","status":"failed","timestamp":"1795687200","recipient_id":"16505551234","errors":[{"code":131000,"title":"Something went wrong","message":"Something went wrong",` +
				`"error_data":{"details":"expired"}}]}]`,
		},
		"inbound": {
			Notice{Number: number, Inbound: &Inbound{
				From: message.Recipient{Kind: message.RecipientPhone, Address: "+16505551234"}, ProfileName: "Zoë",
				Message: json.RawMessage(`{ "from":"16505551234", "id":"wamid.I","timestamp":"1","type":"text","text":{"body":"ö"}}`),
			}},
			`"contacts":[{"profile":{"name":"Zo\u00eb"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.I","timestamp":"1","type":"text","text":{"body":"\u00f6"}}]`,
		},
		"inbound of a user": {
			Notice{Number: number, Inbound: &Inbound{From: message.Recipient{Kind: message.RecipientUser, Address: "US.1"}, Message: json.RawMessage(`{}`)}},
			`"contacts":[{"user_id":"US.1"}],"messages":[{}]`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := Body(&test.notice, senders{})
			require.NoError(t, err)
			assert.Equal(t, strings.Replace(frame, "VALUE", test.value, 1), string(body))
		})
	}
	n := notice("A", sent)
	n.Number = "4711"
	body, err := Body(&n, senders{})
	require.NoError(t, err)
	assert.Contains(t, string(body), `"entry":[{"id":"4711",`, "the account is not known")
	_, err = Body(&Notice{Inbound: &Inbound{Message: json.RawMessage(`{`)}}, senders{})
	require.Error(t, err)
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const standard = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	w.options.Endpoint.Secrets = []string{secret, standard}
	n := notice("a", sent)
	n.Status.Reference = "ü😀"
	w.outbox.add(n)
	w.run(t)
	got := w.receiver.next(t)
	got.ok()
	assert.Equal(t, "application/json", got.header.Get("Content-Type"))
	assert.Equal(t, "a-sent", got.header.Get("webhook-id"))
	assert.Equal(t, strconv.FormatInt(start.Unix(), 10), got.header.Get("webhook-timestamp"))
	sum := func(key, text string) []byte {
		h := hmac.New(sha256.New, []byte(key))
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	assert.Equal(t, "sha256="+hex.EncodeToString(sum(secret, string(got.body))), got.header.Get("X-Hub-Signature-256"))
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(standard, "whsec_"))
	require.NoError(t, err)
	signed := "a-sent." + strconv.FormatInt(start.Unix(), 10) + "." + string(got.body)
	assert.Equal(t, "v1,"+base64.StdEncoding.EncodeToString(sum(secret, signed))+" v1,"+base64.StdEncoding.EncodeToString(sum(string(key), signed)), got.header.Get("webhook-signature"))
	assert.NotContains(t, string(got.body), "ü")
	// A program that reads the body as text, as Meta's examples do, signs the same bytes.
	assert.True(t, utf8.Valid(got.body))
}

// TestStandardSignature has the example of the Standard Webhooks specification.
func TestStandardSignature(t *testing.T) {
	t.Parallel()
	sum := newKey(standardKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).mac([]byte(`msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}`))
	assert.Equal(t, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", base64.StdEncoding.EncodeToString(sum))
	assert.Equal(t, []byte("whsec_%%"), standardKey("whsec_%%"), "not base64")
}

func FuzzASCII(f *testing.F) {
	f.Add("ü😀\u2028\x7f\xff")
	f.Fuzz(func(t *testing.T, text string) {
		raw, err := json.Marshal(text)
		require.NoError(t, err)
		escaped := ascii(raw)
		for _, b := range escaped {
			require.Less(t, b, byte(utf8.RuneSelf))
		}
		var want, got string
		require.NoError(t, json.Unmarshal(raw, &want))
		require.NoError(t, json.Unmarshal(escaped, &got))
		require.Equal(t, want, got)
	})
}

func FuzzBody(f *testing.F) {
	f.Add("131026", "text", []byte(`{"id":"x"}`))
	f.Add("", "", []byte{})
	f.Fuzz(func(t *testing.T, code, text string, inbound []byte) {
		failed := notice("a", outcome.StatusFailed)
		failed.Status.Failure = store.Failure{Reason: text, VendorCode: code, VendorMessage: text}
		failed.Status.Reference = text
		body, err := Body(&failed, senders{})
		require.NoError(t, err)
		require.True(t, json.Valid(body))
		body, err = Body(&Notice{Inbound: &Inbound{ProfileName: text, Message: inbound}}, senders{})
		require.Equal(t, inbound == nil || json.Valid(inbound), err == nil)
		require.True(t, err != nil || json.Valid(body))
	})
}
