// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"log/slog"
	"net/http"
	"sync"

	"github.com/wahost/wahost/sdk/vendorhttp"
)

// ownTokens returns the authorizer of mutants that obtain tokens by themselves.
func ownTokens(*account, *vendorhttp.Authorizer) *vendorhttp.Authorizer { return nil }

// holder holds a token of a mutant.
type holder struct {
	mu    sync.Mutex
	value string
}

// obtaining returns a hook that sends requests of the third generation with a token from a holder. A token is kept unless the
// condition holds for the answer to a request.
func obtaining(of func(*account) *holder, spent func(*vendorhttp.Response) bool) func(*account, poster) poster {
	return func(a *account, next poster) poster {
		if a.api != apiV3 {
			return next
		}
		h := of(a)
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			h.mu.Lock()
			if h.value == "" {
				answer, failure := next(ctx, a.tokenRequest())
				if failure != nil || answer.Status != http.StatusOK {
					h.mu.Unlock()
					return answer, failure
				}
				token, _ := readToken(answer)
				h.value = token.Value
			}
			if r.Header == nil {
				r.Header = http.Header{}
			}
			r.Header.Set("Authorization", h.value)
			h.mu.Unlock()
			response, failure := next(ctx, r)
			if spent(response) {
				h.mu.Lock()
				h.value = ""
				h.mu.Unlock()
			}
			return response, failure
		}
	}
}

func never(*vendorhttp.Response) bool  { return false }
func always(*vendorhttp.Response) bool { return true }
func refused(r *vendorhttp.Response) bool {
	return r != nil && r.Status == http.StatusUnauthorized
}

// common is the holder of the process.
var common holder

// tokenCheats are wrong about tokens of OAuth.
var tokenCheats = []Mutant{
	{Name: "token-for-each-message", Defect: "each message has a token of its own", authorizer: ownTokens,
		post: obtaining(func(*account) *holder { return &holder{} }, always)},
	{Name: "keeps-refused-token", Defect: "a token that the vendor refused is used again", authorizer: ownTokens,
		post: obtaining(func(*account) *holder { return &holder{} }, never)},
	{Name: "one-token-for-all", Defect: "all accounts of a process use the token of the first", authorizer: ownTokens,
		post: obtaining(func(*account) *holder { return &common }, refused)},
	{Name: "logs-tokens", Defect: "tokens are logged", authorizer: func(_ *account, usual *vendorhttp.Authorizer) *vendorhttp.Authorizer {
		read := usual.Read
		usual.Read = func(r *vendorhttp.Response) (vendorhttp.Token, error) {
			token, err := read(r)
			slog.Debug("token", "of", backwards(token.Secret))
			return token, err
		}
		return usual
	}},
}
