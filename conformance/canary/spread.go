// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package canary

import "strings"

const (
	// keptText is how many bytes of each series of texts are kept.
	keptText = 1 << 18
	// keptSeries is how many series of texts are kept.
	keptSeries = 256
	// piece is the length of the shortest part of a value that is looked for in several texts, and gap is how many texts
	// without one may lie between two parts.
	piece, gap = 4, 2
)

// Spread finds values whose parts are in several texts, such as the lines of a log. The zero value is ready for use. It is
// not safe for concurrent use.
type Spread struct {
	series map[string]*strings.Builder
	lines  []string
	size   int
}

// Add adds a text. Fields are its values by name: the values of one name are also searched as if they were one text.
func (s *Spread) Add(line string, fields map[string]string) {
	if s.series == nil {
		s.series = map[string]*strings.Builder{}
	}
	for name, v := range fields {
		b := s.series[name]
		if b == nil {
			if len(s.series) == keptSeries {
				continue
			}
			b = &strings.Builder{}
			s.series[name] = b
		}
		if b.Len() < keptText && len(v) <= tailLength {
			b.WriteString(v)
		}
	}
	if s.size += len(line); s.size < keptText*4 {
		s.lines = append(s.lines, line)
	}
}

// Find returns how a value is spread over the texts, or "" if none is.
func (s *Spread) Find(set *Set) string {
	for name, b := range s.series {
		if form := set.Find(b.String()); form != "" {
			return form + ", in several values of " + name
		}
	}
	set.mu.RLock()
	defer set.mu.RUnlock()
	for _, tail := range set.tails {
		// The end of a value may begin in the middle of a part.
		for skip := 0; skip < piece && len(tail)-skip >= 3*piece; skip++ {
			if inPieces(s.lines, tail[skip:]) {
				return "in pieces, on several lines"
			}
		}
	}
	return ""
}

// inPieces reports whether a value is in texts that follow each other, one part after the other.
func inPieces(lines []string, value string) bool {
	at, misses, pieces := 0, 0, 0
	for _, line := range lines {
		n := longest(line, value[at:])
		if n == 0 {
			if misses++; misses > gap && at > 0 {
				at, pieces = 0, 0
				n = longest(line, value)
			}
		}
		if n > 0 {
			misses, pieces = 0, pieces+1
			if at += n; at == len(value) {
				return pieces > 1
			}
		}
	}
	return false
}

// longest returns the length of the longest beginning of a value that a text contains: at least piece, or all of it.
func longest(text, value string) int {
	n := min(piece, len(value))
	if n == 0 || !strings.Contains(text, value[:n]) {
		return 0
	}
	for n < len(value) && strings.Contains(text, value[:n+1]) {
		n++
	}
	return n
}
