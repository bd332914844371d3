// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
)

// journalFormat1 is the format of earlier versions, which knew rows by their number in a file that must not change. A row was
// recorded as begun when it entered a queue, so that more rows were in doubt after a kill.
const journalFormat1 = "wahost-journal/1"

// convert replaces a journal in the first format by one with the same entries in the present format.
func (j *journal) convert(reader *journalReader, found, head journalHead, rows *File) error {
	keys, err := j.firstKeys(found, rows)
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

// firstKeys returns the keys of the rows of a recipients file for a journal in the first format. The error is a *JournalError if
// the file has changed since the journal was begun.
func (j *journal) firstKeys(found journalHead, rows *File) (map[int]string, error) {
	sum, err := rows.sum()
	if err != nil {
		return nil, err
	}
	if found.File != sum {
		return nil, &JournalError{Path: j.path, Problem: "was written by an earlier version of wahost, which knew the rows of a file by their numbers, " +
			"and the recipients file has changed since. Nothing was sent. Run the same command with the file as it was then, " +
			"which also converts the journal; after that the file may be changed"}
	}
	return rowKeys(rows)
}

// sum returns the sha256 digest of the file.
func (f *File) sum() (string, error) {
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(f.file, 0, math.MaxInt64)); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
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
