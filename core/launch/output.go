// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/internal/printable"
)

const (
	// maxLine bounds one line of a provider's output; the rest of it is dropped.
	maxLine = 16 << 10
	// keptLines is how much of the last output is kept for crash reports: a Go panic with its goroutine fits.
	keptLines = 100
	// keptLine bounds a kept line, so that a hundred of them stay small.
	keptLine = 2000
	// keptBeforePanic is how many lines are kept of what came before a panic.
	keptBeforePanic = 10
)

// output reads what a provider writes to standard error: log lines as JSON (hclog's keys or slog's) or anything at
// all. It never fails and never trusts a type.
type output struct {
	logger  hclog.Logger
	started time.Time

	mu      sync.Mutex
	buf     []byte
	cut     bool // the current line was longer than maxLine
	last    []string
	inPanic bool
	limit   *logLimit
}

func newOutput(logger hclog.Logger) *output {
	return &output{logger: logger, started: time.Now(), limit: newLogLimit()}
}

// Write takes raw output in pieces of any size.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := len(b)
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		piece := b
		if i >= 0 {
			piece = b[:i]
		}
		if room := maxLine - len(o.buf); len(piece) > room {
			piece, o.cut = piece[:room], true
		}
		o.buf = append(o.buf, piece...)
		if i < 0 {
			break
		}
		o.line(string(o.buf), o.cut)
		o.buf, o.cut = o.buf[:0], false
		b = b[i+1:]
	}
	return n, nil
}

// IsPanic reports whether a line of output is the first one of a Go panic or of a fatal error.
func IsPanic(line string) bool {
	return strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ")
}

func (o *output) line(text string, cut bool) {
	text = printable.Text(strings.TrimRight(text, "\r"))
	if text == "" {
		return
	}
	if IsPanic(text) && !o.inPanic {
		o.inPanic = true
		o.last = lastOf(o.last, keptBeforePanic)
	}
	kept := text
	if len(kept) > keptLine {
		kept = strings.ToValidUTF8(kept[:keptLine], "") + "..." // kept is valid, but a character may be cut
	}
	// Of a panic the beginning matters, of ordinary output the end.
	if !o.inPanic || len(o.last) < keptLines {
		o.last = append(o.last, kept)
	}
	if len(o.last) >= 2*keptLines { // not at every line, each of which would move all others
		o.last = append(o.last[:0], lastOf(o.last, keptLines)...)
	}
	if !o.admit(len(text)) {
		return
	}
	switch {
	case o.inPanic:
		o.logger.Error(text)
	case cut:
		o.logger.Warn(text, "cut_at_bytes", maxLine)
	default:
		o.record(text)
	}
}

// admit reports whether a line of so many bytes is logged. It tells before it how many lines were not.
func (o *output) admit(size int) bool {
	ok, lines, bytes := o.limit.allow(size)
	o.tellSuppressed(lines, bytes)
	return ok
}

func (o *output) tellSuppressed(lines, bytes int64) {
	if lines > 0 {
		o.logger.Warn(fmt.Sprintf("suppressed %d lines: the provider logs too much", lines), "bytes", bytes)
	}
}

// end logs how many lines at the end of the output were suppressed.
func (o *output) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tellSuppressed(o.limit.take())
}

// record logs one line at the level that it names.
func (o *output) record(text string) {
	var entry map[string]any
	if text[0] != '{' || json.Unmarshal([]byte(text), &entry) != nil {
		o.logger.Info(text)
		return
	}
	message, level := "", hclog.NoLevel
	for _, key := range []string{"@message", "msg", "message"} {
		if s, ok := entry[key].(string); ok {
			message = s
			break
		}
	}
	for _, key := range []string{"@level", "level"} {
		if s, ok := entry[key].(string); ok {
			level = hclog.LevelFromString(s)
			break
		}
	}
	if level == hclog.NoLevel {
		level = hclog.Info
	}
	message = printable.Line(message)
	if message == "" {
		o.logger.Log(level, text)
		return
	}
	var fields []any
	for _, key := range sortedKeys(entry) {
		switch key {
		case "@message", "msg", "message", "@level", "level", "@timestamp", "time", "timestamp":
		default:
			fields = append(fields, printable.Line(strings.TrimPrefix(key, "@")), fieldValue(entry[key]))
		}
	}
	o.logger.Log(level, message, fields...)
}

// fieldValue returns the value of a field of a log record. A value of several parts is shown as JSON.
func fieldValue(v any) any {
	switch v := v.(type) {
	case string:
		return printable.Line(v)
	case map[string]any, []any:
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		return printable.Line(string(text))
	}
	return v
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// note adds a line of the host to the last lines of the process.
func (o *output) note(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.inPanic = false // this explains the end, whatever the process says
	o.last = append(o.last, "wahost: "+text)
}

func (o *output) lines() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := slices.Clone(lastOf(o.last, keptLines))
	if len(o.buf) > 0 {
		lines = append(lines, printable.Text(string(o.buf[:min(len(o.buf), keptLine)])))
	}
	return lines
}

// lastOf returns the last n lines, or all of them where they are fewer.
func lastOf(lines []string, n int) []string { return lines[max(0, len(lines)-n):] }

func (o *output) panicked() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.inPanic
}

// unexpected takes what a provider prints to a stream that is not for it, and warns.
func (o *output) unexpected(stream string) io.Writer {
	return &unexpectedOutput{out: o, logger: o.logger.Named("unexpected_output").With("stream", stream)}
}

type unexpectedOutput struct {
	out    *output
	logger hclog.Logger
}

// Write warns of each line, within the limits of the process.
func (u *unexpectedOutput) Write(b []byte) (int, error) {
	u.out.mu.Lock()
	defer u.out.mu.Unlock()
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && u.out.admit(len(line)) {
			u.logger.Warn("unexpected output", "line", printable.Line(line[:min(len(line), keptLine)]))
		}
	}
	return len(b), nil
}
