// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
)

func problemsOf(t *testing.T, err error) []Problem {
	t.Helper()
	var invalid *InvalidError
	require.ErrorAs(t, err, &invalid)
	require.NotEmpty(t, invalid.Problems)
	return invalid.Problems
}

func TestParseNormalises(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		want *Message
	}{
		"type and envelope are filled in": {
			`{"to":"15550100001","text":{"body":"Hi <b>","preview_url":true}}`,
			&Message{To: "15550100001", Type: "text", Text: &Text{Body: "Hi <b>", PreviewUrl: true}},
		},
		"coordinates keep every digit": {
			`{"type":"location","location":{"latitude":31.235930000,"longitude":"-0.10"}}`,
			&Message{Type: "location", Location: &Location{Latitude: "31.235930000", Longitude: "-0.10"}},
		},
		"template words are lower-cased, the index may be a number, parameter types are found": {
			`{"type":"template","template":{"name":"n","language":{"code":"en_US"},"components":[
			  {"type":"BODY","parameters":[{"text":"a"},{"type":"CURRENCY","currency":{"fallback_value":"1","code":"EUR","amount_1000":1000}}]},
			  {"type":"button","sub_type":"URL","index":0,"parameters":[{"type":"text","text":"x"}]}]}}`,
			&Message{Type: "template", Template: &Template{Name: "n", Language: &Language{Code: "en_US"}, Components: []*Component{
				{Type: "body", Parameters: []*Parameter{{Type: "text", Text: "a"},
					{Type: "currency", Currency: &Currency{FallbackValue: "1", Code: "EUR", Amount_1000: proto.Int64(1000)}}}},
				{Type: "button", SubType: "url", Index: "0", Parameters: []*Parameter{{Type: "text", Text: "x"}}},
			}}},
		},
		"components that are not buttons have no index 0": {
			`{"type":"template","template":{"name":"n","components":[{"type":"body","index":0},{"type":"header","index":"1"},{"index":0}]}}`,
			&Message{Type: "template", Template: &Template{Name: "n", Components: []*Component{{Type: "body"}, {Type: "header", Index: "1"}, {Index: "0"}}}},
		},
		"integers may be strings, null is absent": {
			`{"type":null,"template":{"components":[{"type":"limited_time_offer","parameters":[
			  {"limited_time_offer":{"expiration_time_ms":"9007199254740993"}}]}]}}`,
			&Message{Type: "template", Template: &Template{Components: []*Component{{Type: "limited_time_offer",
				Parameters: []*Parameter{{Type: "limited_time_offer",
					LimitedTimeOffer: &LimitedTimeOffer{ExpirationTimeMs: 9007199254740993}}}}}}},
		},
		"escapes of whole characters": {
			`{"to":"\ud83d\ude00\\ud83d\u00e9","text":{}}`,
			&Message{To: `😀\ud83dé`, Type: "text", Text: &Text{}},
		},
		"two contents leave the type open": {
			`{"text":{"body":"a"},"image":{"id":"1"}}`,
			&Message{Text: &Text{Body: "a"}, Image: &Media{Id: "1"}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.want.MessagingProduct, tt.want.RecipientType = "whatsapp", "individual"
			got, err := Parse([]byte(tt.in))
			require.NoError(t, err)
			assert.Empty(t, cmp.Diff(tt.want, got, protocmp.Transform()))
		})
	}
}

