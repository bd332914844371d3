// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package textfile recognizes text files whose encoding does not contain ASCII, and says how to convert files to UTF-8.
package textfile

import (
	"bytes"
	"fmt"

	"github.com/wahost/wahost/internal/printable"
)

// marks are the byte order marks of encodings that are not UTF-8. Longer ones come before their own beginnings.
var marks = []struct{ bytes, encoding string }{
	{"\xff\xfe\x00\x00", "UTF-32LE"}, {"\x00\x00\xfe\xff", "UTF-32BE"}, {"\xff\xfe", "UTF-16LE"}, {"\xfe\xff", "UTF-16BE"},
}

// Wide returns the encoding of a file that begins with these bytes, if it is UTF-16 or UTF-32, and a text that follows it in a
// sentence and says how it is known, such as ", as its byte order mark says". Both are empty for any other file.
func Wide(head []byte) (encoding, how string) {
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.bytes)) {
			return m.encoding, ", as its byte order mark says"
		}
	}
	// In UTF-16, every second byte of ASCII text is zero.
	zeros := [2]int{}
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	for i, encoding := range []string{"UTF-16BE", "UTF-16LE"} {
		if zeros[i] > len(head)/8 && zeros[1-i] <= zeros[i]/8 {
			return encoding, " without a byte order mark"
		}
	}
	return "", ""
}

// Conversion returns the command that converts a file to UTF-8, with the result in another file.
func Conversion(encoding, path, result string) string {
	return fmt.Sprintf("iconv -f %s -t UTF-8 %s > %s", encoding, printable.ShellWord(path), printable.ShellWord(result))
}
