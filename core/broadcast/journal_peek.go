// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// peekJournal returns what earlier runs have recorded, without a lock and without changing anything. There need not be a
// journal. The error is a *JournalError if the file is the journal of something else.
func peekJournal(path string, head journalHead, rows *File) (*journal, error) {
	j := newJournal(path)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	defer func() { _ = file.Close() }()
	reader := &journalReader{reader: bufio.NewReaderSize(file, 64<<10)}
	line, err := reader.next()
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	head.Format = journalFormat
	if line == nil || reader.unended && bytes.HasPrefix(appendLine(nil, head), line) {
		return j, nil // nothing was sent before the first line was written whole
	}
	found, err := j.checkHead(line, head)
	if err != nil {
		return nil, err
	}
	key := func(e journalEntry) string { return e.Key }
	if found.Format == journalFormat1 {
		keys, err := j.firstKeys(found, rows)
		if err != nil {
			return nil, err
		}
		key = func(e journalEntry) string { return keys[e.Row] }
	}
	if err := reader.each(func(e journalEntry) { j.take(key(e), e) }); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return j, nil
}