func TestParseProblems(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		want []Problem
	}{
		"unknown field, deep": {
			`{"template":{"components":[{"type":"body","paramters":[]}]}}`,
			[]Problem{{"template.components[0].paramters", `The field is not known. Did you mean "parameters"?`}},
		},
		"camelCase is not known": {
			`{"recipientType":"group"}`,
			[]Problem{{"recipientType", `The field is not known. Did you mean "recipient_type"?`}},
		},
		"nothing near": {`{"quantum":1}`, []Problem{{"quantum", "The field is not known."}}},
		"all problems at once": {
			`{"to":15550100001,"text":"hi","contacts":{},"wahost":{"send_at":"tomorrow","variables":{"a":1}}}`,
			[]Problem{
				{"to", "The value must be a string, not a number. Put it in quotes."},
				{"text", "The value must be an object, not a string."},
				{"contacts", "The value must be a list, not an object."},
				{"wahost.send_at", `The value must be a time such as "2026-03-01T09:30:00Z" (RFC 3339, with a time zone).`},
				{"wahost.variables.a", "The value must be a string, not a number. Put it in quotes."},
			},
		},
		"duplicate field": {`{"to":"1","to":"2"}`, []Problem{{"to", "The field occurs twice. Remove one of the two."}}},
		"other product":   {`{"messaging_product":"sms"}`, []Problem{{"messaging_product", `The value must be "whatsapp".`}}},
		"fraction for an integer": {
			`{"template":{"components":[{"cards":[{"card_index":1.5}]}]}}`,
			[]Problem{{"template.components[0].cards[0].card_index", "The value must be a whole number of at most 32 bits."}},
		},
		"digits that a passed-on number would lose": {
			`{"interactive":{"action":{"parameters":{"token":12345678901234567891}}}}`,
			[]Problem{{"interactive.action.parameters.token", "The number has more digits than can be kept. Write it as a string."}},
		},
		"not JSON": {
			"{\n  \"to\": 'x'}",
			[]Problem{{"", "The message is not valid JSON: line 2, column 9: invalid character '\\'' looking for beginning of value."}},
		},
		"trailing data":    {`{} {}`, []Problem{{"", "The message is not valid JSON: line 1, column 4: invalid character '{' after top-level value."}}},
		"a list":           {`[]`, []Problem{{"", "The value must be an object, not a list."}}},
		"a null item":      {`{"contacts":[null]}`, []Problem{{"contacts[0]", "The value must be an object, not null."}}},
		"half of an emoji": {`{"to":"a\ud83d\ude00","text":"b\\ud83d\ud83dc"}`, []Problem{{"text", `The text has half of a character: \ud83d. It was cut between the two halves of, say, an emoji.`}}},
		"a low half alone": {`{"to":"\ude00"}`, []Problem{{"to", `The text has half of a character: \ude00. It was cut between the two halves of, say, an emoji.`}}},
		"not UTF-8":        {"{\"to\":\"\xff\"}", []Problem{{"", "The message is not UTF-8: line 1, column 8: the byte 0xFF is not valid UTF-8."}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(tt.in))
			assert.Equal(t, tt.want, problemsOf(t, err))
		})
	}
}

func TestParseBoundsProblems(t *testing.T) {
	t.Parallel()
	doc := map[string]int{}
	for i := range 1000 {
		doc["unknown"+string(rune('a'+i%26))+string(rune('a'+i/26))] = i
	}
	data, err := json.Marshal(doc)
	require.NoError(t, err)
	_, err = Parse(data)
	assert.Len(t, problemsOf(t, err), maxProblems)
}

func TestParseFindsDuplicatesInLargeObjects(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, `"v%d":"x",`, i)
	}
	for _, twice := range []string{"v0", "v15", "v16", "v39"} {
		_, err := Parse([]byte(`{"wahost":{"variables":{` + b.String() + `"` + twice + `":"y"}}}`))
		assert.Equal(t, []Problem{{"wahost.variables." + twice, "The field occurs twice. Remove one of the two."}}, problemsOf(t, err))
	}
	m, err := Parse([]byte(`{"wahost":{"variables":{` + b.String() + `"v40":"y"}}}`))
	require.NoError(t, err)
	assert.Len(t, m.GetWahost().GetVariables(), 41)
}

func TestMarshalOrderAndNumbers(t *testing.T) {
	t.Parallel()
	m, err := Parse([]byte(`{"interactive":{"type":"flow","action":{"parameters":{"b":[1,null,true,{"x":1.5}],"a":"<&>"}}},
		"to":"+15550100001","wahost":{"send_at":"2026-03-01T10:30:00.5+01:00","variables":{"b":"2","a":"1"}}}`))
	require.NoError(t, err)
	data, err := Marshal(m)
	require.NoError(t, err)
	assert.Equal(t, `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+15550100001","type":"interactive",`+
		`"interactive":{"type":"flow","action":{"parameters":{"a":"<&>","b":[1,null,true,{"x":1.5}]}}},`+
		`"wahost":{"send_at":"2026-03-01T09:30:00.5Z","variables":{"a":"1","b":"2"}}}`, string(data))

	_, err = Marshal(&Message{Text: &Text{Body: "\xff"}})
	assert.Equal(t, []Problem{{"text.body", "The text is not valid UTF-8."}}, problemsOf(t, err))
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"to":"15550100001","text":{"body":"a"}}`))
	f.Add([]byte(`{"template":{"components":[{"type":"BUTTON","index":1,"parameters":[{"action":{"a":[1e2,"x",null]}}]}]}}`))
	f.Add([]byte(`{"location":{"latitude":1.50,"longitude":"2"},"wahost":{"send_at":"2026-03-01T10:30:00Z"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(data)
		if err != nil {
			var invalid *InvalidError
			if !errors.As(err, &invalid) || len(invalid.Problems) == 0 {
				t.Fatalf("the error is not an InvalidError with problems: %v", err)
			}
			return
		}
		_ = Validate(m, nil)
		written, err := Marshal(m)
		require.NoError(t, err)
		require.True(t, utf8.Valid(written))
		again, err := Parse(written)
		require.NoError(t, err)
		if !proto.Equal(m, again) {
			t.Fatalf("a round trip changed the message:\n%s", cmp.Diff(m, again, protocmp.Transform()))
		}
	})
}
