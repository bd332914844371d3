// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/wahost/wahost/internal/printable"
)

// screen is the last step of all output: it escapes what must not reach a terminal, wherever it comes from. Views escape the
// texts of vendors and providers themselves, because only they know where a line must not end.
type screen struct {
	w io.Writer
	// styled lets the colors of diagnostics pass.
	styled bool
	// workflow is true if a runner of GitHub Actions reads the output and executes the commands in it.
	workflow bool

	mu   sync.Mutex
	rest []byte // the beginning of a character whose end comes with the next write
	err  error
}

// style matches the escapes that diagnostics and nothing else use.
var style = regexp.MustCompile("\x1b\\[(0|1|1;31|1;33)m")

func newScreen(w io.Writer) *screen {
	s := &screen{w: w, workflow: os.Getenv("GITHUB_ACTIONS") == "true"}
	_, terminal := s.terminal()
	s.styled = terminal && os.Getenv("NO_COLOR") == ""
	return s
}

// Write writes a text with dangerous characters escaped.
func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := slices.Concat(s.rest, b)
	whole := len(text) - unfinished(text)
	s.rest = text[whole:]
	if err := s.write(s.escaped(string(text[:whole]))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// control writes a text as it is: an escape or a command that wahost itself made.
func (s *screen) control(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(text)
}

func (s *screen) write(text string) error {
	if s.err == nil {
		_, s.err = io.WriteString(s.w, text)
	}
	return s.err
}

func (s *screen) escaped(text string) string {
	var out string
	if s.styled {
		var b strings.Builder
		for at := style.FindStringIndex(text); at != nil; at = style.FindStringIndex(text) {
			b.WriteString(printable.Text(text[:at[0]]) + text[at[0]:at[1]])
			text = text[at[1]:]
		}
		out = b.String()
	}
	out += printable.Text(text)
	if s.workflow {
		out = withoutCommands(out)
	}
	return out
}

// command matches the beginning of a command for a runner of GitHub Actions: two colons at the beginning of a line, or the
// older form anywhere.
var command = regexp.MustCompile(`(?m)^([ \t]*):(:)|#(#\[)`)

// withoutCommands escapes the first character of each command.
func withoutCommands(text string) string {
	if !strings.Contains(text, "::") && !strings.Contains(text, "##[") {
		return text
	}
	return command.ReplaceAllStringFunc(text, func(found string) string {
		if rest, ok := strings.CutPrefix(found, "#"); ok {
			return `\u0023` + rest
		}
		return strings.TrimSuffix(found, "::") + `\u003a:`
	})
}

// unfinished returns how many bytes at the end of a text are the beginning of a character.
func unfinished(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if tail := text[len(text)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}
