// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/wahost/wahost/core/gateway/graph"
)

const (
	// maxBody bounds the JSON of a request in bytes.
	maxBody = 1 << 20
	// bodyTime is how long the JSON of a request may take.
	bodyTime = time.Minute
	// minRate is the smallest number of bytes per second at which a body may come, after a first time of bodyGrace.
	minRate   = 1 << 10
	bodyGrace = 10 * time.Second
)

// body reads the JSON of the request.
func (c *call) body() ([]byte, error) {
	r, err := c.upload(maxBody, bodyTime)
	if err != nil {
		return nil, err
	}
	size := max(0, min(c.r.ContentLength, maxBody))
	body := make([]byte, 0, size+bytesBeyond)
	for {
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			return nil, c.readError(err, maxBody)
		case len(body) == cap(body):
			body = append(body, 0)[:len(body)]
		}
	}
}

// bytesBeyond is room for the end of the body to be seen without another allocation.
const bytesBeyond = 1

// upload returns the body of the request, at most limit bytes. It breaks off if the caller is slower than minRate, or needs longer
// than a time, which may be 0 for none.
func (c *call) upload(limit int64, within time.Duration) (io.Reader, error) {
	if e := c.r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		err := graph.New(graph.CodeInvalidParameter, "the body must be sent without Content-Encoding")
		err.Status = http.StatusUnsupportedMediaType
		return nil, err
	}
	if c.r.ContentLength > limit {
		return nil, c.tooLarge(limit)
	}
	c.r.Body = http.MaxBytesReader(c.w.ResponseWriter, c.r.Body, limit)
	return &paced{r: c.r.Body, control: http.NewResponseController(c.w), began: time.Now(), within: within}, nil
}

// paced is a body that has to come with a speed. Deadlines are of the system's clock, as connections have them.
type paced struct {
	r       io.Reader
	control *http.ResponseController
	began   time.Time
	within  time.Duration
	got     int64
}

// Read reads a part of the body.
func (p *paced) Read(b []byte) (int, error) {
	allowed := bodyGrace + time.Duration(p.got)*time.Second/minRate
	if p.within > 0 {
		allowed = min(allowed, p.within)
	}
	// A connection without deadlines, as in some tests, cannot be slow.
	_ = p.control.SetReadDeadline(p.began.Add(allowed))
	n, err := p.r.Read(b)
	p.got += int64(n)
	if err != nil {
		_ = p.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// readError returns the answer for a body that could not be read to its end.
func (c *call) readError(err error, limit int64) error {
	var large *http.MaxBytesError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &large):
		return c.tooLarge(limit)
	case errors.As(err, &timeout) && timeout.Timeout():
		c.close()
		e := graph.New(graph.CodeInvalidParameter, "the body came too slowly")
		e.Status = http.StatusRequestTimeout
		return e
	}
	c.close()
	return graph.New(graph.CodeInvalidParameter, "the body ended early")
}

func (c *call) tooLarge(limit int64) error {
	c.close()
	e := graph.New(graph.CodeInvalidParameter, "the body must have at most %d bytes", limit)
	e.Status = http.StatusRequestEntityTooLarge
	return e
}

// close makes the server close the connection after the answer, because the rest of the body is not read.
func (c *call) close() { c.w.Header().Set("Connection", "close") }
