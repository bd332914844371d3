// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wahost/wahost/sdk/message"
)

// rowsBetweenLooks is the number of rows after which the survey reports its progress and looks for an interrupt.
const rowsBetweenLooks = 1 << 14

// survey reads a whole recipients file before anything of it is sent. It remembers 16 bytes for each row.
type survey struct {
	file    *os.File
	options ReadOptions
	size    int64
	problems

	layout  layout
	columns Columns
	rows    int
	digests []uint64 // of all rows
	numbers []uint64 // of the recipients of rows that can be sent
	// utf8 is set if a cell has other characters than ASCII in UTF-8.
	utf8 bool
	// bad is the first byte that is not UTF-8, and badCell where it is.
	bad     byte
	notUTF8 Problem
	// exponents counts the numbers with an exponent in other columns than that of the recipient.
	exponents Problem
	quotes    int // that are not closed
}

// run returns the file, ready for its first row.
func (s *survey) run(ctx context.Context) (*File, error) {
	info, err := s.file.Stat()
	if err != nil {
		return nil, err
	}
	s.size = info.Size()
	var problem *Problem
	s.layout, problem, err = detect(s.file, s.options.Separator)
	if err != nil {
		return nil, err
	}
	if problem != nil {
		return nil, &FileError{Path: s.file.Name(), Problems: []Problem{*problem}}
	}
	reader := newCSV(io.NewSectionReader(s.file, 0, s.size), s.layout)
	if err := s.read(ctx, reader); err != nil {
		return nil, err
	}
	s.finish()
	if err := s.err(s.file.Name()); err != nil {
		return nil, err
	}
	f := &File{
		Columns: s.columns, Rows: s.rows, file: s.file, options: s.options, layout: s.layout,
		reader: newCSV(s.file, s.layout), keys: keys{repeated: repeated(s.digests)}, twice: map[uint64]bool{},
	}
	for number, n := range repeated(s.numbers) {
		f.twice[number] = false
		f.Duplicates += n - 1
	}
	f.Warnings = s.warnings(f)
	_, err = f.reader.Read() // the header line
	return f, err
}

// read reads all records.
func (s *survey) read(ctx context.Context, reader *csvReader) error {
	header := true
	for {
		record, err := reader.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if header {
				s.add(0, "", "the file is empty: the first line must name the columns")
			}
			return nil
		case errors.As(err, &parse) || errors.Is(err, errLongRecord):
			if header {
				// Without the names of the columns, nothing below them can be checked.
				_, err := s.quote(reader, parse)
				return err
			}
			if reader, err = s.quote(reader, parse); err != nil || reader == nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		if header {
			s.header(reader, record)
			header = false
			continue
		}
		s.rows++
		s.record(reader, record)
		if s.rows%rowsBetweenLooks == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if s.options.Progress != nil {
				s.options.Progress(reader.start+reader.InputOffset(), s.size)
			}
		}
	}
}

// header reads the header line.
func (s *survey) header(reader *csvReader, record []string) {
	s.text(reader, record)
	h := headerLine{
		line: reader.line(0), separator: s.layout.separator, ignore: s.options.Ignore, problems: &s.problems,
		wanted: wantedBy(s.options.Message, s.options.Templates),
	}
	s.columns = h.parse(record)
	// The records of a csv.Reader share memory from now on.
	reader.ReuseRecord = true
}

// record checks one row. It looks for mistakes that concern the whole file; the others are found again by Next.
func (s *survey) record(reader *csvReader, record []string) {
	s.text(reader, record)
	record = s.columns.cut(record)
	if s.columns.to >= 0 && s.columns.to < len(record) {
		if cell := strings.TrimSpace(record[s.columns.to]); isShortened(cell) {
			s.addKind("shortened", reader.line(s.columns.to), "to", "%s is a number that a spreadsheet shortened, so that its last digits are lost. Format the column as "+
				"Text (in Excel: Format Cells, Number, Text) before the numbers are entered or imported, and save the file again", cell)
			return
		}
	}
	for _, col := range s.columns.content {
		if col.index < len(record) && isShortened(record[col.index]) {
			s.exponents.line(reader.line(col.index))
			if s.exponents.Column == "" {
				s.exponents.Column, s.exponents.Detail = col.name, record[col.index]
			}
		}
	}
	to, refusal := s.columns.check(record)
	s.digests = append(s.digests, s.columns.digest(to, record).short())
	if refusal == nil {
		s.numbers = append(s.numbers, numberOf(to))
	}
}

