// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSecretsFind(t *testing.T) {
	t.Parallel()
	const value = `emulated key/"+=8d2f61b09c`
	s := newSecrets()
	s.Add(value, "short", value)
	tests := []struct {
		name, text string
		want       bool
	}{
		{"raw", "key " + value + " end", true},
		{"base64", base64.StdEncoding.EncodeToString([]byte(value)), true},
		{"base64 in an URL", base64.RawURLEncoding.EncodeToString([]byte(value)), true},
		{"hexadecimal", hex.EncodeToString([]byte(value)), true},
		{"URL-encoded", url.QueryEscape(value), true},
		{"JSON-escaped", `emulated key/\"+=8d2f61b09c`, true},
		{"its second half", value[len(value)/2:], true},
		{"its beginning, which all share", value[:9], false},
		{"too short to be searched for", "a short word", false},
		{"nothing", "all is well", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, s.Find(test.text) != "")
			assert.Empty(t, s.Find(s.Mask(test.text)), "masked")
		})
	}
	assert.Equal(t, []string{value}, s.All())
}
