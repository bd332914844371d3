// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/message"
)

// File is an open recipients file: CSV with a header line that names the columns. The whole file was read and checked. The
// caller must Close it.
type File struct {
	// Columns are those of the header line.
	Columns Columns
	// Rows is the number of rows below the header line.
	Rows int
	// Duplicates is the number of rows with a recipient that an earlier row has.
	Duplicates int
	// Warnings say what is suspicious in the file and does not keep it from being sent.
	Warnings []string

	file     *os.File
	options  ReadOptions
	layout   layout
	reader   *csvReader
	keys     keys
	twice    map[uint64]bool // recipients of several rows: whether a row was read
	fragment string          // the only cell of the last row, if it is a part of a number
}

// ReadOptions say how to read a recipients file, and what for.
type ReadOptions struct {
	// Separator is between the cells. 0 detects it from the header line.
	Separator rune
	// Ignore are the names of columns to leave out. IgnoreAll leaves out all that the message does not take.
	Ignore []string
	// Unique marks the rows with a recipient that an earlier row has as duplicates.
	Unique bool
	// Message is what the columns complete. If it is nil, any parameter has a column, and rows have no message.
	Message *message.Message
	// Templates are those of the configuration. It may be nil.
	Templates *template.Set
	// Progress is called now and then with the number of bytes that were read and the size of the file. It may be nil.
	Progress func(read, size int64)
}

// Open opens a recipients file, reads the whole of it and checks it. If nothing of the file can be sent, the error is a
// *FileError with all mistakes.
func Open(ctx context.Context, path string, options ReadOptions) (*File, error) {
	file, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	if options.Message != nil {
		options.Message = message.Content(options.Message)
	}
	s := &survey{file: file, options: options}
	f, err := s.run(ctx)
	if err != nil {
		return nil, errors.Join(err, file.Close())
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

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