// text looks for bytes that are not UTF-8 and for NUL.
func (s *survey) text(reader *csvReader, record []string) {
	for i, cell := range record {
		if isASCII(cell) {
			continue
		}
		if strings.IndexByte(cell, 0) >= 0 {
			s.addKind("nul", reader.line(i), s.name(i), "the cell has a zero byte: the file is damaged, or it is not text in UTF-8")
		}
		if utf8.ValidString(cell) {
			s.utf8 = true
			continue
		}
		if s.notUTF8.Lines == nil {
			s.bad, s.notUTF8.Column = firstBad(cell), s.name(i)
		}
		s.notUTF8.line(reader.line(i))
	}
}

// isASCII reports whether a text has neither other characters than ASCII nor NUL.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == 0 {
			return false
		}
	}
	return true
}

// firstBad returns the first byte that is not UTF-8.
func firstBad(s string) byte {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return s[i]
			}
		}
	}
	return 0
}

// name returns the name of a column, or its number if it has no name that can be shown.
func (s *survey) name(i int) string {
	if i < len(s.columns.names) && utf8.ValidString(s.columns.names[i]) {
		return s.columns.names[i]
	}
	return strconv.Itoa(i + 1)
}

// quote reports a mistake with quotes, and returns a reader of the lines below. It returns nil if they cannot be read.
func (s *survey) quote(reader *csvReader, parse *csv.ParseError) (*csvReader, error) {
	const twice = `is written twice, as in "5"" pipe"`
	if parse != nil && errors.Is(parse.Err, csv.ErrBareQuote) {
		s.addKind("bare quote", reader.before+parse.Line, "", "a quote is inside a cell that does not begin with one: put quotes around the whole cell; each quote in it "+twice)
		return reader, nil
	}
	place := reader.start + reader.place
	before, err := linesBefore(s.file, place)
	if err != nil {
		return nil, err
	}
	open, ok := findQuote(io.NewSectionReader(s.file, place, min(s.size-place, 2*maxRecord)), s.layout.separator)
	line := before + open.line + 1
	switch {
	case !ok:
		s.add(before+1, "", "the line is longer than %d bytes", maxRecord)
		return nil, nil
	case open.closed:
		s.addKind("closed quote", line, "", "text follows the closing quote of a cell: each quote inside a quoted cell "+twice)
		return reader, nil
	case parse != nil && reader.before+parse.Line > line:
		s.add(line, "", "the quote that opens here is not closed (found in line %d)", reader.before+parse.Line)
	case parse != nil:
		s.add(line, "", "the quote that opens here is not closed")
	default:
		s.add(line, "", "the quote that opens here is not closed within %d bytes", maxRecord)
	}
	if s.quotes++; s.quotes == maxListed {
		s.add(line+1, "", "the lines from here on were not checked")
		return nil, nil
	}
	next := newCSV(io.NewSectionReader(s.file, 0, s.size), layout{separator: s.layout.separator, start: place + open.end, before: line})
	next.ReuseRecord = true
	return next, nil
}

// finish adds the mistakes that are known at the end.
func (s *survey) finish() {
	if len(s.notUTF8.Lines) > 0 {
		s.notUTF8.Detail = notUTF8(s.bad, s.utf8, s.file.Name())
		s.list = append(s.list, &s.notUTF8)
	}
}

// warnings returns what is suspicious.
func (s *survey) warnings(f *File) []string {
	var all []string
	if f.Duplicates > 0 {
		text := fmt.Sprintf("%d rows have a recipient that an earlier row has", f.Duplicates)
		if f.Duplicates == 1 {
			text = "1 row has a recipient that an earlier row has"
		}
		if s.options.Unique {
			text += ": --unique sends only to the first"
		} else {
			text += ", who gets several messages: --unique sends only the first"
		}
		all = append(all, text)
	}
	if len(s.exponents.Lines) > 0 {
		s.exponents.Detail += " seems to be a number that a spreadsheet shortened, so that its last digits are lost"
		all = append(all, s.exponents.String())
	}
	return all
}

// repeated returns the values that are there more than once, with how often. It sorts the values.
func repeated(values []uint64) map[uint64]int {
	slices.Sort(values)
	found := map[uint64]int{}
	for i := 1; i < len(values); i++ {
		if values[i] == values[i-1] {
			found[values[i]] = max(found[values[i]], 1) + 1
		}
	}
	return found
}

// numberOf returns the digits of a phone number as one number. E.164 allows at most 15.
func numberOf(to message.Recipient) uint64 {
	n, _ := strconv.ParseUint(to.Digits(), 10, 64)
	return n
}
