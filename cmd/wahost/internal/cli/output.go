// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// Output removes secrets from what is written to a stream. It remembers the first error, so that a full disk or a
// closed pipe shows in the exit code. Secrets are looked for in each write by itself.
type Output struct {
	w       io.Writer
	secrets *Secrets

	mu    sync.Mutex
	first error
}

// Write writes all of b or fails. After an error, all further writes fail.
func (o *Output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.first != nil {
		return 0, o.first
	}
	if _, o.first = io.WriteString(o.w, o.secrets.redact(string(b))); o.first != nil {
		return 0, o.first
	}
	return len(b), nil
}

// Err returns the first error of Write, or nil.
func (o *Output) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.first
}

// terminal returns the file descriptor of the terminal that is written to. It is false if the stream is not a terminal.
func (o *Output) terminal() (int, bool) {
	f, ok := o.w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}

// Color reports whether to color the output.
func (o *Output) Color() bool {
	_, ok := o.terminal()
	return ok && os.Getenv("NO_COLOR") == ""
}

// Width returns the number of columns of the terminal, or 0 if the stream is not a terminal.
func (o *Output) Width() int {
	fd, ok := o.terminal()
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(fd)
	if err != nil {
		return 0
	}
	return width
}
