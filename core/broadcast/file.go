// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// File is an open recipients file: CSV with a header line that names the columns. The caller must Close it.
type File struct {
	// Columns are those of the header line.
	Columns Columns
	// Rows is the number of rows below the header line.
	Rows int

	file   *os.File
	reader *csvReader
	digest string
	number int // of the last row that was read
	keys   keys
}

// ReadColumns reads the header line of a recipients file.
func ReadColumns(path string) (Columns, error) {
	file, err := openRegular(path)
	if err != nil {
		return NoColumns(), err
	}
	defer func() { _ = file.Close() }()
	header, err := newCSV(file).Read()
	if errors.Is(err, io.EOF) {
		err = errors.New("the file is empty: the first line must name the columns")
	}
	columns := NoColumns()
	if err == nil {
		err = checkHeader(header)
	}
	if err == nil {
		columns, err = parseColumns(header)
	}
	if err != nil {
		return NoColumns(), fmt.Errorf("%s: %w", path, err)
	}
	return columns, nil
}

// Open opens a recipients file. It reads the whole file once, to count the rows and to know its digest.
func Open(path string) (*File, error) {
	columns, err := ReadColumns(path)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{Columns: columns, file: file}
	digest, records, err := survey(file)
	if err == nil {
		f.digest, f.Rows, f.reader = digest, records-1, newCSV(file)
		_, err = f.reader.Read() // the header line
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
	}
	return f, nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// openRegular opens a file that can be read more than once, unlike a pipe.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not an ordinary file: write the recipients into one", path)
	}
	return os.Open(path)
}

// survey returns the digest of a file and the number of its records, and goes back to its start.
func survey(file *os.File) (digest string, records int, err error) {
	hash := sha256.New()
	reader := newCSV(io.TeeReader(file, hash))
	reader.ReuseRecord = true
	var header []string
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var parse *csv.ParseError
		if err != nil && (!errors.As(err, &parse) || !errors.Is(parse.Err, csv.ErrFieldCount)) {
			return "", 0, err
		}
		if records == 0 {
			header = slices.Clone(record)
		}
		if err := reader.checkText(record, header, records); err != nil {
			return "", 0, err
		}
		records++
	}
	if records == 0 {
		return "", 0, errors.New("the file is empty: the first line must name the columns")
	}
	_, err = file.Seek(0, io.SeekStart)
	return hex.EncodeToString(hash.Sum(nil)), records, err
}

func newCSV(r io.Reader) *csvReader {
	limit := &recordLimit{reader: r}
	reader := &csvReader{Reader: csv.NewReader(limit), limit: limit}
	reader.TrimLeadingSpace = true
	return reader
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
