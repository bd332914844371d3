// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"
	"unicode"
)

// maxRecord is the largest size of one record of a recipients file in bytes.
const maxRecord = 1 << 20

// errLongRecord is the error of a record that is longer than maxRecord.
var errLongRecord = errors.New("a record is longer than 1048576 bytes: is a quote missing?")

// csvReader reads records of bounded size from some place of a file on. A quote that is never closed makes one record of the
// rest of a file, which csv.Reader would hold in memory.
type csvReader struct {
	*csv.Reader
	limit *recordLimit
	// start is the place in bytes, and before the number of lines above it.
	start  int64
	before int
	// place is where the last record begins, in bytes from start. Empty lines may come first.
	place int64
	// records is the number of records that were read, also of those with empty cells only.
	records int
}

// newCSV returns a reader of the records below a place of a file.
func newCSV(file io.ReaderAt, l layout) *csvReader {
	limit := &recordLimit{reader: io.NewSectionReader(file, l.start, 1<<62)}
	reader := &csvReader{Reader: csv.NewReader(limit), limit: limit, start: l.start, before: l.before}
	reader.Comma = l.separator
	reader.FieldsPerRecord = -1
	// The option would remove separators too.
	reader.TrimLeadingSpace = !unicode.IsSpace(l.separator)
	return reader
}

// Read returns the next record that has more than empty cells.
func (r *csvReader) Read() ([]string, error) {
	for {
		r.limit.read, r.place = 0, r.InputOffset()
		record, err := r.Reader.Read()
		if err != nil {
			return nil, err
		}
		r.records++
		for _, cell := range record {
			if cell != "" && strings.TrimSpace(cell) != "" {
				return record, nil
			}
		}
	}
}

// line returns the line of the file in which a cell of the last record begins.
func (r *csvReader) line(cell int) int {
	line, _ := r.FieldPos(cell)
	return r.before + line
}

// recordLimit is a reader that fails if a record is longer than maxRecord. The bytes that csv.Reader buffers ahead are few,
// and count for the record before.
type recordLimit struct {
	reader io.Reader
	read   int
}

// Read reads from the file. It returns an error if the record is too long.
func (l *recordLimit) Read(b []byte) (int, error) {
	if l.read > maxRecord {
		return 0, errLongRecord
	}
	n, err := l.reader.Read(b)
	l.read += n
	return n, err
}

// openQuote is the quote that makes a record invalid.
type openQuote struct {
	// line is where it is, counted from 0 at the start of the text, and end is the number of bytes up to the end of that line. The
	// end is 0 if the mistake is in the same line.
	line int
	end  int64
	// closed is set if the cell is closed in the same line, and other text follows.
	closed bool
}

// findQuote returns the quote that makes the record at the start of a text invalid. It is false if no quote is open.
func findQuote(text io.Reader, separator rune) (openQuote, bool) {
	const (
		start = iota // of a cell
		plain
		quoted
		after // a quote in a quoted cell
	)
	var open openQuote
	reader, state, offset, lines := bufio.NewReader(text), start, int64(0), 0
	for {
		r, size, err := reader.ReadRune()
		if err != nil {
			if open.end == 0 {
				open.end = offset
			}
			return open, state == quoted
		}
		offset += int64(size)
		if r == '\n' {
			lines++
			if state == quoted && lines == open.line+1 {
				open.end = offset
			}
		}
		switch {
		case state == quoted && r == '"':
			state = after
		case state == quoted:
		case state == after && r == '"':
			state = quoted
		case r == separator || r == '\n':
			state = start
		case state == after && r != '\r':
			open.closed = lines == open.line
			return open, true
		case state == start && r == '"':
			state, open = quoted, openQuote{line: lines}
		case state == start && !unicode.IsSpace(r):
			state = plain
		}
	}
}

// linesBefore returns the number of line breaks above a place of a file.
func linesBefore(file *os.File, place int64) (int, error) {
	reader, lines := bufio.NewReaderSize(io.NewSectionReader(file, 0, place), 1<<16), 0
	for {
		_, err := reader.ReadSlice('\n')
		switch {
		case err == nil:
			lines++
		case errors.Is(err, io.EOF):
			return lines, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return 0, err
		}
	}
}
