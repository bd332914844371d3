// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// signatures are the beginnings of files that are not CSV in UTF-8. Longer ones come before their own beginnings.
var signatures = []struct {
	bytes, encoding, kind string
}{
	{bytes: "\xff\xfe\x00\x00", encoding: "UTF-32LE"},
	{bytes: "\x00\x00\xfe\xff", encoding: "UTF-32BE"},
	{bytes: "\xff\xfe", encoding: "UTF-16LE"},
	{bytes: "\xfe\xff", encoding: "UTF-16BE"},
	{bytes: "PK\x03\x04", kind: "a workbook of a spreadsheet program or another ZIP archive"},
	{bytes: "\xd0\xcf\x11\xe0", kind: "a workbook of Excel"},
	{bytes: "\x1f\x8b", kind: "compressed"},
	{bytes: "%PDF-", kind: "a PDF"},
}

// checkEncoding returns the problem of a file that is not text in an encoding that contains ASCII, or nil. A byte that is not
// UTF-8 is found later, with its row.
func checkEncoding(head []byte, path string) *Problem {
	for _, s := range signatures {
		switch {
		case !bytes.HasPrefix(head, []byte(s.bytes)):
		case s.encoding != "":
			return &Problem{Lines: []int{1}, Detail: fmt.Sprintf("the file is %s, as its byte order mark says, and not UTF-8: %s", s.encoding, convert(s.encoding, path))}
		default:
			return &Problem{Detail: "the file is " + s.kind + ", and not CSV: open it and save it as \"CSV UTF-8\""}
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
			return &Problem{Lines: []int{1}, Detail: fmt.Sprintf("the file is %s without a byte order mark, and not UTF-8: %s", encoding, convert(encoding, path))}
		}
	}
	return nil
}

// convert says how to make a file UTF-8.
func convert(encoding, path string) string {
	return fmt.Sprintf("save it as \"CSV UTF-8\", or convert it with: iconv -f %s -t UTF-8 %s > converted.csv", encoding, shellWord(path))
}

// notUTF8 says what a text is that has the byte, which is not UTF-8. If other text of the file is UTF-8, the file is damaged
// in this place, and another encoding would damage the rest.
func notUTF8(bad byte, other bool, path string) string {
	if other {
		return fmt.Sprintf("the byte 0x%02X is not UTF-8, though other cells of the file are: correct the cell", bad)
	}
	return fmt.Sprintf("the byte 0x%02X is not UTF-8; the file is probably Windows-1252, which contains Latin-1: %s", bad, convert("WINDOWS-1252", path))
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_.,/-]+$`)

// shellWord returns a name as a shell reads it.
func shellWord(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
