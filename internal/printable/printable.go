// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package printable makes text of vendors, providers and files safe to show. Such a text may hold characters that clear a
// screen, reverse the order of what is shown, are invisible, or begin a line that looks like one of wahost's own.
//
// Each dangerous character is replaced by its escape in JSON, such as \u001b. So the text of a JSON document stays the same
// document, and a person sees which character it was.
package printable

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Text returns a text of any number of lines in which everything dangerous but line feeds and tabs is escaped. A carriage
// return before a line feed is removed. Bytes that are not UTF-8 become U+FFFD.
func Text(s string) string {
	if strings.Contains(s, "\r\n") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	return escaped(s, func(r rune) bool { return r != '\n' && r != '\t' && dangerous(r) })
}

// Line returns a text as one line: like Text, with line feeds and tabs escaped too.
func Line(s string) string { return escaped(s, dangerous) }

// Lines returns a text like Text, with a prefix before each line but the first. A line of the text can then not be taken for
// a line of the text around it.
func Lines(s, prefix string) string {
	return strings.ReplaceAll(strings.TrimRight(Text(s), "\n"), "\n", "\n"+prefix)
}

// escaped replaces the characters for which escape returns true.
func escaped(s string, escape func(rune) bool) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || escape(r) }) {
		return s
	}
	var b strings.Builder
	for _, r := range s { // bytes that are not UTF-8 are read as U+FFFD
		if escape(r) {
			b.WriteString(escapeOf(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// dangerous reports whether a character must not reach a terminal: control characters, also of the upper half of Latin-1,
// separators of lines and paragraphs, and all that is not shown itself or changes how its neighbours are shown.
func dangerous(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point)
}

// escapeOf returns the escape of a character in JSON.
func escapeOf(r rune) string {
	switch r {
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	if hi, lo := utf16.EncodeRune(r); hi != unicode.ReplacementChar {
		return unit(hi) + unit(lo)
	}
	return unit(r)
}

// unit returns the escape of a code unit of UTF-16.
func unit(r rune) string {
	digits := strconv.FormatInt(int64(r), 16)
	return `\u` + "0000"[len(digits):] + digits
}
