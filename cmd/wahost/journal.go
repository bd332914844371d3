// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/gofrs/flock"
)

// journalFormat names the format of a journal in its first line.
const journalFormat = "wahost-journal/1"

// journal remembers what was done of a recipients file, so that an interrupted run can go on. A row is written down
// before it is sent and again when its outcome is known: a row without outcome may have been delivered, and is
// never sent again.
type journal struct {
	path string
	lock *flock.Flock // so that two runs cannot send the same rows
	mu   sync.Mutex
	file *os.File
	// done are the rows that need nothing more, lost those that were begun and have no outcome.
	done map[int]string // row: outcome
	lost map[int]string // row: message id
}

type journalHead struct {
	Format  string `json:"format"`
	File    string `json:"file_sha256"`
	Message string `json:"message_sha256"`
}

type journalEntry struct {
	Row int `json:"row"`
	// State is "begun" or "done".
	State string `json:"state"`
	ID    string `json:"id,omitempty"`
	// Outcome and Retryable go with "done". The vendor surely has no message of a retryable row, and may take it later.
	Outcome   string     `json:"outcome,omitempty"`
	Retryable bool       `json:"retryable,omitempty"`
	Result    *resultRow `json:"result,omitempty"`
}

// openJournal reads the journal of an earlier run or begins a new one.
func openJournal(path string, head journalHead) (*journal, error) {
	head.Format = journalFormat
	j := &journal{path: path, done: map[int]string{}, lost: map[int]string{}}
	// A file of its own, which stays: where locks are mandatory, that of the journal would keep the journal from being read.
	j.lock = flock.New(path+".lock", flock.SetPermissions(0o600))
	locked, err := j.lock.TryLock()
	switch {
	case err != nil:
		return nil, environmentError(fmt.Errorf("journal: %w", err))
	case !locked:
		return nil, environmentError(fmt.Errorf("%s is in use: another run sends to the same recipients. Wait for its end; what it leaves, the same command sends", path))
	}
	if j.file, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600); err != nil {
		return nil, errors.Join(environmentError(err), j.lock.Close())
	}
	if err := j.begin(head); err != nil {
		return nil, errors.Join(err, j.file.Close(), j.lock.Close())
	}
	return j, nil
}

// begin reads what an earlier run left, and makes the file ready for more.
func (j *journal) begin(head journalHead) error {
	reader := &journalReader{reader: bufio.NewReaderSize(j.file, 64<<10)}
	line, err := reader.next()
	switch {
	case err != nil:
		return environmentError(fmt.Errorf("journal: %w", err))
	case line == nil && !reader.unended:
		return j.write(head)
	}
	if err := j.checkHead(line, head); err != nil {
		return err
	}
	for {
		line, err := reader.next()
		if err != nil {
			return environmentError(fmt.Errorf("journal: %w", err))
		}
		if line == nil {
			break
		}
		j.entry(line)
	}
	if reader.unended {
		// The earlier run was killed within a line, which is then no entry; the next must begin a new one.
		if _, err := j.file.WriteString("\n"); err != nil {
			return environmentError(fmt.Errorf("journal: %w", err))
		}
	}
	return nil
}

// maxJournalLine bounds a line in bytes. No entry is that long: what a provider answers is bounded.
const maxJournalLine = 1 << 20

// journalReader reads lines without ever holding more than one of them.
type journalReader struct {
	reader *bufio.Reader
	line   []byte
	// unended: the file does not end with a newline.
	unended bool
}

// next returns the next line, or nil at the end. Of a line that is too long for an entry it returns the beginning.
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

func (j *journal) checkHead(line []byte, want journalHead) error {
	var head journalHead
	if json.Unmarshal(line, &head) != nil || head.Format != journalFormat {
		return usageError("%s is not a journal of wahost: remove it, or name another with --journal", j.path)
	}
	if head != want {
		return usageError("%s belongs to another recipients file or another message: to begin anew, remove it or name another with --journal", j.path)
	}
	return nil
}

// entry takes what one line says. A line that is no entry says nothing.
func (j *journal) entry(line []byte) {
	var e journalEntry
	if json.Unmarshal(line, &e) != nil || e.Row <= 0 {
		return
	}
	delete(j.lost, e.Row)
	switch {
	case e.State == "begun":
		j.lost[e.Row] = e.ID
	case e.State == "done" && !e.Retryable:
		j.done[e.Row] = e.Outcome
	case e.State == "done":
		delete(j.done, e.Row)
	}
}

// begun writes a row down before it is sent.
func (j *journal) begun(row int, id string) error {
	return j.write(journalEntry{Row: row, State: "begun", ID: id})
}

// finished writes the outcome of a row down.
func (j *journal) finished(row int, result resultRow, retryable bool) error {
	return j.write(journalEntry{Row: row, State: "done", ID: result.ID, Outcome: result.Outcome, Retryable: retryable, Result: &result})
}

func (j *journal) write(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return environmentError(err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(append(raw, '\n')); err != nil {
		return environmentError(fmt.Errorf("journal: %w", err))
	}
	return nil
}

func (j *journal) close() error {
	return errors.Join(j.file.Sync(), j.file.Close(), j.lock.Close())
}
