// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/outcome"
)

// journalFormat is the format that the first line of a journal names.
const journalFormat = "wahost-journal/2"

// journal records what became of the rows of a campaign, so that it can be continued after any end of the program. A row is
// recorded as begun, durably, before it is given to a provider, and again when its outcome is known. A row that was begun and
// has no outcome may have been delivered, and is never sent again.
//
// A journal belongs to one message. Its rows are identified by their content, so that the recipients file may be sorted,
// mended and continued.
type journal struct {
	path   string
	lock   *flock.Flock // so that two runs cannot send the same rows
	writer *journalWriter
	// done holds the outcomes of the rows that are not sent again, and lost the message ids of those that were begun and have
	// no outcome. Both are by the key of the row, and are not changed after the journal was opened.
	done map[string]string
	lost map[string]string
	// rejected holds why rows of done were rejected, for the rejects file.
	rejected rejections
}

type journalHead struct {
	Format string `json:"format"`
	// File is set in the first format only.
	File    string `json:"file_sha256,omitempty"`
	Message string `json:"message_sha256"`
}

// The states of an entry.
const (
	// stateBegun means that an attempt is about to be given to a provider.
	stateBegun = "begun"
	// stateReturned means that the attempt surely did not deliver the message, and that there is no final outcome yet.
	stateReturned = "returned"
	// stateDone means that the outcome is known.
	stateDone = "done"
)

type journalEntry struct {
	// Row is the number of the row in the file of the run, for people.
	Row   int    `json:"row"`
	Key   string `json:"key,omitempty"`
	State string `json:"state"`
	ID    string `json:"id,omitempty"`
	// Outcome, Retryable and Result are set if State is stateDone. The message of a retryable row has certainly not reached
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

func newJournal(path string) *journal {
	return &journal{path: path, done: map[string]string{}, lost: map[string]string{}, rejected: newRejections()}
}

// openJournal reads the journal of an earlier run or begins a new one. The error is a *JournalError if the file is the
// journal of something else. A journal in the first format is converted, with the keys of the file's rows.
func openJournal(path string, head journalHead, file *File) (*journal, error) {
	head.Format = journalFormat
	j := newJournal(path)
	// The lock is a file of its own, which is never removed. On systems with mandatory locks, nobody could read a locked
	// journal.
	j.lock = flock.New(path+".lock", flock.SetPermissions(0o600))
	locked, err := j.lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("the journal must be written before anything is sent: %w. Name another place with --journal", err)
	case !locked:
		return nil, fmt.Errorf("%s is in use: another run is sending to the same recipients. Wait until it ends; the same command then sends the rest", path)
	}
	opened, err := j.open(head, file)
	if err != nil {
		return nil, errors.Join(err, j.lock.Close())
	}
	j.writer = newJournalWriter(opened)
	return j, nil
}

// open reads the entries of earlier runs and returns the file, ready for more.
func (j *journal) open(head journalHead, rows *File) (*os.File, error) {
	file, err := os.OpenFile(j.path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the journal must be written before anything is sent: %w. Name another place with --journal", err)
	}
	reader := &journalReader{reader: bufio.NewReaderSize(file, 64<<10)}
	line, err := reader.next()
	first := appendLine(nil, head)
	if err == nil && (line == nil || reader.unended && bytes.HasPrefix(first, line)) {
		// Nothing was sent before the first line was written whole.
		err = beginFile(file, first)
		return file, closeAfter(file, err)
	}
	var found journalHead
	if err == nil {
		found, err = j.checkHead(line, head)
	}
	if err == nil && found.Format == journalFormat1 {
		err = j.convert(reader, found, head, rows)
		if err = closeAfter(file, err); err != nil {
			return nil, err
		}
		_ = file.Close()
		return j.open(head, rows)
	}
	if err == nil {
		err = reader.each(func(e journalEntry) { j.take(e.Key, e) })
	}
	if err == nil && reader.unended {
		// The earlier run was killed while it wrote a line. The rest of the line is not an entry: begin a new one.
		_, err = file.WriteString("\n")
	}
	return file, closeAfter(file, err)
}

