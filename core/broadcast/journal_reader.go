// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
)

// maxJournalLine is the largest length of a line in bytes. All entries are shorter, because the answers of providers are
// bounded.
const maxJournalLine = 1 << 20

// journalReader reads lines without ever holding more than one of them.
type journalReader struct {
	reader *bufio.Reader
	line   []byte
	// unended is true if the file does not end with a newline.
	unended bool
}

// next returns the next line, or nil at the end. If a line is too long for an entry, next returns its beginning.
func (r *journalReader) next() ([]byte, error) {
	r.line = r.line[:0]
	for {
		piece, err := r.reader.ReadSlice('\n')
		if room := maxJournalLine - len(r.line); len(piece) > room {
			r.line = append(r.line, piece[:room]...)
		} else {
			r.line = append(r.line, piece...)
		}
		switch {
		case err == nil:
			return r.line, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case !errors.Is(err, io.EOF):
			return nil, err
		case len(r.line) == 0:
			return nil, nil
		default:
			r.unended = true
			return r.line, nil
		}
	}
}

// each calls take with the entries that follow. A line that is not an entry is skipped.
func (r *journalReader) each(take func(journalEntry)) error {
	for {
		line, err := r.next()
		if err != nil || line == nil {
			return err
		}
		var e journalEntry
		if json.Unmarshal(line, &e) == nil {
			take(e)
		}
	}
}
