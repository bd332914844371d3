// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

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

// journalFormat is the format that the first line of a journal names.
const journalFormat = "wahost-journal/1"

// journal records which rows of a recipients file were sent, so that an interrupted run can be resumed. A row is
// recorded before it is sent and again when its outcome is known. A row without an outcome may have been delivered, and
// is never sent again.
type journal struct {
	path string
	lock *flock.Flock // so that two runs cannot send the same rows
	mu   sync.Mutex
	file *os.File
	// done holds the rows that are not sent again, and lost those that were begun and have no outcome.
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
	// Outcome, Retryable and Result are set if State is "done". The message of a retryable row has certainly not reached
	// the vendor, and the vendor may accept it later.
	Outcome   string `json:"outcome,omitempty"`
	Retryable bool   `json:"retryable,omitempty"`
	// Result is for people who read the journal.
	Result any `json:"result,omitempty"`
}

// JournalError is the error of a journal that does not belong to the run.
type JournalError struct {
	Path string
	// Problem says what is wrong and what to do.
	Problem string
}

// Error names the journal.
func (e *JournalError) Error() string { return e.Path + " " + e.Problem }

// openJournal reads the journal of an earlier run or begins a new one. The error is a *JournalError if the file is the
// journal of something else.
func openJournal(path string, head journalHead) (*journal, error) {
	head.Format = journalFormat
	j := &journal{path: path, done: map[int]string{}, lost: map[int]string{}}
	// The lock is a file of its own, which is never removed. On systems with mandatory locks, nobody could read a locked
	// journal.
	j.lock = flock.New(path+".lock", flock.SetPermissions(0o600))
	locked, err := j.lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("journal: %w", err)
	case !locked:
		return nil, fmt.Errorf("%s is in use: another run is sending to the same recipients. Wait until it ends; the same command then sends the rest", path)
	}
	if j.file, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600); err != nil {
		return nil, errors.Join(err, j.lock.Close())
	}
	if err := j.begin(head); err != nil {
		return nil, errors.Join(err, j.file.Close(), j.lock.Close())
	}
	return j, nil
}

// begin reads the entries of an earlier run and makes the file ready for more.
func (j *journal) begin(head journalHead) error {
	reader := &journalReader{reader: bufio.NewReaderSize(j.file, 64<<10)}
	line, err := reader.next()
	switch {
	case err != nil:
		return fmt.Errorf("journal: %w", err)
	case line == nil && !reader.unended:
		return j.write(head)
	}
	if err := j.checkHead(line, head); err != nil {
		return err
	}
	for {
		line, err := reader.next()
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		if line == nil {
			break
		}
		j.entry(line)
	}
	if reader.unended {
		// The earlier run was killed while it wrote a line. The rest of the line is not an entry: begin a new one.
		if _, err := j.file.WriteString("\n"); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
	}
	return nil
}

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

func (j *journal) checkHead(line []byte, want journalHead) error {
	var head journalHead
	if json.Unmarshal(line, &head) != nil || head.Format != journalFormat {
		return &JournalError{Path: j.path, Problem: "is not a journal of wahost: remove it, or name another with --journal"}
	}
	if head != want {
		return &JournalError{Path: j.path, Problem: "belongs to another recipients file or another message: to begin anew, remove it or name another with --journal"}
	}
	return nil
}

// entry reads one line. A line that is not an entry is skipped.
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

// begun records a row before it is sent.
func (j *journal) begun(row int, id string) error {
	return j.write(journalEntry{Row: row, State: "begun", ID: id})
}

// finished records the outcome of a row.
func (j *journal) finished(row int, id, outcome string, retryable bool, result any) error {
	return j.write(journalEntry{Row: row, State: "done", ID: id, Outcome: outcome, Retryable: retryable, Result: result})
}

func (j *journal) write(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(append(raw, '\n')); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

func (j *journal) close() error {
	return errors.Join(j.file.Sync(), j.file.Close(), j.lock.Close())
}
