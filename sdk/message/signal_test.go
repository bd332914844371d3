// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseSignal(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in    string
		paths []string // of the problems; nil if the signal is valid
	}{
		"read":              {`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.ABC"}`, nil},
		"no product":        {`{"status":"read","message_id":"wamid.ABC"}`, nil},
		"typing":            {`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.ABC","typing_indicator":{"type":"text"}}`, nil},
		"null typing":       {`{"status":"read","message_id":"wamid.ABC","typing_indicator":null}`, nil},
		"another product":   {`{"messaging_product":"sms","status":"read","message_id":"wamid.ABC"}`, []string{"messaging_product"}},
		"missing id":        {`{"status":"read"}`, []string{"message_id"}},
		"blank id":          {`{"status":"read","message_id":" "}`, []string{"message_id"}},
		"an id as a number": {`{"status":"read","message_id":1}`, []string{"message_id"}},
		"another status":    {`{"status":"delivered","message_id":"wamid.ABC"}`, []string{"status"}},
		"missing status":    {`{"message_id":"wamid.ABC","typing_indicator":{"type":"text"}}`, []string{"status"}},
		"another type":      {`{"status":"read","message_id":"wamid.ABC","typing_indicator":{"type":"audio"}}`, []string{"typing_indicator.type"}},
		"no type":           {`{"status":"read","message_id":"wamid.ABC","typing_indicator":{}}`, []string{"typing_indicator.type"}},
		"unknown field":     {`{"status":"read","message_id":"wamid.ABC","to":"+15550100001"}`, []string{"to"}},
		"several":           {`{"status":"sent","typing_indicator":{"type":"x"}}`, []string{"status", "message_id", "typing_indicator.type"}},
		"no JSON":           {`{`, []string{""}},
		"a list":            {`[]`, []string{""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := ParseSignal([]byte(tt.in))
			if tt.paths != nil {
				var paths []string
				for _, p := range problemsOf(t, err) {
					paths = append(paths, p.Path)
				}
				assert.Equal(t, tt.paths, paths, "%v", err)
				return
			}
			require.NoError(t, err)
			require.NoError(t, ValidateSignal(s))
			data, err := MarshalSignal(s)
			require.NoError(t, err)
			again, err := ParseSignal(data)
			require.NoError(t, err)
			rewritten, err := MarshalSignal(again)
			require.NoError(t, err)
			assert.JSONEq(t, string(data), string(rewritten))
			assert.Equal(t, "wamid.ABC", again.GetMessageId())
			assert.Equal(t, name == "typing", again.GetTypingIndicator() != nil)
			assert.True(t, IsSignal(data))
		})
	}
}

// TestParseNamesASignal checks that a signal which is read as a message is named, and that a message with a field too many
// is still a message.
func TestParseNamesASignal(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in, path, says string
	}{
		"read":                    {`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.A"}`, "status", "a read receipt"},
		"typing":                  {`{"status":"read","message_id":"wamid.A","typing_indicator":{"type":"text"}}`, "status", "a typing indicator"},
		"typing without a status": {`{"message_id":"wamid.A","typing_indicator":{"type":"text"}}`, "typing_indicator", "a typing indicator"},
		"a message":               {`{"to":"+15550100001","type":"text","text":{"body":"x"},"status":"read"}`, "status", "not known"},
		"content without a type":  {`{"to":"+15550100001","text":{"body":"x"},"typing_indicator":{}}`, "typing_indicator", "not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(tt.in))
			problems := problemsOf(t, err)
			require.Len(t, problems, 1)
			assert.Equal(t, tt.path, problems[0].Path)
			assert.Contains(t, problems[0].Detail, tt.says)
		})
	}
}

func TestMarshalSignalRefusesBrokenText(t *testing.T) {
	t.Parallel()
	_, err := MarshalSignal(&Signal{Status: "read", MessageId: "\xff"})
	assert.Equal(t, "message_id", problemsOf(t, err)[0].Path)
}
