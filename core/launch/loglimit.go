// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"time"

	"golang.org/x/time/rate"
)

// Bounds of what one process may log. They are far above what a provider logs at its most talkative level.
const (
	// logLines is the number of lines per second in the long run, and logLinesBurst that at once.
	logLines      = 5_000
	logLinesBurst = 20_000
	// logBytes is the number of bytes per second in the long run, and logBytesBurst that at once.
	logBytes      = 4 << 20
	logBytesBurst = 16 << 20
	// logTotal is the number of bytes that a process may log before it ends.
	logTotal = 1 << 30
)

// logLimit decides which lines of a process are logged. Its methods are not safe for concurrent use.
type logLimit struct {
	lines, bytes *rate.Limiter
	left         int64 // bytes until logTotal
	now          func() time.Time

	suppressed, suppressedBytes int64 // since the last line that was logged
}

func newLogLimit() *logLimit {
	return &logLimit{
		lines: rate.NewLimiter(logLines, logLinesBurst), bytes: rate.NewLimiter(logBytes, logBytesBurst), left: logTotal, now: time.Now,
	}
}

// allow reports whether a line of so many bytes is logged, and how many lines and bytes before it were not. The numbers are
// 0 if the line is not logged.
func (l *logLimit) allow(size int) (ok bool, lines, bytes int64) {
	now := l.now()
	if l.left < int64(size) || !l.lines.AllowN(now, 1) || !l.bytes.AllowN(now, size) {
		l.suppressed++
		l.suppressedBytes += int64(size)
		return false, 0, 0
	}
	l.left -= int64(size)
	lines, bytes = l.take()
	return true, lines, bytes
}

// take returns how many lines and bytes were not logged since the last call.
func (l *logLimit) take() (lines, bytes int64) {
	lines, bytes = l.suppressed, l.suppressedBytes
	l.suppressed, l.suppressedBytes = 0, 0
	return lines, bytes
}
