// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"
	"time"

	"github.com/wahost/wahost/core/gateway/keys"
)

// OwnKey is the key that a request is made with.
type OwnKey struct {
	Name           string   `json:"name"`
	Scopes         []string `json:"scopes" nullable:"false" doc:"What the key may be used for."`
	PhoneNumberIDs []string `json:"phone_number_ids" nullable:"false" doc:"The numbers of the gateway that the key may be used for."`
}

// KeyState is an API key of the gateway. Its secrets are nowhere.
type KeyState struct {
	Name           string     `json:"name"`
	ID             string     `json:"id" doc:"The part of the key after wah_, which is not a secret."`
	Scopes         []string   `json:"scopes" nullable:"false"`
	PhoneNumberIDs []string   `json:"phone_number_ids" nullable:"false" doc:"The numbers of the gateway that the key may be used for."`
	Rate           float64    `json:"rate,omitempty" doc:"How many requests the key may make each second. It is absent if nothing bounds it."`
	Secrets        int        `json:"secrets" doc:"How many secrets are valid. There are two while one is replaced."`
	ExpiresAt      *time.Time `json:"expires_at,omitempty"`
	UsedAt         *time.Time `json:"used_at,omitempty" doc:"When this gateway process saw the key the last time. It is absent if it did not."`
}

func (s *Server) registerKey() {
	register(s, operation("operation", "list-keys", http.MethodGet, "/keys", operating, "Show the keys", "The API keys of the gateway, without their secrets."), s.listKeys)
	register(s, operation("operation", "get-key", http.MethodGet, "/key", keys.Scopes(), "Show the key of the request", "What the key that the request is made with may be used for."), s.ownKey)
}

func (s *Server) ownKey(_ context.Context, c *caller, _ *struct{}) (*answer[OwnKey], error) {
	return &answer[OwnKey]{OwnKey{Name: c.key.Name, Scopes: scopesOf(c.key), PhoneNumberIDs: s.covered(c.key)}}, nil
}

func scopesOf(k *keys.Key) []string {
	names := []string{}
	for _, scope := range k.Scopes {
		names = append(names, string(scope))
	}
	return names
}

// covered returns the numbers of the gateway that a key may use.
func (s *Server) covered(k *keys.Key) []string {
	numbers := []string{}
	for _, number := range s.Numbers {
		if k.Covers(number) {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

func (s *Server) listKeys(context.Context, *caller, *struct{}) (*list[KeyState], error) {
	out := &list[KeyState]{listBody[KeyState]{Items: []KeyState{}}}
	for _, k := range s.Keys {
		v := KeyState{Name: k.Name, ID: k.ID, Scopes: scopesOf(k), PhoneNumberIDs: s.covered(k), Rate: k.Rate, Secrets: len(k.Secrets), ExpiresAt: at(k.Expires)}
		if s.Uses != nil {
			v.UsedAt = at(s.Uses.Last(k.ID))
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}
