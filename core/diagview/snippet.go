// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package diagview

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcled"
	"github.com/rivo/uniseg"

	"github.com/wahost/wahost/internal/printable"
	"github.com/wahost/wahost/internal/redact"
)

// maxSnippetLines is the largest number of lines that one diagnostic shows.
const maxSnippetLines = 6

// snippet is the source around the subject of a diagnostic.
type snippet struct {
	context string   // such as `channel "innopaas" "in_otp"`, or empty outside of blocks
	lines   []string // whole lines, beginning with the first of the subject
	first   int      // number of the first line
	start   int      // offset in bytes of the subject within the lines joined by newlines
	end     int
	begin   int  // offset in the file of the first line
	hides   bool // the subject's place in its lines would show the length of a secret
}

// snippetOf returns the source around a range. The result is false if the source is not known.
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
	s := snippet{context: hcled.ContextString(file, at.Start.Byte), first: at.Start.Line, begin: begin, start: at.Start.Byte - begin, end: end - begin}
	if end > begin && src[end-1] == '\n' {
		stop, s.end = end-1, end-1-begin // the newline itself belongs to the line that it ends
	}
	s.lines = strings.Split(string(src[begin:max(stop, begin)]), "\n")
	if len(s.lines) > maxSnippetLines {
		s.lines = s.lines[:maxSnippetLines]
	}
	length := len(strings.Join(s.lines, "\n"))
	s.start, s.end = min(s.start, length), min(max(s.end, s.start), length)
	s.mask()
	return s, true
}

// mask writes the same text for each secret, whatever its length is. A subject that begins or ends in a secret has the whole
// secret.
func (s *snippet) mask() {
	code := s.code()
	var out strings.Builder
	start, end := s.start, s.end
	for i := 0; i < len(code); {
		if code[i] != redact.Mask {
			out.WriteByte(code[i])
			i++
			continue
		}
		stop := i
		for stop < len(code) && code[stop] == redact.Mask {
			stop++
		}
		from := out.Len()
		out.WriteString(redact.MaskText)
		shift := out.Len() - stop
		switch {
		case s.start >= stop:
			start = s.start + shift
		case s.start > i:
			start = from
		}
		switch {
		case s.end >= stop:
			end = s.end + shift
		case s.end > i:
			end = out.Len()
		}
		i = stop
	}
	first := strings.IndexByte(code, redact.Mask)
	s.hides = first >= 0 && first < s.end
	s.lines, s.start, s.end = strings.Split(out.String(), "\n"), start, end
}

// code returns the lines as one text.
func (s snippet) code() string { return strings.Join(s.lines, "\n") }

// underlines returns the text to write under each line: carets below the subject, or nothing if it is not in the line.
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
			out[i] = padding(line[:from]) + strings.Repeat("^", max(1, uniseg.StringWidth(printable.Text(line[from:to]))))
		}
		offset += len(line) + 1
	}
	return out
}

// padding returns blanks as wide as the text, and its tabs.
func padding(text string) string {
	parts := strings.Split(text, "\t")
	for i, part := range parts {
		parts[i] = strings.Repeat(" ", uniseg.StringWidth(printable.Text(part)))
	}
	return strings.Join(parts, "\t")
}
