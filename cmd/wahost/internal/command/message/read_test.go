// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

func TestReadMessage(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in, want, err string
	}{
		"JSON":                          {in: `{"text":{"body":"Hi"}}`, want: "Hi"},
		"YAML":                          {in: "text:\n  body: Hi\n", want: "Hi"},
		"YAML with its marks":           {in: "---\ntext:\n  body: Hi\n...\n", want: "Hi"},
		"two JSON objects":              {in: `{"text":{"body":"Hi"}}{"text":{"body":"Ho"}}`, err: "after top-level value"},
		"two YAML documents":            {in: "text:\n  body: Hi\n---\ntext:\n  body: Ho\n", err: "standard input: line 3: a second document begins, but a file holds one message"},
		"an empty second document":      {in: "text:\n  body: Hi\n---\n", err: "a second document begins"},
		"a second one that is not YAML": {in: "text:\n  body: Hi\n---\n[\n", err: "standard input: not valid YAML"},
		"nothing":                       {in: "", err: "standard input: the message is empty"},
		"white space":                   {in: " \n\t\n", err: "standard input: the message is empty"},
		"a comment":                     {in: "# to do\n", err: "standard input: the message is empty"},
		"an empty document":             {in: "---\n", err: "standard input: the message is empty"},
		"an alias":                      {in: "text: &a\n  body: Hi\nimage: *a\n", err: "line 3: aliases are not supported"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var d document
			require.NoError(t, d.read(cli.NewApp(strings.NewReader(tt.in), io.Discard, io.Discard), "-"))
			m, err := d.message()
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, m.GetText().GetBody())
		})
	}
}
