// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"os"
	"sync"

	"golang.org/x/term"

	"github.com/wahost/wahost/sdk/vendorhttp"
)

// secrets are the values that no output may show. All output of the program passes them.
type secrets struct {
	mu       sync.Mutex
	values   []string
	redactor *vendorhttp.Redactor
}

func (s *secrets) add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values = append(s.values, values...)
	s.redactor = vendorhttp.NewRedactor(s.values...)
}

func (s *secrets) redact(text string) string {
	s.mu.Lock()
	r := s.redactor
	s.mu.Unlock()
	return r.Redact(text)
}

func (s *secrets) writer(w io.Writer) *output { return &output{w: w, secrets: s} }

// output takes secrets out of what is written, and remembers the first error, so that a full disk or a closed pipe
// shows in the exit code. Each write is looked at by itself.
type output struct {
	w       io.Writer
	secrets *secrets

	mu    sync.Mutex
	first error
}

// Write writes all of it or fails, and fails for good.
func (o *output) Write(b []byte) (int, error) {
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

func (o *output) err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.first
}

// terminal gives the file descriptor of the terminal that is written to; false where it is none.
func (o *output) terminal() (int, bool) {
	f, ok := o.w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}

// color reports whether to colour the output.
func (o *output) color() bool {
	_, ok := o.terminal()
	return ok && os.Getenv("NO_COLOR") == ""
}

// width gives the columns of the terminal; 0 where there is none.
func (o *output) width() int {
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
