// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
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

// roundTrip makes a request. It writes to another connection only if the socket of the previous one took no byte.
func (p *pool) roundTrip(ctx context.Context, a *attempt, r *http.Request) (*http.Response, error) {
	request := *r
	if err := validate(&request); err != nil {
		return nil, err
	}
	request.Close = !p.keepAlive
	// As net/http does: a part of a body cannot be decompressed, and a response to HEAD has no body.
	unzip := r.Header.Get("Accept-Encoding") == "" && r.Header.Get("Range") == "" && r.Method != http.MethodHead
	if unzip {
		request.Header = maps.Clone(r.Header)
		request.Header["Accept-Encoding"] = []string{"gzip"}
	}
	for {
		if request.Body = http.NoBody; r.GetBody != nil {
			request.Body, _ = r.GetBody()
		}
		l := p.take()
		kept := l != nil
		if !kept {
			var err error
			if l, err = p.connect(ctx, a); err != nil {
				return nil, err
			}
		}
		reply, err := p.exchange(ctx, a, l, &request)
		switch {
		case err == nil && unzip && reply.ContentLength != 0 && isGzip(reply.Header):
			decompress(reply)
			return reply, nil
		case !kept || !errors.Is(err, errStale) || a.maybeSent():
			return reply, err
		}
	}
}

// exchange makes a request over a connection. The error is errStale if the vendor has closed it before.
func (p *pool) exchange(ctx context.Context, a *attempt, l *line, request *http.Request) (*http.Response, error) {
	a.wrote.Store(false)
	a.conn, a.before = l.raw, l.raw.written.Load()
	err := ctx.Err()
	if err == nil {
		err = l.usable()
	}
	if err != nil {
		l.drop()
		return nil, err
	}
	e := &exchange{pool: p, line: l, stop: context.AfterFunc(ctx, l.drop)}
	a.wrote.Store(true)
	var unwritten error
	if request.ContentLength > inlineBytes {
		e.writing = make(chan error, 1)
		go func() { e.writing <- l.write(request) }()
	} else if unwritten = l.write(request); unwritten != nil && !a.maybeSent() {
		e.fail()
		return nil, unwritten
	}
	// A vendor may answer before it has the whole request, and end the connection.
	reply, err := l.read(request)
	if err != nil {
		if failed := e.fail(); failed != nil {
			unwritten = failed
		}
		if _, remote := alertOf(err); unwritten != nil && !remote && !errors.Is(unwritten, net.ErrClosed) {
			err = unwritten
		}
		return nil, err
	}
	e.complete = reply.Body == http.NoBody
	e.body, reply.Body = reply.Body, e
	e.ends = unwritten != nil || request.Close || reply.Close || reply.StatusCode < 200 ||
		httpguts.HeaderValuesContainsToken(request.Header["Connection"], "close")
	return reply, nil
}

// Read reads the body of the response.
func (e *exchange) Read(b []byte) (int, error) {
	n, err := e.body.Read(b)
	e.complete = e.complete || err == io.EOF //nolint:errorlint // net/http returns io.EOF itself
	return n, err
}

// Close ends the exchange. The connection is kept if the request was written and the response read to its end, and if the
// vendor has sent nothing else.
func (e *exchange) Close() error {
	if !e.complete || e.ends || e.line.ended || e.line.in.Buffered() > 0 {
		e.fail()
		return nil
	}
	if e.writing != nil {
		_ = e.line.raw.SetWriteDeadline(time.Now().Add(writeGrace))
		err := <-e.writing
		e.writing = nil
		_ = e.line.raw.SetWriteDeadline(time.Time{})
		if err != nil {
			e.fail()
			return nil
		}
	}
	if e.stop() {
		e.pool.put(e.line)
	}
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

// validate returns an error if net/http would not send the request.
func validate(r *http.Request) error {
	if !httpguts.ValidHeaderFieldName(r.Method) {
		return fmt.Errorf("invalid method %q", r.Method)
	}
	for name, values := range r.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return fmt.Errorf("invalid header field name %q", name)
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return fmt.Errorf("invalid header field value for %q", name) // the value may be a secret
			}
		}
	}
	return nil
}
