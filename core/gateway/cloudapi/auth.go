// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"errors"
	"net/http"
	"strings"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/core/gateway/keys"
)

// authenticate finds the key of a request. An address that was refused often is told to wait, but a valid key is always served, since
// many applications may be behind one address.
func (c *call) authenticate() error {
	err := c.identify()
	if err == nil || !isRefusal(err) {
		return err
	}
	if wait := c.s.refusals.Add(c.r.RemoteAddr, c.began); wait > 0 {
		err := graph.New(graph.CodeAccessToken, "too many requests with an invalid key came from this address")
		err.Status, err.RetryAfter = http.StatusTooManyRequests, wait
		return err
	}
	return err
}

// isRefusal reports whether an error says that the caller has no valid key.
func isRefusal(err error) bool {
	var g *graph.Error
	return errors.As(err, &g) && g.Code == graph.CodeAccessToken
}

func (c *call) identify() error {
	header := c.r.Header.Values("Authorization")
	if len(header) == 0 {
		return graph.New(graph.CodeAccessToken, "send the key in a header: Authorization: Bearer wah_…")
	}
	scheme, text, _ := strings.Cut(header[0], " ")
	if len(header) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return graph.New(graph.CodeAccessToken, "the request needs one header Authorization, with the scheme Bearer")
	}
	token, err := keys.ParseToken(strings.TrimSpace(text))
	if err != nil {
		return graph.New(graph.CodeAccessToken, "%v", err)
	}
	key, err := keys.Authenticate(c.r.Context(), c.s.Keys, token, c.began)
	if errors.Is(err, keys.ErrRefused) {
		return graph.New(graph.CodeAccessToken, "%v", err)
	}
	if err != nil {
		return err
	}
	if err := key.CheckProof(token, c.r.URL.Query().Get("appsecret_proof")); err != nil {
		return graph.New(graph.CodeAccessToken, "%v", err)
	}
	if c.s.Uses != nil {
		c.s.Uses.Used(key.ID, c.began)
	}
	c.token, c.key = token, key
	return nil
}
