// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package textfile

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWide(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ head, encoding, how string }{
		"UTF-8":                 {"a = \"Müller\"\n", "", ""},
		"UTF-8 with mark":       {"\ufeffto\n", "", ""},
		"Windows-1252":          {"M\xfcller", "", ""},
		"empty":                 {"", "", ""},
		"one NUL":               {"to,name\n+4915112345678,\x00\n", "", ""},
		"UTF-16LE":              {"\xff\xfet\x00o\x00", "UTF-16LE", ", as its byte order mark says"},
		"UTF-16BE":              {"\xfe\xff\x00t\x00o", "UTF-16BE", ", as its byte order mark says"},
		"UTF-32LE":              {"\xff\xfe\x00\x00t\x00\x00\x00", "UTF-32LE", ", as its byte order mark says"},
		"UTF-32BE":              {"\x00\x00\xfe\xff\x00\x00\x00t", "UTF-32BE", ", as its byte order mark says"},
		"UTF-16LE without mark": {"t\x00o\x00\n\x00", "UTF-16LE", " without a byte order mark"},
		"UTF-16BE without mark": {"\x00t\x00o\x00\n", "UTF-16BE", " without a byte order mark"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			encoding, how := Wide([]byte(test.head))
			require.Equal(t, test.encoding, encoding)
			require.Equal(t, test.how, how)
		})
	}
}

func TestConversion(t *testing.T) {
	t.Parallel()
	require.Equal(t, "iconv -f UTF-16LE -t UTF-8 'my list.csv' > converted.csv", Conversion("UTF-16LE", "my list.csv", "converted.csv"))
}
