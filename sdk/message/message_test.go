// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
)

func TestRecipientOf(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		m    *Message
		want Recipient
		path string
	}{
		"phone with plus":      {&Message{To: "+15550100001"}, Recipient{RecipientPhone, "+15550100001"}, ""},
		"phone without plus":   {&Message{To: "15550100001"}, Recipient{RecipientPhone, "+15550100001"}, ""},
		"group":                {&Message{RecipientType: "group", To: "g-1"}, Recipient{RecipientGroup, "g-1"}, ""},
		"user":                 {&Message{Recipient: "US.123"}, Recipient{RecipientUser, "US.123"}, ""},
		"none":                 {&Message{}, Recipient{}, "to"},
		"both":                 {&Message{To: "15550100001", Recipient: "US.1"}, Recipient{RecipientPhone, "+15550100001"}, ""},
		"group and user":       {&Message{RecipientType: "group", To: "g-1", Recipient: "US.1"}, Recipient{RecipientGroup, "g-1"}, ""},
		"spaces":               {&Message{To: "1555 0100001"}, Recipient{RecipientPhone, "+15550100001"}, ""},
		"as Meta writes it":    {&Message{To: "+1 (631) 555-1234"}, Recipient{RecipientPhone, "+16315551234"}, ""},
		"letters":              {&Message{To: "+1 631 CALL"}, Recipient{}, "to"},
		"two plus":             {&Message{To: "++15550100001"}, Recipient{}, "to"},
		"plus alone":           {&Message{To: "+"}, Recipient{}, "to"},
		"five digits":          {&Message{To: "12345"}, Recipient{}, "to"},
		"six digits":           {&Message{To: "123456"}, Recipient{RecipientPhone, "+123456"}, ""},
		"fifteen digits":       {&Message{To: "123456789012345"}, Recipient{RecipientPhone, "+123456789012345"}, ""},
		"sixteen digits":       {&Message{To: "1234567890123456"}, Recipient{}, "to"},
		"leading zero":         {&Message{To: "0049151123456"}, Recipient{}, "to"},
		"other digits":         {&Message{To: "١٢٣٤٥٦٧"}, Recipient{}, "to"},
		"other recipient type": {&Message{RecipientType: "channel", To: "15550100001"}, Recipient{}, "recipient_type"},
		"user id in a group":   {&Message{RecipientType: "group", Recipient: "US.1"}, Recipient{}, "to"},
		"newline in a group":   {&Message{RecipientType: "group", To: "a\nb"}, Recipient{}, "to"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := RecipientOf(tt.m)
			if tt.path != "" {
				assert.Equal(t, tt.path, problemsOf(t, err)[0].Path)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestParseRecipient(t *testing.T) {
	t.Parallel()
	got, err := ParseRecipient(" +4915112345678\n")
	require.NoError(t, err)
	assert.Equal(t, Recipient{RecipientPhone, "+4915112345678"}, got)
	_, err = ParseRecipient("Ann")
	assert.Contains(t, err.Error(), "only digits")
}

func TestRenderVariables(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		vars map[string]string
		want string
		err  string
	}{
		"numbers and names": {"{{1}} and {{ name }}, {{1}}", map[string]string{"1": "a", "name": "{{2}}"}, "a and {{2}}, a", ""},
		"no placeholders":   {"plain {braces}", nil, "plain {braces}", ""},
		"missing value":     {"{{1}} {{x}} {{1}}", nil, "", "the text has placeholders without a value: 1, x"},
		"spare value":       {"a", map[string]string{"z": "", "y": ""}, "", "the text has no placeholder for the variables: y, z"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := RenderVariables(tt.body, tt.vars)
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestContent(t *testing.T) {
	t.Parallel()
	m := &Message{To: "1", RecipientType: "individual", Type: "text", Text: &Text{Body: "a"},
		Wahost: &Extension{Variables: map[string]string{"a": "1", "b": "2", "c": "3"}}}
	c := Content(m)
	assert.Equal(t, "1", m.GetTo(), "the original is untouched")
	assert.Empty(t, c.GetTo())
	assert.Empty(t, c.GetRecipientType())
	c.Text.Body = "b"
	assert.Equal(t, "a", m.GetText().GetBody(), "the copy is deep")

	other := proto.CloneOf(m)
	other.To, other.Recipient, other.RecipientType = "", "US.1", ""
	for range 20 { // map order is random: one try proves nothing
		assert.Equal(t, ContentKey(m), ContentKey(other))
	}
	other.Text.Body = "b"
	assert.NotEqual(t, ContentKey(m), ContentKey(other))
}
