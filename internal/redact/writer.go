// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package redact

import (
	"io"
	"sync"
)

// Writer redacts what is written to another writer. It looks at each call of Write by itself, so the caller must
// not split a secret between two calls. A Writer is safe for concurrent use.
type Writer struct {
	w   io.Writer
	set *Set

	mu  sync.Mutex
	err error
}

// NewWriter returns a Writer that writes to w and replaces the secrets of the set, including those that are added
// to the set later.
func NewWriter(w io.Writer, set *Set) *Writer { return &Writer{w: w, set: set} }

// Write writes the redacted text. It returns len(b) if all of it was written. After the first error, every later
// call returns that error and writes nothing.
func (w *Writer) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	if _, w.err = io.WriteString(w.w, w.set.Redact(string(b))); w.err != nil {
		return 0, w.err
	}
	return len(b), nil
}

// Clean returns a text as Write writes it.
func (w *Writer) Clean(text string) string { return w.set.Redact(text) }

// Err returns the first error of Write, or nil.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}
