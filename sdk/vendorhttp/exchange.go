// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/http/httpguts"
)

const (
	// inlineBytes bounds the body of a request that is written before the response is read. The buffers of the two systems
	// take that much even if the vendor does not read, so that a vendor that answers early does not block the request.
	inlineBytes = 16 << 10
	// writeGrace is the time that the end of a large body may take after the response has come.
	writeGrace = 50 * time.Millisecond
)

// exchange is one request and its response. It is the body of the response.
type exchange struct {
	pool *pool
	line *line
	body io.Reader
	// ends is true if the connection must not be used again.
	ends bool
	// complete is true if the whole body was read.
	complete bool
	// stop undoes that the end of the context drops the line. It returns false if that has happened.
	stop func() bool
	// writing gets the result of writing a large body. It is nil if the body is small.
	writing chan error
}

// roundTrip makes a request. It writes to another connection only if the socket of the previous one took no byte. The headers that ask for
// gzip are nil if the request must not. The headers and the body of the request are different ones afterwards.
func (p *pool) roundTrip(limit *limit, a *attempt, request *http.Request, zipped http.Header) (*http.Response, error) {
	request.Close = !p.keepAlive
	unzip := zipped != nil && request.Method != http.MethodHead // a response to HEAD has no body
	if unzip {
		request.Header = zipped
	}
	for {
		if request.GetBody != nil {
			request.Body, _ = request.GetBody()
		}
		l, err := p.line(limit, a)
		if err != nil {
			return nil, err
		}
		reply, err := p.exchange(limit, a, l, request)
		if err == nil && unzip {
			decompress(reply)
		}
		if !l.kept() || !errors.Is(err, errStale) || a.maybeSent() {
			return reply, err
		}
	}
}

// exchange makes a request over a connection. The error is errStale if the vendor has closed it before.
func (p *pool) exchange(limit *limit, a *attempt, l *line, request *http.Request) (*http.Response, error) {
	a.conn, a.before = l.raw, l.raw.written.Load()
	if err := cmp.Or(limit.err(), l.usable(), l.raw.SetDeadline(limit.until)); err != nil {
		l.drop()
		return nil, err
	}
	e := &exchange{pool: p, line: l, stop: context.AfterFunc(limit.ctx, l.drop)}
	a.wrote.Store(true)
	var unwritten error
	if request.ContentLength > inlineBytes {
		e.writing = make(chan error, 1)
		go func() {
			err := l.write(request)
			if err != nil && !a.maybeSent() {
				l.drop() // no answer can come
			}
			e.writing <- err
		}()
	} else if unwritten = l.write(request); unwritten != nil && !a.maybeSent() {
		_ = e.fail()
		return nil, unwritten
	}
	// A vendor may answer before it has the whole request, and end the connection.
	reply, err := l.read(request)
	if err != nil {
		unwritten = cmp.Or(unwritten, e.fail())
		if _, remote := alertOf(err); unwritten != nil && !remote && !errors.Is(unwritten, net.ErrClosed) {
			err = unwritten
		}
		return nil, err
	}
	e.complete = reply.Body == http.NoBody
	e.body, reply.Body = reply.Body, e
	e.ends = unwritten != nil || request.Close || reply.Close || reply.StatusCode < 200 ||
		httpguts.HeaderValuesContainsToken(request.Header["Connection"], "close")
	return reply, nil //nolint:nilerr // the vendor has answered, although it did not take the whole request
}

// Read reads the body of the response.
func (e *exchange) Read(b []byte) (int, error) {
	n, err := e.body.Read(b)
	e.complete = e.complete || err == io.EOF
	return n, err
}

// Close ends the exchange. The connection is kept if the request was written and the response read to its end, and if the
// vendor has sent nothing else.
func (e *exchange) Close() error {
	keep := e.complete && !e.ends && e.line.done()
	if keep && e.writing != nil {
		_ = e.line.raw.SetWriteDeadline(time.Now().Add(writeGrace))
		keep = <-e.writing == nil
		_ = e.line.raw.SetWriteDeadline(time.Time{})
		e.writing = nil
	}
	if keep && e.stop() {
		e.pool.put(e.line)
		return nil
	}
	_ = e.fail()
	return nil
}

// fail drops the connection. It waits until nothing uses the request and returns why a large body could not be written.
func (e *exchange) fail() error {
	e.stop()
	e.line.drop()
	if e.writing == nil {
		return nil
	}
	return <-e.writing
}
