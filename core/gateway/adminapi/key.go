// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"

	"github.com/wahost/wahost/core/gateway/keys"
)

// OwnKey is the key that a request is made with.
type OwnKey struct {
	Name           string   `json:"name"`
	Scopes         []string `json:"scopes" nullable:"false" doc:"What the key may be used for."`
	PhoneNumberIDs []string `json:"phone_number_ids" nullable:"false" doc:"The numbers of the gateway that the key may be used for."`
}

func (s *Server) registerKey() {
	register(s, operation("operation", "get-key", http.MethodGet, "/key", keys.Scopes(), "Show the key of the request", "What the key that the request is made with may be used for."), s.ownKey)
}

func (s *Server) ownKey(_ context.Context, c *caller, _ *struct{}) (*answer[OwnKey], error) {
	out := OwnKey{Name: c.key.Name, Scopes: []string{}, PhoneNumberIDs: []string{}}
	for _, scope := range c.key.Scopes {
		out.Scopes = append(out.Scopes, string(scope))
	}
	for _, number := range s.Numbers {
		if c.key.Covers(number) {
			out.PhoneNumberIDs = append(out.PhoneNumberIDs, number)
		}
	}
	return &answer[OwnKey]{out}, nil
}
