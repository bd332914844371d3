// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/wahost/wahost/internal/redact"
)

// secrets are the values that no output may show. All output of the program is redacted with them.
type secrets struct{ set redact.Set }

func (s *secrets) add(values ...string) { s.set.Add(values...) }

func (s *secrets) redact(text string) string { return s.set.Redact(text) }

func (s *secrets) writer(w io.Writer) *output {
	return &output{w: w, secrets: s, Writer: redact.NewWriter(w, &s.set)}
}

// output redacts what is written, and remembers the first error, so that a full disk or a closed pipe shows in the
// exit code.
type output struct {
	*redact.Writer
	w       io.Writer
	secrets *secrets
}

func (o *output) err() error { return o.Err() }

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
