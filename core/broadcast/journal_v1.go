// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// journalFormat1 is the format of earlier versions, which knew rows by their number in a file that must not change. A row was
// recorded as begun when it entered a queue, so that more rows were in doubt after a kill.
const journalFormat1 = "wahost-journal/1"

// convert replaces a journal in the first format by one with the same entries in the present format.
func (j *journal) convert(reader *journalReader, found, head journalHead, rows *File) error {
	if found.File != rows.digest {
		return j.otherFile()
	}
	keys, err := rowKeys(rows)
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(j.path), filepath.Base(j.path)+".*")
	if err != nil {
		return err
	}
	lines := appendLine(nil, head)
	err = reader.each(func(e journalEntry) {
		if e.Key = keys[e.Row]; e.Key != "" {
			lines = appendLine(lines, e)
		}
	})
	if err == nil {
		_, err = temporary.Write(lines)
	}
	if err == nil {
		err = syncNew(temporary)
	}
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), j.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}

// otherFile returns the error of a journal in the first format whose recipients file has changed.
func (j *journal) otherFile() error {
	return &JournalError{Path: j.path, Problem: "was written by an earlier version of wahost, which knew the rows of a file by their numbers, " +
		"and the recipients file has changed since. Nothing was sent. Run the same command with the file as it was then, " +
		"which also converts the journal; after that the file may be changed"}
}

// rowKeys returns the keys of the rows of a recipients file by their numbers.
func rowKeys(rows *File) (map[int]string, error) {
	f, err := Open(context.Background(), rows.file.Name(), rows.options)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	keys := map[int]string{}
	for {
		row, err := f.Next()
		switch {
		case errors.Is(err, io.EOF):
			return keys, nil
		case err != nil:
			return nil, err
		}
		keys[row.Number] = row.Key
	}
}
