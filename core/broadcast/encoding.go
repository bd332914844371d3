// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"bytes"
	"fmt"

	"github.com/wahost/wahost/internal/textfile"
)

// signatures are the beginnings of files that are not text.
var signatures = []struct{ bytes, kind string }{
	{"PK\x03\x04", "a workbook of a spreadsheet program or another ZIP archive"},
	{"\xd0\xcf\x11\xe0", "a workbook of Excel"},
	{"\x1f\x8b", "compressed"},
	{"%PDF-", "a PDF"},
}

// checkEncoding returns the problem of a file that is not text in an encoding that contains ASCII, or nil. A byte that is not
// UTF-8 is found later, with its row.
func checkEncoding(head []byte, path string) *Problem {
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.bytes)) {
			return &Problem{Detail: "the file is " + s.kind + ", and not CSV: open it and save it as \"CSV UTF-8\""}
		}
	}
	if encoding, how := textfile.Wide(head); encoding != "" {
		return &Problem{Lines: []int{1}, Detail: fmt.Sprintf("the file is %s%s, and not UTF-8: %s", encoding, how, convert(encoding, path))}
	}
	return nil
}

// convert says how to make a file UTF-8.
func convert(encoding, path string) string {
	return "save it as \"CSV UTF-8\", or convert it with: " + textfile.Conversion(encoding, path, "converted.csv")
}

// notUTF8 says what a text is that has the byte, which is not UTF-8. If other text of the file is UTF-8, the file is damaged
// in this place, and another encoding would damage the rest.
func notUTF8(bad byte, other bool, path string) string {
	if other {
		return fmt.Sprintf("the byte 0x%02X is not UTF-8, though other cells of the file are: correct the cell", bad)
	}
	return fmt.Sprintf("the byte 0x%02X is not UTF-8; the file is probably Windows-1252, which contains Latin-1: %s", bad, convert("WINDOWS-1252", path))
}
