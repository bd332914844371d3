// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/keys"
)

// keyScheme is the name of the security scheme.
const keyScheme = "key"

// tags group the operations.
var tags = []*huma.Tag{
	{Name: "messages", Description: "What became of messages, and what is to become of them."},
	{Name: "campaigns", Description: "Groups of messages that are paused, resumed and canceled together."},
	{Name: "lanes", Description: "The queues of sending identities, and the channels that messages leave through."},
	{Name: "suppressions", Description: "Who gets no messages."},
	{Name: "endpoints", Description: "Where applications are told what happens."},
	{Name: "recipients", Description: "What is known of people."},
	{Name: "operation", Description: "What the gateway does now, and who changed what."},
}

// operation describes an operation. A key needs one of the scopes.
func operation(tag, id, method, path string, scopes []keys.Scope, summary, description string, errors ...int) huma.Operation {
	var names []string
	for _, s := range scopes {
		names = append(names, string(s))
	}
	return huma.Operation{
		OperationID: id, Method: method, Path: strings.TrimSuffix(Prefix, "/") + path, Summary: summary, Tags: []string{tag},
		Description: strings.TrimSpace(description + "\n\nScope of the key: " + strings.Join(names, " or ") + "."),
		Security:    []map[string][]string{{keyScheme: {}}},
		Errors:      append([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable}, errors...),
		Metadata:    map[string]any{scopesKey: scopes},
		// The door has read and bounded the body.
		MaxBodyBytes: -1, BodyReadTimeout: -1,
	}
}

// scopesKey is where the metadata of an operation has its scopes.
const scopesKey = "scopes"

// register adds an operation.
func register[In, Out any](s *Server, op huma.Operation, serve func(ctx context.Context, c *caller, in *In) (*Out, error)) {
	scopes, _ := op.Metadata[scopesKey].([]keys.Scope)
	op.Middlewares = append(op.Middlewares, s.demand(scopes))
	op.Errors = slices.Compact(op.Errors)
	huma.Register(s.api, op, func(ctx context.Context, in *In) (*Out, error) {
		out, err := serve(ctx, callerOf(ctx), in)
		if err != nil {
			return nil, s.failed(op.OperationID, err)
		}
		return out, nil
	})
}

// demand returns a middleware that refuses keys without the scopes.
func (s *Server) demand(scopes []keys.Scope) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		c := callerOf(ctx.Context())
		if c != nil && c.key.May(scopes...) {
			next(ctx)
			return
		}
		name := ""
		if c != nil {
			name = c.key.Name
		}
		_ = huma.WriteErr(s.api, ctx, http.StatusForbidden, fmt.Sprintf("the key %q lacks the scope of this operation: %s", name, joinScopes(scopes)))
	}
}

func joinScopes(scopes []keys.Scope) string {
	var names []string
	for _, s := range scopes {
		names = append(names, string(s))
	}
	return strings.Join(names, " or ")
}

// Scopes of operations.
var (
	reading    = []keys.Scope{keys.ScopeRead}
	sending    = []keys.Scope{keys.ScopeSend}
	canceling  = []keys.Scope{keys.ScopeCancel}
	operating  = []keys.Scope{keys.ScopeAdmin}
	explaining = []keys.Scope{keys.ScopeRead, keys.ScopeSend}
)

// Page is the part of a list that a request asks for.
type Page struct {
	Cursor string `query:"cursor" maxLength:"512" doc:"The next of the page before. Without it the list begins."`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"500" doc:"The largest number of entries."`
}

// list is the answer with a part of a list.
type list[T any] struct {
	Body listBody[T]
}

type listBody[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"The cursor of the next page. It is absent on the last one."`
}

// counted is the answer with all of what was counted.
type counted[T any] struct {
	Body countedBody[T]
}

type countedBody[T any] struct {
	Items     []T       `json:"items" nullable:"false"`
	CountedAt time.Time `json:"counted_at" doc:"When the messages were counted: up to a minute ago if they are so many that it takes long."`
}

// answer is the answer with one object.
type answer[T any] struct {
	Body T
}
