// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckUTF8(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"", "a", "é😀\n", "\ufffd", "\x00"} {
		require.NoError(t, CheckUTF8([]byte(good)), "%q", good)
	}
	for text, want := range map[string]string{
		"\xe4":                     "line 1, column 1: the byte 0xE4 is not valid UTF-8",
		"é😀\nä\n é\xff":            "line 3, column 3: the byte 0xFF is not valid UTF-8",
		"half of an \xf0\x9f":      "line 1, column 12: the byte 0xF0 is not valid UTF-8",
		"a surrogate \xed\xa0\x80": "line 1, column 13: the byte 0xED is not valid UTF-8",
	} {
		assert.EqualError(t, CheckUTF8([]byte(text)), want)
	}
}
