// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package diagview

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcled"
	"github.com/rivo/uniseg"
)

// maxSnippetLines bounds the source that one diagnostic shows.
const maxSnippetLines = 6

// snippet is the source around the subject of a diagnostic.
type snippet struct {
	context string   // such as `channel "innopaas" "in_otp"`; "" outside of blocks
	lines   []string // whole lines, from that of the subject on
	first   int      // number of the first line
	start   int      // offset in bytes of the subject within the lines joined by newlines
	end     int
}

// snippetOf is false where the source is not known.
func snippetOf(files map[string]*hcl.File, at hcl.Range) (snippet, bool) {
	file := files[at.Filename]
	if file == nil || at.Start.Byte > len(file.Bytes) || at.Start.Byte < 0 {
		return snippet{}, false
	}
	src := file.Bytes
	begin := bytes.LastIndexByte(src[:at.Start.Byte], '\n') + 1
	end := min(max(at.End.Byte, at.Start.Byte), len(src))
	stop := len(src)
	if i := bytes.IndexByte(src[end:], '\n'); i >= 0 {
		stop = end + i
	}
	s := snippet{context: hcled.ContextString(file, at.Start.Byte), first: at.Start.Line, start: at.Start.Byte - begin, end: end - begin}
	if end > begin && src[end-1] == '\n' {
		stop, s.end = end-1, end-1-begin // the newline itself belongs to the line that it ends
	}
	s.lines = strings.Split(string(src[begin:max(stop, begin)]), "\n")
	if len(s.lines) > maxSnippetLines {
		s.lines = s.lines[:maxSnippetLines]
	}
	length := len(strings.Join(s.lines, "\n"))
	s.start, s.end = min(s.start, length), min(max(s.end, s.start), length)
	return s, true
}

// code gives the lines as JSON output has them.
func (s snippet) code() string { return strings.Join(s.lines, "\n") }

// underlines gives for each line what goes under it: carets below the subject, "" where it has no part.
func (s snippet) underlines() []string {
	out := make([]string, len(s.lines))
	offset := 0
	for i, line := range s.lines {
		from, to := max(s.start-offset, 0), min(s.end-offset, len(line))
		if trimmed := len(line) - len(strings.TrimLeft(line, " \t")); i > 0 && from < trimmed {
			from = trimmed
		}
		if i == 0 && to <= from {
			to = from // an empty subject is one caret
			out[i] = padding(line[:min(from, len(line))]) + "^"
		}
		if to > from {
			out[i] = padding(line[:from]) + strings.Repeat("^", max(1, uniseg.StringWidth(printable(line[from:to]))))
		}
		offset += len(line) + 1
	}
	return out
}

// padding is as wide as the text, with its tabs.
func padding(text string) string {
	parts := strings.Split(text, "\t")
	for i, part := range parts {
		parts[i] = strings.Repeat(" ", uniseg.StringWidth(printable(part)))
	}
	return strings.Join(parts, "\t")
}

// printable replaces what could control the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || unicode.IsPrint(r) {
			return r
		}
		if r == '\r' {
			return -1
		}
		return '\uFFFD'
	}, text)
}