// closeAfter closes a file if there is an error, which it returns.
func closeAfter(file *os.File, err error) error {
	if err == nil {
		return nil
	}
	var mismatch *JournalError
	if !errors.As(err, &mismatch) {
		err = fmt.Errorf("journal: %w", err)
	}
	return errors.Join(err, file.Close())
}

func (j *journal) checkHead(line []byte, want journalHead) (journalHead, error) {
	var head journalHead
	if json.Unmarshal(line, &head) != nil || head.Format != journalFormat && head.Format != journalFormat1 {
		return head, &JournalError{Path: j.path, Problem: "is not a journal of wahost: name another file with --journal"}
	}
	if head.Message != want.Message {
		return head, &JournalError{Path: j.path, Problem: "belongs to another message, which rows of this file may have got already. " +
			"To send the rest of that message, give the same message as before. To send the new message to all rows, " +
			"also to those that got the other one, name a new journal with --journal"}
	}
	return head, nil
}

// take applies an entry to what is known of the row with that key.
func (j *journal) take(key string, e journalEntry) {
	if key == "" {
		return
	}
	switch {
	case e.State == stateBegun:
		j.lost[key] = e.ID
	case e.State == stateReturned:
		delete(j.lost, key)
	case e.State == stateDone && !e.Retryable:
		delete(j.lost, key)
		j.done[key] = e.Outcome
		j.rejected.take(key, e)
	case e.State == stateDone:
		delete(j.lost, key)
		delete(j.done, key)
	}
}

// knows reports whether an earlier run came to the row with that key.
func (j *journal) knows(key string) bool {
	_, lost := j.lost[key]
	return lost || j.done[key] != ""
}

// outcome returns the outcome of a row that is not sent again, or "" if the row has no outcome. With retryRejected, rows that
// were rejected are sent again.
func (j *journal) outcome(key string, retryRejected bool) string {
	if done := j.done[key]; done != "rejected" || !retryRejected {
		return done
	}
	return ""
}

// begun records rows durably before they are given to a provider.
func (j *journal) begun(rows []*underWay) error {
	var lines []byte
	for _, u := range rows {
		lines = appendLine(lines, journalEntry{Row: u.row.Number, Key: u.row.Key, State: stateBegun, ID: u.id})
	}
	return j.writer.commit(lines)
}

// returned records that an attempt did not deliver the message of a row.
func (j *journal) returned(u *underWay) {
	j.writer.add(appendLine(nil, journalEntry{Row: u.row.Number, Key: u.row.Key, State: stateReturned, ID: u.id}),
		RowResult{Row: u.row, Result: dispatch.Result{ID: u.id, To: u.row.To, Outcome: outcome.Reject(outcome.ReasonVendorUnavailable, "", "not sent")}})
}

// finished records the outcome of a row.
func (j *journal) finished(r RowResult, retryable bool, result any) {
	j.writer.add(appendLine(nil, journalEntry{
		Row: r.Row.Number, Key: r.Row.Key, State: stateDone, ID: r.Result.ID, Outcome: r.Result.Outcome.Word(), Retryable: retryable, Result: result,
	}), r)
}

// appendLine appends a line with a value as JSON. A value that JSON does not know is left out of the journal.
func appendLine(lines []byte, v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		if e, ok := v.(journalEntry); ok && e.Result != nil {
			e.Result = nil
			return appendLine(lines, e)
		}
		return lines
	}
	if lines == nil {
		return append(raw, '\n')
	}
	return append(append(lines, raw...), '\n')
}

// beginFile writes the first line of a journal.
func beginFile(file *os.File, line []byte) error {
	err := file.Truncate(0)
	if err == nil {
		_, err = file.Write(line)
	}
	if err == nil {
		err = syncNew(file)
	}
	if err != nil {
		return errors.Join(err, file.Truncate(0))
	}
	return nil
}

// syncNew makes a new file durable, with its name in the folder.
func syncNew(file *os.File) error {
	if err := file.Sync(); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(file.Name()))
	if err != nil {
		return err
	}
	// Some systems cannot sync a folder.
	_ = dir.Sync()
	return dir.Close()
}

// close writes what was not written yet. It returns the results that the journal does not have.
func (j *journal) close() (unrecorded []RowResult, err error) {
	unrecorded, err = j.writer.close()
	return unrecorded, errors.Join(err, j.lock.Close())
}
