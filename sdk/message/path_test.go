// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/message"
)

func TestPathCovers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path, other string
		want        bool
	}{
		{"text.body", "text.body", true},
		{"text", "text.body", true},
		{"contacts", "contacts[0].name", true},
		{"contacts[0]", "contacts[0].name", true},
		{"contacts[0]", "contacts[1].name", false},
		{"contact", "contacts[0].name", false},
		{"text.body", "text", false},
		{"", "text.body", false},
	}
	for _, test := range tests {
		t.Run(test.path+" "+test.other, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, message.PathCovers(test.path, test.other))
		})
	}
}

func TestPathsAreWritten(t *testing.T) {
	t.Parallel()
	path := message.JoinPath(message.IndexPath(message.JoinPath("", "contacts"), 12), "name")
	assert.Equal(t, "contacts[12].name", path)
	assert.Equal(t, "contacts[*].name", message.PathPattern(path))
}

// TestHostFieldsAreFields guards against a host field that the model does not have.
func TestHostFieldsAreFields(t *testing.T) {
	t.Parallel()
	for _, f := range message.HostFields() {
		d := (&message.Message{}).ProtoReflect().Descriptor()
		for name := range strings.SplitSeq(f.Path, ".") {
			fd := d.Fields().ByName(protoreflect.Name(name))
			require.NotNil(t, fd, f.Path)
			d = fd.Message()
		}
	}
}
