// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package vendorhttp

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scripted is a vendor that writes given bytes as the answer to a request, over http and https. With TLS, they are in two
// records that arrive at the same time.
type scripted struct {
	certified *httptest.Server
	plain     string
	secure    string

	mu      sync.Mutex
	answers map[string]*script // by path
}

type script struct {
	answer []byte
	// closes is true if the vendor closes the connection after the answer.
	closes   bool
	requests atomic.Int32
}

const secondAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond"

func newScripted(tb testing.TB) *scripted {
	tb.Helper()
	s := &scripted{answers: map[string]*script{}, certified: httptest.NewTLSServer(http.NotFoundHandler())}
	tb.Cleanup(s.certified.Close)
	s.plain = rawServer(tb, false, func(conn *net.TCPConn) { s.serve(conn) })
	s.secure = "https" + strings.TrimPrefix(rawServer(tb, false, func(conn *net.TCPConn) {
		corked := &corkedConn{Conn: conn}
		defer corked.flush()
		s.serve(tls.Server(corked, s.certified.TLS))
	}), "http")
	return s
}

// serve answers the requests on a connection.
func (s *scripted) serve(conn net.Conn) {
	in := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		s.mu.Lock()
		script := s.answers[request.URL.Path]
		s.mu.Unlock()
		if script == nil { // the second request, or a redirect
			_, _ = io.WriteString(conn, secondAnswer)
			continue
		}
		script.requests.Add(1)
		if _, ok := conn.(*tls.Conn); ok {
			half := len(script.answer) / 2
			_, _ = conn.Write(script.answer[:half])
			_, _ = conn.Write(script.answer[half:])
		} else {
			_, _ = conn.Write(script.answer)
		}
		if script.closes {
			return
		}
	}
}

// add adds an answer and returns its path.
func (s *scripted) add(answer []byte, method string) (string, *script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := fmt.Sprintf("/script-%d", len(s.answers))
	s.answers[path] = &script{answer: answer, closes: wantsMore(answer, method)}
	return path, s.answers[path]
}

// wantsMore reports whether a client waits for more after an answer. The vendor must then close the connection.
func wantsMore(answer []byte, method string) bool {
	end := &endReader{in: bytes.NewReader(answer)}
	in := bufio.NewReader(end)
	for {
		reply, err := http.ReadResponse(in, &http.Request{Method: method})
		if err != nil {
			return end.reached
		}
		if reply.StatusCode/100 != 1 || reply.StatusCode == http.StatusSwitchingProtocols {
			_, _ = io.Copy(io.Discard, reply.Body)
			return end.reached || reply.Close
		}
	}
}

// endReader remembers that somebody wanted to read beyond the end.
type endReader struct {
	in      io.Reader
	reached bool
}

func (r *endReader) Read(b []byte) (int, error) {
	n, err := r.in.Read(b)
	r.reached = r.reached || err == io.EOF
	return n, err
}

// seen is what a caller sees of a request.
type seen struct {
	status, attempts int
	header           http.Header
	body, encoding   string

	failed                                  bool
	maybeSent, timeout, canceled, permanent bool
	cause                                   string
	rejected, unknown                       bool
}

func whatIsSeen(response *Response, failure *Failure) seen {
	if failure == nil {
		return seen{status: response.Status, attempts: response.Attempts, header: response.Header, body: string(response.Body), encoding: response.encoding}
	}
	o := failure.Outcome()
	return seen{
		failed: true, attempts: failure.Attempts, maybeSent: failure.MaybeSent, timeout: failure.Timeout, canceled: failure.Canceled, permanent: failure.permanent,
		cause: begin(sameWords.Replace(failure.Cause.Error())), rejected: o.Rejected != nil, unknown: o.Unknown != nil,
	}
}

// begin returns the beginning of a cause, which may be cut off after what net/http adds.
func begin(cause string) string {
	runes := []rune(cause)
	return string(runes[:min(len(runes), maxCause-100)])
}

