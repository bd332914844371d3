// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/emulator"
)

func TestExchange(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ media, body, request, line string }{
		"JSON":        {"application/json", "{\n  \"to\": \"1\"\n}", "{\n  \"to\": \"1\"\n}", `{"to":"1"}`},
		"a form":      {"application/x-www-form-urlencoded; charset=utf-8", "To=whatsapp%3A1&Body=a", `"To=whatsapp%3A1\u0026Body=a"`, "To=whatsapp%3A1&Body=a"},
		"not a form":  {"application/x-www-form-urlencoded", "a\x1b[2J\xff", `"a\u001b[2J\ufffd"`, `a\u001b[2J�`},
		"parts":       {"multipart/form-data; boundary=x", "--x\r\n", "", ""},
		"nothing":     {"", "", "", ""},
		"broken JSON": {"application/json", `{"to":`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			view := NewExchange("acme", emulator.Exchange{Header: http.Header{"Content-Type": {tt.media}}, Body: []byte(tt.body)})
			require.Equal(t, tt.request, string(view.Request))
			require.Equal(t, tt.line, view.Body())
			_, err := json.Marshal(view)
			require.NoError(t, err)
		})
	}
}
