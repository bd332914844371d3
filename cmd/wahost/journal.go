// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

// journalFormat names the format of a journal in its first line.
const journalFormat = "wahost-journal/1"

// journal remembers what was done of a recipients file, so that an interrupted run can go on. A row is written down
// before it is sent and again when its outcome is known: a row without outcome may have been delivered, and is
// never sent again.
type journal struct {
	path string
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
	// Outcome and Retryable go with "done". A retryable row was surely not sent.
	Outcome   string     `json:"outcome,omitempty"`
	Retryable bool       `json:"retryable,omitempty"`
	Result    *resultRow `json:"result,omitempty"`
}

// openJournal reads the journal of an earlier run or begins a new one.
func openJournal(path string, head journalHead) (*journal, error) {
	head.Format = journalFormat
	j := &journal{path: path, done: map[int]string{}, lost: map[int]string{}}
	raw, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, environmentError(err)
	default:
		if err := j.read(raw, head); err != nil {
			return nil, err
		}
	}
	if j.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
		return nil, environmentError(err)
	}
	if len(raw) == 0 {
		if err := j.write(head); err != nil {
			return nil, errors.Join(err, j.file.Close())
		}
		return j, nil
	}
	if raw[len(raw)-1] != '\n' {
		// The earlier run was killed within a line, which is then no entry; the next must begin a new one.
		if _, err := j.file.WriteString("\n"); err != nil {
			return nil, environmentError(errors.Join(err, j.file.Close()))
		}
	}
	return j, nil
}

func (j *journal) read(raw []byte, want journalHead) error {
	scanner := bufio.NewReader(bytes.NewReader(raw))
	var head journalHead
	line, err := scanner.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return environmentError(err)
	}
	if len(line) == 0 {
		return nil
	}
	if json.Unmarshal(line, &head) != nil || head.Format != journalFormat {
		return usageError("%s is not a journal of wahost: remove it, or name another with --journal", j.path)
	}
	if head != want {
		return usageError("%s belongs to another recipients file or another message: to begin anew, remove it or name another with --journal", j.path)
	}
	for more := true; more; {
		line, err := scanner.ReadBytes('\n')
		more = err == nil
		var e journalEntry
		if json.Unmarshal(line, &e) == nil && e.Row > 0 {
			delete(j.lost, e.Row)
			switch {
			case e.State == "begun":
				j.lost[e.Row] = e.ID
			case e.State == "done" && !e.Retryable:
				j.done[e.Row] = e.Outcome
			}
		}
	}
	return nil
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
	return errors.Join(j.file.Sync(), j.file.Close())
}
