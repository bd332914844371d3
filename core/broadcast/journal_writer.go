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
	spare   []byte // room for the lines of a batch, or nil
	closing bool
	// failure is the error of the first write that failed. Commits fail from then on.
	failure error

	// The goroutine owns these.
	size int64 // of the file, up to the last line that is known to be written whole
	// unwritten are the results that could not be written by the end.
	unwritten []RowResult
}

// journalBatch is what one write appends.
type journalBatch struct {
	lines []byte
	// outcomes are where lines has outcomes, which are written in any case, and results what they are about.
	outcomes []span
	results  []RowResult
	// commits is set if somebody waits for the lines to be durable. done is closed then, and err is set before that.
	commits bool
	done    chan struct{}
	err     error
}

// span is a part of the lines of a batch.
type span struct{ begin, end int }

// notes returns the lines of outcomes.
func (b *journalBatch) notes() []byte {
	var notes []byte
	for _, s := range b.outcomes {
		notes = append(notes, b.lines[s.begin:s.end]...)
	}
	return notes
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
		w.next = &journalBatch{lines: w.spare, done: make(chan struct{})}
		w.spare = nil
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
	begin := len(b.lines)
	b.lines = append(b.lines, line...)
	if last := len(b.outcomes) - 1; last >= 0 && b.outcomes[last].end == begin {
		b.outcomes[last].end = len(b.lines)
	} else {
		b.outcomes = append(b.outcomes, span{begin, len(b.lines)})
	}
	b.results = append(b.results, about...)
}

// run writes batch after batch until the writer is closed.
func (w *journalWriter) run() {
	defer close(w.ended)
	// What could not be written yet: lines of outcomes, and the results that they are about.
	var kept []byte
	var results []RowResult
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
			kept, results = append(kept, b.notes()...), append(results, b.results...)
			// Without the new attempts, there may be room for the outcomes.
			if w.write(kept, false) == nil {
				kept, results = nil, nil
			}
		}
		w.mu.Lock()
		w.spare = b.lines[:0]
		w.mu.Unlock()
		b.err = err
		close(b.done)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(kept) > 0 && w.write(kept, false) == nil {
		results = nil
	}
	w.unwritten = results
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
	if len(w.unwritten) > 0 {
		return w.unwritten, nil
	}
	return nil, err
}
