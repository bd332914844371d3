// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/wahost/wahost/internal/redact"
)

// Output removes secrets from what is written to a stream. It remembers the first error, so that a full disk or a
// closed pipe shows in the exit code. Secrets are looked for in each write by itself.
type Output struct {
	*redact.Writer
	w io.Writer
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
