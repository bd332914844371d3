// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"errors"
	"io"
	"net/http"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/core/gateway/keys"
)

// Admit finds the key of a request to another API of the gateway, and counts the request, as for the requests of the front door: an
// address that was refused often has to wait, and a key has one rate for all. The error is a *graph.Error if the caller is at fault.
func (s *Server) Admit(r *http.Request) (*keys.Key, error) {
	c := &call{s: s, r: r, began: s.Now()}
	if err := c.authenticate(); err != nil {
		return nil, err
	}
	if err := c.limit(); err != nil {
		return nil, err
	}
	return c.key, nil
}

// limit counts the request against the rate of its key.
func (c *call) limit() error {
	wait := c.s.limiter.Take(c.key, c.began)
	if wait <= 0 {
		return nil
	}
	err := graph.New(graph.CodeRateLimit, "the key %q may make %g requests per second", c.key.Name, c.key.Rate)
	err.RetryAfter = wait
	return err
}

// Body reads the body of a request to another API of the gateway, with the limits of the front door. The error is a *graph.Error.
func (s *Server) Body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	c := &call{s: s, w: &recorder{ResponseWriter: w}, r: r, began: s.Now()}
	return c.body()
}

// Upload returns the body of a request to another API of the gateway, to be read while it comes. It has at most limit bytes and the least
// speed of the front door. Its errors are *graph.Error, and so is that of Upload.
func (s *Server) Upload(w http.ResponseWriter, r *http.Request, limit int64) (io.Reader, error) {
	c := &call{s: s, w: &recorder{ResponseWriter: w}, r: r, began: s.Now()}
	body, err := c.upload(limit, 0)
	if err != nil {
		return nil, err
	}
	return &explained{c, body, limit}, nil
}

// explained is a body whose errors say what the caller did wrong.
type explained struct {
	c     *call
	body  io.Reader
	limit int64
}

// Read reads a part of the body.
func (e *explained) Read(p []byte) (int, error) {
	n, err := e.body.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = e.c.readError(err, e.limit)
	}
	return n, err
}
