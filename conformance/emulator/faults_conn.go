// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// acceptThenClose ends the connection in an orderly way, without an answer.
func acceptThenClose(*call, Fault) answer {
	return answer{send: func(w http.ResponseWriter, _ *http.Request, _ answer, _ <-chan struct{}) { drop(w, false) }}
}

// resetAfterRequest reads the whole request and resets the connection.
func resetAfterRequest(*call, Fault) answer {
	return answer{send: func(w http.ResponseWriter, _ *http.Request, _ answer, _ <-chan struct{}) { drop(w, true) }}
}

// drop ends a connection. With rst it sends RST, which is what a crashing server or a middlebox does.
func drop(w http.ResponseWriter, rst bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: resets the stream
	}
	if rst {
		reset(conn)
		return
	}
	_ = conn.Close()
}

// hang is hang_before_read as well: a small request fits the buffers of the system, so that a client cannot tell
// whether it was read. It answers nothing until the client leaves or the emulator is closed.
func hang(*call, Fault) answer {
	return answer{send: func(w http.ResponseWriter, r *http.Request, _ answer, done <-chan struct{}) {
		select {
		case <-r.Context().Done():
		case <-done:
		}
		drop(w, false)
	}}
}

// slow sends the usual answer late.
func slow(c *call, f Fault) answer {
	a := c.normal()
	a.send = func(w http.ResponseWriter, r *http.Request, a answer, done <-chan struct{}) {
		timer := time.NewTimer(time.Duration(f.number) * time.Millisecond)
		defer timer.Stop()
		select {
		case <-timer.C:
			a.write(w)
		case <-r.Context().Done():
			drop(w, false)
		case <-done:
			drop(w, false)
		}
	}
	return a
}

// truncate sends the usual answer with its full Content-Length, but closes the connection after some bytes of the body.
func truncate(c *call, f Fault) answer {
	a := c.normal()
	a.send = func(w http.ResponseWriter, _ *http.Request, a answer, _ <-chan struct{}) {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		a.body = a.body[:min(f.number, len(a.body))]
		a.write(w)
		_ = http.NewResponseController(w).Flush()
		drop(w, false)
	}
	return a
}

// head takes over the connection, writes the beginning of an answer and returns the connection. It returns nil if the
// connection cannot be taken over, as with HTTP/2.
func head(w http.ResponseWriter, text string) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = conn.Write([]byte(text))
	return conn
}

// reset ends a connection with RST.
func reset(conn net.Conn) {
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// resetBeforeHeaders resets within the first line of the answer.
func resetBeforeHeaders(*call, Fault) answer {
	return answer{send: func(w http.ResponseWriter, _ *http.Request, _ answer, _ <-chan struct{}) {
		reset(head(w, "HTTP/1.1 2"))
	}}
}

// resetMidAnswer sends the headers and half of the body of the usual answer, and resets the connection.
func resetMidAnswer(c *call, _ Fault) answer {
	a := c.normal()
	a.send = func(w http.ResponseWriter, _ *http.Request, a answer, _ <-chan struct{}) {
		text := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", a.status,
			http.StatusText(a.status), a.header.Get("Content-Type"), len(a.body), a.body[:len(a.body)/2])
		reset(head(w, text))
	}
	return a
}

// badChunk sends a chunk whose length is not a number.
func badChunk(c *call, _ Fault) answer {
	a := c.normal()
	a.send = func(w http.ResponseWriter, _ *http.Request, a answer, _ <-chan struct{}) {
		_ = head(w, fmt.Sprintf("HTTP/1.1 %d OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n%s\r\n", a.status, a.body)).Close()
	}
	return a
}

// garbageThenClose sends bytes that are not HTTP, and closes the connection.
func garbageThenClose(*call, Fault) answer {
	return answer{send: func(w http.ResponseWriter, _ *http.Request, _ answer, _ <-chan struct{}) {
		_ = head(w, "\x16\x03\x01\x00garbage\r\n\r\n").Close()
	}}
}

// dribble sends the usual answer, headers included, in pieces with pauses between them.
func dribble(c *call, f Fault) answer {
	a := c.normal()
	a.send = func(w http.ResponseWriter, r *http.Request, a answer, done <-chan struct{}) {
		conn := head(w, "")
		defer func() { _ = conn.Close() }()
		text := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", a.status,
			http.StatusText(a.status), a.header.Get("Content-Type"), len(a.body), a.body)
		ticker := time.NewTicker(time.Duration(f.second) * time.Millisecond)
		defer ticker.Stop()
		for len(text) > 0 {
			n := min(f.number, len(text))
			if _, err := conn.Write([]byte(text[:n])); err != nil {
				return
			}
			text = text[n:]
			select {
			case <-ticker.C:
			case <-r.Context().Done():
				return
			case <-done:
				return
			}
		}
	}
	return a
}

// endless begins an answer and never ends it.
func endless(c *call, _ Fault) answer {
	a := c.normal()
	a.send = func(w http.ResponseWriter, r *http.Request, a answer, done <-chan struct{}) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(a.status)
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for {
			if _, err := w.Write(padding[:1<<10]); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-ticker.C:
			case <-r.Context().Done():
				return
			case <-done:
				return
			}
		}
	}
	return a
}

// early413 returns the answer that ServeHTTP sends before it reads the body of the request. The body is captured all
// the same, because only the answer is early.
func early413(*call, Fault) answer {
	return answer{status: http.StatusRequestEntityTooLarge, header: http.Header{"Connection": {"close"}}}
}

// maxStream is the highest number that a stream of HTTP/2 can have.
const maxStream = 1<<31 - 1

// goaway ends the connection and reports that streams up to last were processed. HTTP/1.1 has no such report; its
// connection is closed before any answer.
func goaway(last uint32) func(*call, Fault) answer {
	// Length 8, type GOAWAY, no flags, stream 0; last stream, no error: RFC 9113, 6.8.
	frame := binary.BigEndian.AppendUint32([]byte{0, 0, 8, 7, 0, 0, 0, 0, 0}, last)
	frame = append(frame, 0, 0, 0, 0)
	return func(*call, Fault) answer {
		return answer{send: func(w http.ResponseWriter, r *http.Request, _ answer, _ <-chan struct{}) {
			conn, ok := r.Context().Value(connKey{}).(net.Conn)
			if r.ProtoMajor < 2 || !ok {
				drop(w, false)
				return
			}
			// The settings of the server must come first. Its first frame makes it write them, and they have left its buffer when the
			// second one is written.
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusEarlyHints)
			_, _ = conn.Write(frame)
			_ = conn.Close()
		}}
	}
}
