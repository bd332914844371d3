// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBasicSecret(t *testing.T) {
	t.Parallel()
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for name, tt := range map[string]struct{ text, want string }{
		"a user and a password": {basic("user:pass:word"), "pass:word"},
		"a key as the user":     {basic("key:"), "key"},
		"a key as the password": {basic(":key"), "key"},
		"no colon":              {basic("key"), ""},
		"not base64":            {"Basic key:", ""},
		"a bearer token":        {"Bearer " + base64.StdEncoding.EncodeToString([]byte("user:key")), ""},
		"nothing":               {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, basicSecret(tt.text))
		})
	}
}
