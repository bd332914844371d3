// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// CheckUTF8 returns an error that says where a text is not UTF-8, such as "line 2, column 5: the byte 0xE4 is not valid
// UTF-8". The error does not contain the text, which may be a secret. The column counts characters.
func CheckUTF8(text []byte) error {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			line := bytes.Count(text[:i], []byte("\n")) + 1
			column := utf8.RuneCount(text[bytes.LastIndexByte(text[:i], '\n')+1:i]) + 1
			return fmt.Errorf("line %d, column %d: the byte 0x%02X is not valid UTF-8", line, column, text[i])
		}
		i += size
	}
	return nil
}
