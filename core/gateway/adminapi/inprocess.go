// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"

	"github.com/wahost/wahost/core/gateway/keys"
)

type keyOfContext struct{}

// WithKey returns a context whose requests are made as with a key, without its secret. It is for callers in the same process that know who
// somebody is: no request that comes from elsewhere has such a context.
func WithKey(ctx context.Context, k *keys.Key) context.Context {
	return context.WithValue(ctx, keyOfContext{}, k)
}

// admit returns the key of a request.
func (s *Server) admit(r *http.Request) (*keys.Key, error) {
	if k, ok := r.Context().Value(keyOfContext{}).(*keys.Key); ok {
		return k, nil
	}
	return s.Door.Admit(r)
}
