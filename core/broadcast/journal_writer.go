// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"errors"
	"fmt"
	"os"
	"sync"
)

// journalWriter appends lines to a journal, in the order of the calls. One goroutine writes. While it does, further lines
// gather, so that concurrent commits share one write and one sync.
type journalWriter struct {
	file  *os.File
	ended chan struct{} // closed when the goroutine has returned

	mu      sync.Mutex
	changed sync.Cond // there is more to write, or closing is set
	next    *journalBatch
	closing bool
	// failure is the error of the first write that failed. Commits fail from then on.
	failure error

	// The goroutine owns these.
	size int64 // of the file, up to the last line that is known to be written whole
}

// journalBatch is what one write appends.
type journalBatch struct {
	lines []byte
	// notes are the lines of outcomes, which are written in any case, and the results that they are about.
	notes   []byte
	results []RowResult
	// commits is set if somebody waits for the lines to be durable. done is closed then, and err is set before that.
	commits bool
	done    chan struct{}
	err     error
}

func newJournalWriter(file *os.File) *journalWriter {
	w := &journalWriter{file: file, ended: make(chan struct{})}
	w.changed.L = &w.mu
	if info, err := file.Stat(); err == nil {
		w.size = info.Size()
	} else {
		w.failure = err
	}
	go w.run()
	return w
}

// batch returns the batch that gathers. w.mu must be held.
func (w *journalWriter) batch() *journalBatch {
	if w.next == nil {
		w.next = &journalBatch{done: make(chan struct{})}
		w.changed.Signal()
	}
	return w.next
}

// commit appends lines and returns when they are durable. If it returns an error, the lines are not in the journal.
func (w *journalWriter) commit(lines []byte) error {
	w.mu.Lock()
	if w.failure != nil {
		w.mu.Unlock()
		return w.failure
	}
	b := w.batch()
	b.lines = append(b.lines, lines...)
	b.commits = true
	w.mu.Unlock()
	<-b.done
	return b.err
}

// add appends the line of an outcome. It does not wait: the line is written soon, and durable with the next commit or when the
// writer is closed.
func (w *journalWriter) add(line []byte, about ...RowResult) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.batch()
	b.lines = append(b.lines, line...)
	b.notes = append(b.notes, line...)
	b.results = append(b.results, about...)
}

// run writes batch after batch until the writer is closed.
func (w *journalWriter) run() {
	defer close(w.ended)
	var kept journalBatch // outcomes that could not be written yet
	for {
		b := w.take()
		if b == nil {
			break
		}
		err := w.write(b.lines, b.commits)
		if err != nil {
			err = fmt.Errorf("the journal cannot be written: %w", err)
			w.mu.Lock()
			if w.failure == nil {
				w.failure = err
			}
			w.mu.Unlock()
			kept.notes, kept.results = append(kept.notes, b.notes...), append(kept.results, b.results...)
			// Without the new attempts, there may be room for the outcomes.
			if w.write(kept.notes, false) == nil {
				kept = journalBatch{}
			}
		}
		b.err = err
		close(b.done)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(kept.notes) > 0 && w.write(kept.notes, false) == nil {
		kept = journalBatch{}
	}
	w.next = &kept
}

// take waits for a batch. It returns nil when the writer is closed and everything was written.
func (w *journalWriter) take() *journalBatch {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.next == nil && !w.closing {
		w.changed.Wait()
	}
	b := w.next
	w.next = nil
	return b
}

// write appends lines to the file, and syncs it if durable is set. After an error, the file is as it was before.
func (w *journalWriter) write(lines []byte, durable bool) error {
	n, err := w.file.Write(lines)
	if err == nil && durable {
		err = w.file.Sync()
	}
	if err == nil {
		w.size += int64(n)
		return nil
	}
	if cut := w.file.Truncate(w.size); cut != nil {
		w.size += int64(n) // the lines stay; at worst, rows that were not sent count as sent
	}
	return err
}

// close writes what is left and closes the file. It returns the results that could not be written, and an error only if all of
// them could be written.
func (w *journalWriter) close() (unrecorded []RowResult, err error) {
	w.mu.Lock()
	w.closing = true
	w.changed.Signal()
	w.mu.Unlock()
	<-w.ended
	err = errors.Join(w.file.Sync(), w.file.Close())
	if len(w.next.results) > 0 {
		return w.next.results, nil
	}
	return nil, err
}
