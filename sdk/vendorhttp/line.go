// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// line is a connection of a pool. One exchange at a time uses it.
type line struct {
	net.Conn // what carries HTTP: raw, or TLS over raw
	raw      *watchedConn
	in       *bufio.Reader
	// left is the number of bytes that may still be read.
	left int64
	// one is a buffer for looking whether anything is left.
	one [1]byte
	// unwritten is the first error of a write, and ended is true if nothing more can be read.
	unwritten error
	ended     bool
	// since is when the connection became idle. It is zero before.
	since time.Time
}

func newLine(conn net.Conn, raw *watchedConn) *line {
	l := &line{Conn: conn, raw: raw}
	l.in = bufio.NewReader(l)
	return l
}

// Read reads what the vendor sent, up to the limit.
func (l *line) Read(b []byte) (int, error) {
	if l.left <= 0 {
		return 0, errHeader
	}
	n, err := l.Conn.Read(b[:min(int64(len(b)), l.left)])
	l.left -= int64(n)
	l.ended = l.ended || err != nil
	return n, err
}

// Write writes a part of a request.
func (l *line) Write(b []byte) (int, error) {
	n, err := l.Conn.Write(b)
	l.unwritten = cmp.Or(l.unwritten, err)
	return n, err
}

// kept reports whether the connection has carried an exchange.
func (l *line) kept() bool { return !l.since.IsZero() }

// usable returns errStale if a request must not be written to the connection. A connection that was kept is not used
// again if anything arrived while it was idle: nothing was asked, so it is the end of the connection or not an answer.
func (l *line) usable() error {
	closed, pending := look(l.raw.raw)
	if closed || pending && l.kept() {
		return errStale
	}
	return nil
}

// writers holds buffers for requests. A request that fits into one is a single call of Write.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 32<<10) }}

// write writes a request with its body. The error is that of the connection, which net/http hides in one of its own.
func (l *line) write(request *http.Request) error {
	out := writers.Get().(*bufio.Writer)
	out.Reset(l)
	defer func() {
		out.Reset(nil)
		writers.Put(out)
	}()
	err := request.Write(out)
	if err == nil {
		err = out.Flush()
	}
	return cmp.Or(l.unwritten, err)
}

var errHeader = fmt.Errorf("the headers of the response are longer than %d bytes", maxHeaderBytes)

// read reads the beginning of the response, up to its body. Informational responses (RFC 9110, section 15.2) are skipped.
func (l *line) read(request *http.Request) (*http.Response, error) {
	l.left = maxHeaderBytes
	if _, err := l.in.Peek(1); err != nil {
		return nil, err
	}
	for {
		reply, err := http.ReadResponse(l.in, request)
		if err != nil && l.left <= 0 {
			err = errHeader
		}
		if err != nil || reply.StatusCode/100 != 1 || reply.StatusCode == http.StatusSwitchingProtocols {
			l.left = math.MaxInt64
			return reply, err
		}
	}
}

// done reports whether nothing came after the response. TLS may have read it from the socket already.
func (l *line) done() bool {
	l.raw.probed = true
	n, err := l.Conn.Read(l.one[:])
	l.raw.probed = false
	return n == 0 && errors.Is(err, os.ErrDeadlineExceeded) && l.in.Buffered() == 0 && !l.ended
}

// drop closes the connection without waiting for anything. An exchange that uses it fails.
func (l *line) drop() { _ = l.raw.Close() }
