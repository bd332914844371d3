// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

func TestATextIsStoredAndAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, version := range []string{"", "/v17.0", "/v23.0"} {
		r := w.do("POST", version+"/"+numberID+"/messages", text("+49 (151) 1234-5678", "Grüße"))
		require.Equal(t, 200, r.status, r.text)
		assert.Equal(t, "application/json; charset=UTF-8", r.header.Get("Content-Type"))
		assert.Regexp(t, regexp.MustCompile(`^{"messaging_product":"whatsapp","contacts":\[{"input":"\+49 \(151\) 1234-5678","wa_id":"4915112345678"}\],`+
			`"messages":\[{"id":"wamid\.[0-9a-v]{26}","message_status":"accepted"}\]}$`), r.text)
		id, err := ids.Parse(r.body["messages"].([]any)[0].(map[string]any)["id"].(string))
		require.NoError(t, err)
		n := w.store.messages[id]
		require.NotNil(t, n)
		assert.Equal(t, store.NewMessage{
			ID: id, Sender: numberID, To: message.Recipient{Kind: message.RecipientPhone, Address: "+4915112345678"}, APIKey: "shop",
			Body: n.Body, Lane: numberID, Class: store.ClassTransactional, Category: "service",
		}, *n)
		m, err := message.Parse(n.Body)
		require.NoError(t, err)
		assert.Equal(t, "Grüße", m.GetText().GetBody())
	}
	assert.Len(t, w.store.offered, 3)
	assert.Equal(t, Access{Endpoint: "messages", Key: "shop", Number: numberID, Status: 200}, known(<-w.seen))
}

// known returns what a test can know of an access.
func known(a Access) Access {
	a.Took, a.Trace = 0, ""
	return a
}

func TestRecipientsAreAnsweredAsTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	tests := map[string]struct{ body, contact string }{
		"user":   {`{"recipient":"US.1349","type":"text","text":{"body":"x"}}`, `"contacts":[{"input":"US.1349","user_id":"US.1349"}]`},
		"group":  {`{"recipient_type":"group","to":"Y2FwaV9n","type":"text","text":{"body":"x"}}`, `"contacts":[{"input":"Y2FwaV9n","wa_id":"Y2FwaV9n"}]`},
		"both":   {`{"recipient":"US.1349","to":"16505551234","text":{"body":"x"}}`, `"contacts":[{"input":"16505551234","wa_id":"16505551234"}]`},
		"legacy": {`{"messaging_product":"whatsapp","to":"16505551234","text":{"body":"x"}}`, `"contacts":[{"input":"16505551234","wa_id":"16505551234"}]`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := w.do("POST", "/v23.0/"+numberID+"/messages", test.body)
			require.Equal(t, 200, r.status, r.text)
			assert.Contains(t, r.text, test.contact)
		})
	}
}
