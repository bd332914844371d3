// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/wahost/wahost/sdk/message"
)

// withOptions returns a text with an option for each of the providers.
func withOptions(providers ...string) *message.Message {
	options := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for _, name := range providers {
		options.Fields[name] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"a": structpb.NewStringValue("b")}})
	}
	return &message.Message{Type: "text", Wahost: &message.Extension{Vendor: options}}
}

func TestForProvider(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want *message.Message }{
		"nothing to remove": {
			&message.Message{Type: "text", Wahost: &message.Extension{Category: "utility"}},
			&message.Message{Type: "text", Wahost: &message.Extension{Category: "utility"}},
		},
		"recipient": {
			&message.Message{Type: "text", To: "+12025550123", RecipientType: "individual"},
			&message.Message{Type: "text"},
		},
		"user id": {
			&message.Message{Type: "text", Recipient: "US.1"},
			&message.Message{Type: "text"},
		},
		"route and channel": {
			&message.Message{Type: "text", Wahost: &message.Extension{Route: "r", Channel: "c", Category: "utility"}},
			&message.Message{Type: "text", Wahost: &message.Extension{Category: "utility"}},
		},
		"options of this provider": {withOptions("acme"), withOptions("acme")},
		"options of others":        {withOptions("other"), &message.Message{Type: "text", Wahost: &message.Extension{}}},
		"options of both":          {withOptions("acme", "other"), withOptions("acme")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := proto.CloneOf(test.in)
			got := message.ForProvider(test.in, "acme")
			assert.True(t, proto.Equal(test.want, got), "%v", got)
			assert.True(t, proto.Equal(before, test.in), "the argument is unchanged")
			assert.Equal(t, proto.Equal(before, test.want), got == test.in, "a copy only if something was removed")
		})
	}
}
