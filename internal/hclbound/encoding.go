// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package hclbound

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// marks are the byte order marks of encodings that are not UTF-8. Longer ones come before their own beginnings.
var marks = []struct{ bytes, encoding string }{
	{"\xff\xfe\x00\x00", "UTF-32LE"}, {"\x00\x00\xfe\xff", "UTF-32BE"}, {"\xff\xfe", "UTF-16LE"}, {"\xfe\xff", "UTF-16BE"},
}

// NotText is the summary of the diagnostic about a file that is not text in UTF-8. Nothing of such a file is fit to be
// shown.
const NotText = "File not in UTF-8"

// checkEncoding returns the diagnostic about a file that is not text in UTF-8, or nil. A byte order mark of UTF-8 is
// accepted.
func checkEncoding(src []byte, name string) *hcl.Diagnostic {
	start := hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}
	for _, m := range marks {
		if bytes.HasPrefix(src, []byte(m.bytes)) {
			return found(start, NotText, fmt.Sprintf("The file is %s, as its byte order mark says. %s", m.encoding, convert(m.encoding, name)))
		}
	}
	zero := bytes.IndexByte(src, 0)
	bad := firstBad(src)
	switch {
	case zero < 0 && bad < 0:
		return nil
	case zero >= 0:
		// In UTF-16, every second byte of ASCII text is zero.
		if encoding := withoutMark(src); encoding != "" {
			return found(start, NotText, fmt.Sprintf("The file is %s without a byte order mark. %s", encoding, convert(encoding, name)))
		}
	}
	if zero >= 0 && (bad < 0 || zero < bad) {
		at := position(src, zero, name)
		return found(at, NotText, fmt.Sprintf("Line %d, column %d (byte %d of the file) is the byte 0x00, which no text contains: the file is damaged, encrypted, or not a text file.",
			at.Start.Line, at.Start.Column, zero))
	}
	at := position(src, bad, name)
	detail := fmt.Sprintf("Line %d, column %d (byte %d of the file) is the byte 0x%02X, which is not UTF-8.", at.Start.Line, at.Start.Column, bad, src[bad])
	if otherText(src) {
		detail += " Other characters of the file are UTF-8, so the file is damaged in this place: correct the line."
	} else {
		detail += " The file is probably in Windows-1252, which contains Latin-1. " + convert("WINDOWS-1252", name)
	}
	return found(at, NotText, detail)
}

// firstBad returns the offset of the first byte that is not UTF-8, or -1.
func firstBad(src []byte) int {
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// otherText reports whether the file has characters in UTF-8 that are not ASCII.
func otherText(src []byte) bool {
	for i := 0; i < len(src); {
		_, size := utf8.DecodeRune(src[i:])
		if size > 1 {
			return true
		}
		i++
	}
	return false
}

// withoutMark returns the form of UTF-16 that a file without a byte order mark has, or "".
func withoutMark(src []byte) string {
	zeros := [2]int{}
	for i, b := range src {
		if b == 0 {
			zeros[i%2]++
		}
	}
	for i, encoding := range []string{"UTF-16BE", "UTF-16LE"} {
		if zeros[i] > len(src)/8 && zeros[1-i] <= zeros[i]/8 {
			return encoding
		}
	}
	return ""
}

// position returns the range of one byte.
func position(src []byte, offset int, name string) hcl.Range {
	line := bytes.LastIndexByte(src[:offset], '\n') + 1
	at := hcl.Pos{Line: 1 + bytes.Count(src[:offset], []byte("\n")), Column: 1 + utf8.RuneCount(src[line:offset]), Byte: offset}
	end := at
	end.Column, end.Byte = end.Column+1, end.Byte+1
	return hcl.Range{Filename: name, Start: at, End: end}
}

// convert says how to make a file UTF-8.
func convert(encoding, name string) string {
	word := name
	if strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.,/-", r)
	}) {
		word = "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	}
	return fmt.Sprintf("Save it as UTF-8 in your editor, or convert it:\n\n  iconv -f %s -t UTF-8 %s > converted.hcl", encoding, word)
}
