// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wahost/wahost/internal/printable"
)

// layout is how a recipients file is written.
type layout struct {
	// bom is set if the file begins with a byte order mark.
	bom bool
	// crlf is set if the header line ends as on Windows.
	crlf      bool
	separator rune
	// start is where the header begins, in bytes, and before the number of lines above that place.
	start  int64
	before int
}

// headSize is how much of a file is looked at to find out how it is written.
const headSize = 64 << 10

// separators are those that are detected. The first one is that of files with one column.
var separators = []rune{',', ';', '\t'}

// ParseSeparator returns the separator that a user names: one character, or "comma", "semicolon" or "tab".
func ParseSeparator(name string) (rune, error) {
	switch strings.ToLower(name) {
	case "tab", `\t`:
		return '\t', nil
	case "comma":
		return ',', nil
	case "semicolon":
		return ';', nil
	}
	r, size := utf8.DecodeRuneInString(name)
	if name == "" || size != len(name) || r == utf8.RuneError || strings.ContainsRune("\"\r\n\ufeff \x00", r) {
		return 0, fmt.Errorf("%q is not a separator: use one character such as ; or the word tab", name)
	}
	return r, nil
}

// detect finds out how a file is written. A separator that is not 0 is that of the file. The problem says why the file cannot
// be read as text.
func detect(file *os.File, separator rune) (layout, *Problem, error) {
	head := make([]byte, headSize)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return layout{}, nil, err
	}
	head = head[:n]
	if p := checkEncoding(head, file.Name()); p != nil {
		return layout{}, p, nil
	}
	l := layout{separator: separator}
	if rest, ok := bytes.CutPrefix(head, []byte("\ufeff")); ok {
		l.bom, l.start, head = true, 3, rest
	}
	line, rest, found := bytes.Cut(head, []byte("\n"))
	if hint, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("sep=")); ok && found && utf8.RuneCount(hint) <= 1 {
		// Excel's own way to name the separator in the first line.
		if r, err := ParseSeparator(string(hint)); err == nil {
			l.separator = cmp.Or(separator, r)
		}
		l.start, l.before, head = l.start+int64(len(line))+1, 1, rest
	}
	for {
		line, rest, found = bytes.Cut(head, []byte("\n"))
		if !found || len(bytes.TrimSpace(line)) > 0 {
			break
		}
		l.start, l.before, head = l.start+int64(len(line))+1, l.before+1, rest
	}
	l.crlf = bytes.HasSuffix(line, []byte("\r")) && found
	if l.separator == 0 {
		l.separator = separatorOf(head)
	}
	if !found && bytes.IndexByte(bytes.TrimRight(line, "\r"), '\r') >= 0 {
		return l, &Problem{Lines: []int{1}, Detail: "the lines end with a carriage return only, as on old Macintosh systems: save the file as CSV UTF-8, or convert it with: tr '\\r' '\\n' < " +
			printable.ShellWord(file.Name()) + " > converted.csv"}, nil
	}
	return l, nil, nil
}

// separatorOf returns the separator of a header line: the one with which a column is "to", or else the one that makes the most
// columns.
func separatorOf(head []byte) rune {
	best, bestScore := separators[0], 0
	for _, sep := range separators {
		reader := csv.NewReader(bytes.NewReader(head))
		reader.Comma, reader.LazyQuotes = sep, true
		header, err := reader.Read()
		if err != nil {
			continue
		}
		score := len(header)
		if slices.ContainsFunc(header, func(name string) bool { return strings.TrimSpace(name) == "to" }) {
			score += headSize
		}
		if score > bestScore {
			best, bestScore = sep, score
		}
	}
	return best
}

// nameOf returns the name of a separator, as ParseSeparator reads it.
func nameOf(separator rune) string {
	if separator == '\t' {
		return "tab"
	}
	return string(separator)
}
