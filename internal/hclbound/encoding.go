// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package hclbound

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/internal/textfile"
)

// NotText is the summary of the diagnostic about a file that is not text in UTF-8. Nothing of such a file is fit to be
// shown.
const NotText = "File not in UTF-8"

// checkEncoding returns the diagnostic about a file that is not text in UTF-8, or nil. A byte order mark of UTF-8 is
// accepted.
func checkEncoding(src []byte, name string) *hcl.Diagnostic {
	if encoding, how := textfile.Wide(src); encoding != "" {
		start := hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}
		return found(start, NotText, fmt.Sprintf("The file is %s%s. %s", encoding, how, convert(encoding, name)))
	}
	zero := bytes.IndexByte(src, 0)
	bad := firstBad(src)
	if zero < 0 && bad < 0 {
		return nil
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
	return "Save it as UTF-8 in your editor, or convert it:\n\n  " + textfile.Conversion(encoding, name, "converted.hcl")
}
