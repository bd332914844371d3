// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/wahost/wahost/core/gateway/graph"
)

const (
	// retryUnavailable is when to try again what the gateway cannot serve now.
	retryUnavailable = 5 * time.Second
	// statusClientGone is what observers see of a request whose sender left. Nothing is written.
	statusClientGone = 499
)

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader remembers the status.
func (r *recorder) WriteHeader(status int) {
	if status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write writes a part of the answer.
func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// success is the answer to what has no other.
type success struct {
	Success bool `json:"success"`
}

// answer writes an object as JSON.
func (c *call) answer(v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.write(http.StatusOK, body)
	return nil
}

func (c *call) writeError(e *graph.Error) {
	if e.RetryAfter > 0 {
		c.w.Header().Set("Retry-After", retryAfter(e.RetryAfter))
	}
	if e.Status == http.StatusUnauthorized {
		c.w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	c.write(e.Status, e.Body(c.trace))
}

func (c *call) write(status int, body []byte) {
	h := c.w.Header()
	h.Set("Content-Type", "application/json; charset=UTF-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if c.version != "" {
		h.Set("Facebook-Api-Version", c.version)
	}
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body) // the caller may be gone
}

// retryAfter returns a wait in whole seconds, rounded up.
func retryAfter(d time.Duration) string {
	return strconv.Itoa(max(1, int(math.Ceil(d.Seconds()))))
}