// sameWords removes what net/http adds to errors.
var sameWords = strings.NewReplacer(
	"net/http: HTTP/1.x transport connection broken: ", "",
	"net/http: server response headers exceeded 65536 bytes; aborted", errHeader.Error(),
	"net/http: ", "",
)

// bothWays makes the same request to a vendor in both ways and returns what a caller sees of the second. It fails if the
// caller sees something else in the first, if a request was repeated, or if another request gets a part of the answer.
func bothWays(t *testing.T, vendor *scripted, secure bool, answer []byte, r Request) seen {
	t.Helper()
	var got [2]seen
	for i := range got {
		endpoint := vendor.plain
		if secure {
			endpoint = vendor.secure
		}
		c := newClient(t, endpoint, func(o *Options) { o.NetHTTP, o.Timeout = i == 1, time.Minute })
		trust(c, vendor.certified)
		path, script := vendor.add(answer, r.Method)
		r.Path = path
		got[i] = whatIsSeen(c.Do(t.Context(), r))
		assert.LessOrEqual(t, int(script.requests.Load()), got[i].attempts, "a redirect may lead to the same address")
		if i == 0 {
			next, failure := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/second", Body: []byte("{}")})
			require.Nil(t, failure)
			assert.Equal(t, "second", string(next.Body))
		}
		_ = c.Close()
	}
	require.Equal(t, got[1], got[0])
	return got[1]
}

// zipped returns a text as gzip.
func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

// headersOf returns an answer without a body that has a number of bytes.
func headersOf(n int) string {
	begin, end := "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ", "\r\n\r\n"
	return begin + strings.Repeat("x", n-len(begin)-len(end)) + end
}

// rawAnswers are answers of vendors, some of them wrong.
var rawAnswers = map[string]string{
	"length":                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}",
	"no body":                   "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
	"until the end":             "HTTP/1.1 200 OK\r\n\r\nabc",
	"connection close":          "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
	"HTTP/1.0":                  "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
	"HTTP/1.0 kept":             "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}",
	"chunks":                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
	"chunks and trailer":        "HTTP/1.1 200 OK\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: 1\r\n\r\n",
	"chunks, cut off":           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
	"chunks without the end":    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
	"chunks of no size":         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\nabc\r\n0\r\n\r\n",
	"chunks and more":           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison",
	"more than the length":      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison",
	"more than nothing":         "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison",
	"less than the length":      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
	"two equal lengths":         "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
	"two lengths":               "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
	"length and chunks":         "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
	"negative length":           "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
	"length of no number":       "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
	"length beyond the limit":   "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}",
	"unknown transfer encoding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: br\r\n\r\n{}",
	"no content":                "HTTP/1.1 204 No Content\r\n\r\n",
	"no content, with length":   "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc",
	"not modified":              "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
	"continue":                  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}",
	"early hints":               "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 102 \r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
	"only continue":             "HTTP/1.1 100 Continue\r\n\r\n",
	"switches protocols":        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nabc",
	"status 101":                "HTTP/1.1 101 Switching Protocols\r\nContent-Length: 2\r\n\r\n{}",
	"gzip":                      fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(zipped("hello")), zipped("hello")),
	"gzip of length":            fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: GZIP\r\nContent-Length: %d\r\n\r\n%s", len(zipped("hello")), zipped("hello")),
	"gzip of nothing":           "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"gzip, length 0":            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
	"gzip that is not":          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
	"gzip, cut off":             "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\n" + zipped("hello")[:12],
	"gzip and more":             fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%sxx", len(zipped("hello"))+2, zipped("hello")),
	"gzip twice":                fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%[2]s%[2]s", 2*len(zipped("hello")), zipped("hello")),
	"deflate":                   "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 2\r\n\r\nxx",
	"gzip of an error":          fmt.Sprintf("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(zipped("hello")), zipped("hello")),
	"redirect":                  "HTTP/1.1 302 Found\r\nLocation: http://vendor.example/\r\nContent-Length: 0\r\n\r\n",
	"redirect elsewhere":        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://vendor.example/\r\nContent-Length: 0\r\n\r\n",
	"redirect to the second":    "HTTP/1.1 307 Temporary Redirect\r\nLocation: /second\r\nContent-Length: 0\r\n\r\n",
	"too many requests":         "HTTP/1.1 429 \r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
	"status 999":                "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
	"status 000":                "HTTP/1.1 000 Odd\r\nContent-Length: 0\r\n\r\n",
	"status of two digits":      "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
	"status of no digits":       "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
	"HTTP/2.0":                  "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
	"HTTP/9":                    "HTTP/9 200 OK\r\nContent-Length: 0\r\n\r\n",
	"frames of HTTP/2":          "\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64",
	"TLS alert":                 "\x15\x03\x01\x00\x02\x02\x28",
	"nothing":                   "",
	"end of line":               "\r\n",
	"text":                      "hello\r\n\r\n",
	"cut off in the status":     "HTTP/1.1 20",
	"cut off in the headers":    "HTTP/1.1 200 OK\r\nContent-Le",
	"line feeds":                "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
	"folded header":             "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
	"header without colon":      "HTTP/1.1 200 OK\r\nX\r\n\r\n",
	"header with space":         "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}",
	"header that begins empty":  "HTTP/1.1 200 OK\r\n X: a\r\n\r\n",
	"NUL in a header":           "HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n",
	"pragma":                    "HTTP/1.1 200 OK\r\nPragma: no-cache\r\nContent-Length: 0\r\n\r\n",
	"many headers":              "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 3000) + "Content-Length: 0\r\n\r\n",
	"headers up to the limit":   headersOf(maxHeaderBytes),
	"headers beyond the limit":  headersOf(maxHeaderBytes + 1),
	"headers without end":       "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100<<10),
	"informational, no end":     strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: "+strings.Repeat("x", 1000)+"\r\n\r\n", 70),
	"body at the limit":         "HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", DefaultMaxResponseBytes),
	"body beyond the limit":     "HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", DefaultMaxResponseBytes+1),
}

