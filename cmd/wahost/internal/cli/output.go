// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/term"

	"github.com/wahost/wahost/internal/printable"
	"github.com/wahost/wahost/internal/redact"
)

// Output removes secrets from what is written to a stream, and escapes characters that could control a terminal. It
// remembers the first error, so that a full disk or a closed pipe shows in the exit code. Secrets are looked for in each
// write by itself.
type Output struct {
	*redact.Writer
	screen *screen
	failed chan struct{} // closed at the first error of Write
	fail   sync.Once
}

func newOutput(w io.Writer, secrets *redact.Set) *Output {
	s := newScreen(w)
	return &Output{Writer: redact.NewWriter(s, secrets), screen: s, failed: make(chan struct{})}
}

// Annotate writes a command for a runner of GitHub Actions, which shows the text beside the run. The kind is "error" or
// "warning". It writes nothing elsewhere.
func (o *Output) Annotate(kind, title, text string) error {
	if !o.screen.workflow {
		return nil
	}
	escape := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return o.screen.control("::" + kind + " title=" + property.Replace(title) + "::" + escape.Replace(printable.Text(o.Clean(text))) + "\n")
}

// Write writes text without its secrets.
func (o *Output) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if err != nil {
		o.fail.Do(func() { close(o.failed) })
	}
	return n, err
}

// Failed returns a channel that is closed when nothing more can be written, as after the reader of a pipe has left.
func (o *Output) Failed() <-chan struct{} { return o.failed }

// ReaderLeft reports whether writing failed because the reader of a pipe has left, as head does after its last line.
func (o *Output) ReaderLeft() bool { return errors.Is(o.Err(), syscall.EPIPE) }

// terminal returns the file descriptor of the terminal that is written to. It is false if the stream is not a terminal.
func (s *screen) terminal() (int, bool) {
	f, ok := s.w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}

// Color reports whether to color the output.
func (o *Output) Color() bool { return o.screen.styled }

// Width returns the number of columns of the terminal, or 0 if the stream is not a terminal.
func (o *Output) Width() int {
	fd, ok := o.screen.terminal()
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(fd)
	if err != nil {
		return 0
	}
	return width
}
