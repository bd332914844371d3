// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package printable

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestTexts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ in, text, line string }{
		"plain":                 {"Grüße, 漢字 👍🏽 ✈️", "Grüße, 漢字 👍🏽 ✈️", "Grüße, 漢字 👍🏽 ✈️"},
		"clears the screen":     {"\x1b[2Jaccepted", `\u001b[2Jaccepted`, `\u001b[2Jaccepted`},
		"lines":                 {"a\nb\tc", "a\nb\tc", `a\nb\tc`},
		"Windows":               {"a\r\nb", "a\nb", `a\r\nb`},
		"returns to the margin": {"a\rb", `a\rb`, `a\rb`},
		"delete and backspace":  {"a\x7f\b", `a\u007f\u0008`, `a\u007f\u0008`},
		"C1":                    {"a\u009b2J\u0085", `a\u009b2J\u0085`, `a\u009b2J\u0085`},
		"bidi":                  {"a\u202eb\u2066c\u200f\u061c", `a\u202eb\u2066c\u200f\u061c`, `a\u202eb\u2066c\u200f\u061c`},
		"zero width":            {"a\u200bb\u200dc\ufeff\u00ad\u2060", `a\u200bb\u200dc\ufeff\u00ad\u2060`, `a\u200bb\u200dc\ufeff\u00ad\u2060`},
		"invisible letters":     {"a\u115f\u3164\u034f", `a\u115f\u3164\u034f`, `a\u115f\u3164\u034f`},
		"tags":                  {"a\U000e0041", `a\udb40\udc41`, `a\udb40\udc41`},
		"separators":            {"a\u2028b\u2029", `a\u2028b\u2029`, `a\u2028b\u2029`},
		"not characters":        {"a\ufffe\uffff", `a\ufffe\uffff`, `a\ufffe\uffff`},
		"not UTF-8":             {"a\xff\xc3b", "a\ufffd\ufffdb", "a\ufffd\ufffdb"},
		"nothing":               {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.text, Text(test.in))
			require.Equal(t, test.line, Line(test.in))
		})
	}
}

func TestLinesKeepTheirPrefix(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a\n  | accepted\n  | \n  | b", Lines("a\naccepted\r\n\nb\n", "  | "))
}

// FuzzText checks that a text is safe, that it is not changed again, and that a JSON document keeps its meaning.
func FuzzText(f *testing.F) {
	f.Add("a\x1b[2J\r\n\u202e\xff")
	f.Add("\U000e0041\ufeff")
	f.Fuzz(func(t *testing.T, s string) {
		text, line := Text(s), Line(s)
		require.Equal(t, text, Text(text))
		require.Equal(t, line, Line(line))
		require.True(t, utf8.ValidString(text))
		for _, r := range line {
			require.False(t, dangerous(r))
		}
		document, err := json.Marshal(s)
		require.NoError(t, err)
		var before, after string
		require.NoError(t, json.Unmarshal(document, &before))
		require.NoError(t, json.Unmarshal([]byte(Text(string(document))), &after))
		require.Equal(t, before, after)
	})
}
