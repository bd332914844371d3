// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
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
	// ended is true if the vendor has ended the connection.
	ended bool
	// kept is true if the connection has carried an exchange, and since is when it became idle.
	kept  bool
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
	l.ended = l.ended || err == io.EOF //nolint:errorlint // a wrapped io.EOF is not the end of the connection
	return n, err
}

// usable returns errStale if a request must not be written to the connection. A connection that was kept is not used
// again if anything arrived while it was idle: nothing was asked, so it is the end of the connection or not an answer.
func (l *line) usable() error {
	closed, pending := look(l.raw.raw)
	if closed || l.kept && pending {
		return errStale
	}
	return nil
}

// writers holds buffers for requests. A request that fits into one is a single call of Write.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 32<<10) }}

// write writes a request with its body.
func (l *line) write(request *http.Request) error {
	out := writers.Get().(*bufio.Writer)
	out.Reset(l.Conn)
	defer func() {
		out.Reset(nil)
		writers.Put(out)
	}()
	if err := request.Write(out); err != nil {
		return err
	}
	return out.Flush()
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
		switch {
		case err != nil && l.left <= 0:
			return nil, errHeader
		case err != nil:
			return nil, err
		case reply.StatusCode/100 == 1 && reply.StatusCode != http.StatusSwitchingProtocols:
			continue
		}
		l.left = math.MaxInt64
		return reply, nil
	}
}

// drop closes the connection without waiting for anything. An exchange that uses it fails.
func (l *line) drop() { _ = l.raw.Close() }

// hangUp closes connections that nothing uses. With TLS, the vendor is told.
func hangUp(lines ...*line) {
	for _, l := range lines {
		_ = l.Conn.Close()
	}
}
