// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"encoding/csv"
	"fmt"
	"io"
)

// maxRecord is the largest size of one record of a recipients file in bytes.
const maxRecord = 1 << 20

// csvReader reads records of bounded size. A quote that is never closed makes one record of the rest of a file, which
// csv.Reader would hold in memory.
type csvReader struct {
	*csv.Reader
	limit *recordLimit
}

// Read returns the next record.
func (r *csvReader) Read() ([]string, error) {
	r.limit.read = 0
	return r.Reader.Read()
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
		return 0, fmt.Errorf("a record is longer than %d bytes: is a quote missing?", maxRecord)
	}
	n, err := l.reader.Read(b)
	l.read += n
	return n, err
}
