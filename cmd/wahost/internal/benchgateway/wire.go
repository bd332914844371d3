// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
)

// line is a connection for one request at a time. The clients of net/http and its server use several goroutines for each connection, which
// would cost the processors more than the gateway spends on many requests. The zero line is ready for use.
type line struct {
	conn net.Conn
	in   *bufio.Reader
	out  *bufio.Writer
}

// do makes a request whose answer must have a status. A connection that the other side has closed meanwhile is opened again, so the
// other side may get the request twice.
func (l *line) do(r *http.Request, status int) error {
	kept := l.conn != nil
	err := l.try(r, status)
	if err == nil || !kept || r.GetBody == nil || errors.As(err, new(*answerError)) {
		return err
	}
	if r.Body, err = r.GetBody(); err != nil {
		return err
	}
	return l.try(r, status)
}

// answerError is the error for an answer with another status than was expected.
type answerError struct{ text string }

// Error returns the text.
func (e *answerError) Error() string { return e.text }

func (l *line) try(r *http.Request, status int) (err error) {
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if l.conn == nil {
		if l.conn, err = (&net.Dialer{}).DialContext(r.Context(), "tcp", r.URL.Host); err != nil {
			return err
		}
		l.in, l.out = bufio.NewReader(l.conn), bufio.NewWriter(l.conn)
	}
	conn := l.conn
	defer context.AfterFunc(r.Context(), func() { _ = conn.Close() })()
	if err := errors.Join(r.Write(l.out), l.out.Flush()); err != nil {
		return err
	}
	answer, err := http.ReadResponse(l.in, r)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return err
	case answer.StatusCode != status:
		return &answerError{fmt.Sprintf("%s answered %d: %s", r.URL.Path, answer.StatusCode, text)}
	case answer.Close:
		l.close()
	}
	return nil
}

func (l *line) close() {
	if l.conn != nil {
		_ = l.conn.Close()
		l.conn = nil
	}
}

// answerer returns the body of the answer to a request for a path.
type answerer func(path string) string

// server answers requests of HTTP/1.1 with the status 200, one after the other on each connection.
type server struct {
	listener net.Listener
	answer   answerer
	ended    sync.WaitGroup

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
}

func newServer(l net.Listener, answer answerer) *server {
	s := &server{listener: l, answer: answer, conns: map[net.Conn]bool{}}
	s.ended.Go(s.accept)
	return s
}

func (s *server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			_ = conn.Close()
		} else {
			s.conns[conn] = true
			s.ended.Go(func() { s.serve(conn) })
		}
		s.mu.Unlock()
	}
}

func (s *server) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
	}()
	in, out := bufio.NewReader(conn), bufio.NewWriter(conn)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil { // what a client says does not matter
			return
		}
		body := s.answer(r.URL.Path)
		_, _ = out.WriteString("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ")
		_, _ = out.WriteString(strconv.Itoa(len(body)))
		_, _ = out.WriteString("\r\n\r\n")
		_, _ = out.WriteString(body)
		if err := out.Flush(); err != nil || r.Close {
			return
		}
	}
}

// close closes all connections and waits until nobody is answered any more.
func (s *server) close() {
	_ = s.listener.Close()
	s.mu.Lock()
	s.closed = true
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.ended.Wait()
}