// What a caller sees of an answer does not depend on the way in which the request was made.
func TestBothWaysSeeTheSame(t *testing.T) {
	t.Parallel()
	vendor := newScripted(t)
	for name, answer := range rawAnswers {
		for i, r := range variants {
			t.Run(fmt.Sprintf("%s/%d", name, i), func(t *testing.T) {
				t.Parallel()
				bothWays(t, vendor, false, []byte(answer), r)
			})
		}
		t.Run(name+"/TLS", func(t *testing.T) {
			t.Parallel()
			bothWays(t, vendor, true, []byte(answer), variants[0])
		})
	}
}

// variants are the requests that answers are read for.
var variants = []Request{
	{Method: http.MethodPost, Body: []byte(`{"a":"b"}`)},
	{Method: http.MethodGet},
	{Method: http.MethodHead},
	{Method: http.MethodPost, Body: []byte(`{}`), Header: http.Header{"Accept-Encoding": {"gzip"}}},
	{Method: http.MethodPut, Body: []byte(`{}`), Header: http.Header{"Range": {"bytes=0-1"}, "Expect": {"100-continue"}}},
}

// Whatever a vendor sends, a caller sees the same in both ways, nothing is sent twice, and no other request gets a part of
// the answer.
func FuzzBothWays(f *testing.F) {
	// TestBothWaysSeeTheSame has the other combinations.
	for i, name := range slices.Sorted(maps.Keys(rawAnswers)) {
		if answer := rawAnswers[name]; len(answer) <= 4096 {
			f.Add([]byte(answer), uint8(i%len(variants)))
		}
	}
	f.Add([]byte(rawAnswers["more than the length"]), uint8(7*len(variants)))
	vendor := newScripted(f)
	f.Fuzz(func(t *testing.T, answer []byte, variant uint8) {
		if len(answer) > 4096 {
			return // it arrives in parts
		}
		// Each eighth uses TLS, since a handshake takes much longer than everything else.
		secure := int(variant)/len(variants)%8 == 7
		bothWays(t, vendor, secure, answer, variants[int(variant)%len(variants)])
		vendor.mu.Lock()
		defer vendor.mu.Unlock()
		if len(vendor.answers) > 1000 {
			clear(vendor.answers)
		}
	})
}
