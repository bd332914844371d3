// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
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
