// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
)

// templateText is a template message as clients write it.
const templateText = `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+4915112345678","type":"template",
"template":{"name":"order_update","language":{"code":"en_US"},"components":[
{"type":"header","parameters":[{"type":"image","image":{"link":"https://example.com/parcel.jpg"}}]},
{"type":"BODY","parameters":[{"type":"text","text":"Ann"},{"text":"4711"},{"type":"currency","currency":{"code":"EUR","amount_1000":1000}}]},
{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"4711"}]}]}}`

// almostPlain are documents that look as if they could be read at once and must not be, or must give the same.
var almostPlain = []string{
	`null`, `{}`, ` {} `, "\ufeff{}", `[]`, `""`, `{"text":null}`, `{"text":{}} x`, `{"text":{}}{}`,
	`{"template":{"components":[null]}}`, `{"template":{"components":null}}`, `{"template":{"components":[]}}`,
	`{"template":{"components":[{"index":0}]}}`, `{"template":{"components":[{"parameters":[{"text":null,"type":null}]}]}}`,
	`{"wahost":{"variables":{"a":null}}}`, `{"wahost":{"variables":{"a":"b"}}}`, `{"wahost":{"variables":{}}}`,
	`{"wahost":{"send_at":{"seconds":1}}}`, `{"wahost":{"send_at":"2026-03-01T09:30:00Z"}}`, `{"wahost":{"send_at":null}}`,
	`{"wahost":{"vendor":{"fields":{}}}}`, `{"wahost":{"vendor":{}}}`, `{"wahost":{"vendor":null,"route":"r"}}`,
	`{"text":{"body":"a","body":"b"}}`, `{"text":{"Body":"a"}}`, `{"Text":{"body":"a"}}`, `{"text":{"body":"\ud83d"}}`,
	"{\"text\":{\"body\":\"\xff\"}}", `{"text":{"body":"\ud83d\ude00\u0000"}}`, `{"text":"{\"body\":\"a\"}"}`,
	`{"location":{"latitude":"1e-05","longitude":"2E3"}}`, `{"location":{"latitude":1e-05}}`, `{"messaging_product":"sms"}`,
	`{"messaging_product":null,"recipient_type":null}`, `{"status":"read","message_id":"m"}`, `{"type":"TEXT","status":"read"}`,
	`{"reaction":{"emoji":""}}`, `{"reaction":{"emoji":null}}`, `{"message_activity_sharing":false}`, `{"message_activity_sharing":"true"}`,
	`{"template":{"components":[{"parameters":[{"currency":{"amount_1000":1e3}},{"currency":{"amount_1000":-0}},{"currency":{"amount_1000":1.0}}]}]}}`,
	`{"state":{}}`, `{"sizeCache":1}`, `{"unknownFields":""}`, `{"":1}`, strings.Repeat(`{"a":`, 120) + "1" + strings.Repeat("}", 120),
}

// requireSame checks that the quick reader gives what the one that explains errors gives, or leaves a document to it.
func requireSame(t *testing.T, data []byte) (plain bool) {
	t.Helper()
	m := parsePlain(data)
	if m == nil {
		return false
	}
	var p parser
	want := p.read(data)
	require.Empty(t, p.problems.list, "%q", data)
	require.True(t, proto.Equal(want, m), "%q\nwant %v\ngot  %v", data, want, m)
	return true
}

func TestPlainMessagesAreReadAlike(t *testing.T) {
	t.Parallel()
	for _, text := range almostPlain {
		requireSame(t, []byte(text))
	}
	for name, text := range good {
		t.Log(name)
		requireSame(t, []byte(text))
	}
	for _, plain := range []string{good["text"], good["template"], templateText} {
		require.True(t, requireSame(t, []byte(plain)), plain)
	}
	clients, err := os.ReadFile("testdata/clients.jsonl")
	require.NoError(t, err)
	read := 0
	lines := strings.Split(strings.TrimSpace(string(clients)), "\n")
	for _, line := range lines {
		var client struct {
			Body json.RawMessage `json:"body"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &client))
		if requireSame(t, client.Body) {
			read++
		}
	}
	require.Greater(t, read, len(lines)/2)
	t.Logf("%d of %d documents are plain", read, len(lines))
}

// FuzzParsePlain compares the quick reader with the one that explains errors: the same message, or none.
func FuzzParsePlain(f *testing.F) {
	for _, text := range almostPlain {
		f.Add([]byte(text))
	}
	for _, text := range good {
		f.Add([]byte(text))
	}
	f.Add([]byte(templateText))
	f.Fuzz(func(t *testing.T, data []byte) { requireSame(t, data) })
}

func TestReadingATemplateAllocatesLittle(t *testing.T) {
	data := []byte(templateText)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = Parse(data) }), 60.0)
}
