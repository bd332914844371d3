// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
)

// issuer is a vendor whose tokens end. It accepts only the last token that it issued.
type issuer struct {
	*httptest.Server
	issued, sends atomic.Int32
	// lifetime is in seconds; 0 is not told.
	lifetime int
	// refuse is the status of answers to requests for tokens, or 0 for a token.
	refuse atomic.Int32
	// arrived gets a value for each request for a token, which waits for let.
	arrived, let chan struct{}
}

func newIssuer(t *testing.T, lifetime int) *issuer {
	t.Helper()
	i := &issuer{lifetime: lifetime}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			i.token(w, r)
			return
		}
		i.sends.Add(1)
		if r.Header.Get("Authorization") != i.valid() || r.Header.Get("X-App") != "app" {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, "the token %s has ended", r.Header.Get("Authorization"))
		}
	}))
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) valid() string { return fmt.Sprintf("Bearer token-number-%d", i.issued.Load()) }

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	if i.arrived != nil {
		i.arrived <- struct{}{}
		<-i.let
	}
	n := i.issued.Add(1)
	if status := i.refuse.Load(); status != 0 {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(int(status))
		return
	}
	if r.Header.Get("X-App") != "" || r.Header.Get("Authorization") != "" {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	fmt.Fprintf(w, `{"access_token":"token-number-%d","expires_in":%d}`, n, i.lifetime)
}

// end makes the present token invalid.
func (i *issuer) end() { i.issued.Add(1) }

func (i *issuer) client(t *testing.T, change ...func(*Authorizer)) *Client {
	t.Helper()
	a := &Authorizer{
		Request: func() (Request, error) { return Request{Method: http.MethodPost, Path: "/token"}, nil },
		Read: func(r *Response) (Token, error) {
			var answer struct {
				Token     string `json:"access_token"`
				ExpiresIn int    `json:"expires_in"`
			}
			if err := json.Unmarshal(r.Body, &answer); err != nil {
				return Token{}, errors.New("the answer is not JSON")
			}
			return Token{Value: "Bearer " + answer.Token, Secret: answer.Token, Lifetime: time.Duration(answer.ExpiresIn) * time.Second}, nil
		},
	}
	for _, f := range change {
		f(a)
	}
	c, err := New(Options{Endpoint: i.URL, Header: http.Header{"X-App": {"app"}}, Authorizer: a, Timeout: time.Minute})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// status sends one message and returns the status of the response.
func status(t *testing.T, c *Client) int {
	t.Helper()
	response, failure := c.PostJSON(t.Context(), "/send", 1)
	if failure != nil {
		t.Errorf("%v", failure.Cause)
		return 0
	}
	return response.Status
}

func TestTokenIsFetchedOnce(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, 3600)
	i.arrived, i.let = make(chan struct{}, 100), make(chan struct{})
	c := i.client(t)
	var sending sync.WaitGroup
	for range 50 {
		sending.Go(func() { assert.Equal(t, 200, status(t, c)) })
	}
	<-i.arrived
	close(i.let)
	sending.Wait()
	assert.Equal(t, int32(1), i.issued.Load())
	assert.Equal(t, int32(50), i.sends.Load())
	assert.Empty(t, i.arrived)
}

// After a 401 the message is not sent again. The next one gets a new token.
func TestRefusedToken(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, 0)
	c := i.client(t)
	require.Equal(t, 200, status(t, c))
	i.end()
	response, failure := c.PostJSON(t.Context(), "/send", 1)
	require.Nil(t, failure)
	assert.Equal(t, 401, response.Status)
	assert.Equal(t, int32(2), i.sends.Load(), "one request for each message")
	o := OutcomeForStatus(response)
	assert.Equal(t, outcome.ReasonUnauthenticated, o.Rejected.Reason)
	assert.Equal(t, "the token Bearer *** has ended", o.Rejected.VendorMessage)
	require.Equal(t, 200, status(t, c))
	assert.Equal(t, int32(3), i.sends.Load())
}

// A late 401 for an old token does not end the new one.
func TestLateRefusal(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, 0)
	c := i.client(t)
	require.Equal(t, 200, status(t, c))
	before := i.issued.Load()
	c.tokens.refused("Bearer token-number-0")
	require.Equal(t, 200, status(t, c))
	assert.Equal(t, before, i.issued.Load())
}

func TestTokenIsReplacedBeforeItEnds(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, 3600)
	c := i.client(t)
	require.Equal(t, 200, status(t, c))
	c.tokens.mu.Lock()
	left := time.Until(c.tokens.until)
	c.tokens.until = time.Now()
	c.tokens.mu.Unlock()
	assert.InDelta(t, time.Hour-earlier, left, float64(time.Minute-time.Second))
	require.Equal(t, 200, status(t, c))
	assert.Equal(t, int32(2), i.issued.Load())
}

// Without a token nothing is sent, so the message is rejected and never unknown.
func TestNoToken(t *testing.T) {
	t.Parallel()
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	tests := map[string]struct {
		status int32
		change func(*Authorizer)
		reason outcome.Reason
		retry  outcome.Retry
		text   string
	}{
		"400":     {400, nil, outcome.ReasonUnauthenticated, outcome.RetryNever, "HTTP 400"},
		"401":     {401, nil, outcome.ReasonUnauthenticated, outcome.RetryNever, "HTTP 401"},
		"403":     {403, nil, outcome.ReasonForbidden, outcome.RetryNever, "HTTP 403"},
		"404":     {404, nil, outcome.ReasonMisconfigured, outcome.RetryNever, "/token: nothing is there"},
		"422":     {422, nil, outcome.ReasonMisconfigured, outcome.RetryNever, "HTTP 422"},
		"429":     {429, nil, outcome.ReasonRateLimited, outcome.RetryLater, "HTTP 429"},
		"500":     {500, nil, outcome.ReasonVendorUnavailable, outcome.RetrySafe, "HTTP 500"},
		"503":     {503, nil, outcome.ReasonVendorUnavailable, outcome.RetryLater, "HTTP 503"},
		"down":    {0, func(a *Authorizer) { a.Endpoint = down.URL }, outcome.ReasonVendorUnavailable, outcome.RetrySafe, "refused"},
		"no path": {0, func(a *Authorizer) { a.Request = func() (Request, error) { return Request{Path: "token"}, nil } }, outcome.ReasonMisconfigured, outcome.RetryNever, "path"},
		"no request": {0, func(a *Authorizer) { a.Request = func() (Request, error) { return Request{}, errors.New("no key") } },
			outcome.ReasonMisconfigured, outcome.RetryNever, "no key"},
		"not read": {0, func(a *Authorizer) {
			a.Read = func(*Response) (Token, error) { return Token{}, errors.New("strange form") }
		},
			outcome.ReasonVendorUnavailable, outcome.RetrySafe, "strange form"},
		"empty": {0, func(a *Authorizer) { a.Read = func(*Response) (Token, error) { return Token{}, nil } },
			outcome.ReasonVendorUnavailable, outcome.RetrySafe, "no token in it"},
		"empty Bearer": {0, func(a *Authorizer) { a.Read = func(*Response) (Token, error) { return Token{Value: "Bearer "}, nil } },
			outcome.ReasonVendorUnavailable, outcome.RetrySafe, "no token in it"},
		"line break": {0, func(a *Authorizer) { a.Read = func(*Response) (Token, error) { return Token{Value: "a\nb"}, nil } },
			outcome.ReasonVendorUnavailable, outcome.RetrySafe, "control character"},
		"panic": {0, func(a *Authorizer) { a.Read = func(*Response) (Token, error) { panic("s3cret") } },
			outcome.ReasonMisconfigured, outcome.RetryNever, "panicked"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newIssuer(t, 0)
			i.refuse.Store(test.status)
			change := test.change
			if change == nil {
				change = func(*Authorizer) {}
			}
			c := i.client(t, change)
			_, failure := c.PostJSON(t.Context(), "/send", 1)
			require.NotNil(t, failure)
			assert.False(t, failure.MaybeSent)
			o := failure.Outcome()
			require.NotNil(t, o.Rejected)
			assert.Equal(t, test.reason, o.Rejected.Reason)
			assert.Equal(t, test.retry, o.Rejected.Retry)
			assert.Equal(t, outcome.ScopeAccount, o.Rejected.Scope)
			assert.Zero(t, o.Attempts)
			if test.retry == outcome.RetryLater {
				assert.Equal(t, 7*time.Second, o.Rejected.RetryAfter)
			}
			assert.Contains(t, o.Rejected.Detail, test.text)
			assert.True(t, strings.HasPrefix(o.Rejected.Detail, "no token, so the message was not sent: "))
			assert.NotContains(t, o.Rejected.Detail, "s3cret")
			assert.Zero(t, i.sends.Load())
		})
	}
}

// The request for a token does not end with the caller that began it.
func TestOneCallerGivesUp(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, 0)
	i.arrived, i.let = make(chan struct{}, 1), make(chan struct{})
	c := i.client(t)
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan *Failure)
	go func() {
		_, failure := c.PostJSON(ctx, "/send", 1)
		gaveUp <- failure
	}()
	<-i.arrived
	done := make(chan int)
	go func() { done <- status(t, c) }()
	cancel()
	failure := <-gaveUp
	require.NotNil(t, failure)
	assert.True(t, failure.Canceled)
	assert.False(t, failure.MaybeSent)
	assert.Equal(t, outcome.ScopeMessage, failure.Outcome().Rejected.Scope)
	close(i.let)
	assert.Equal(t, 200, <-done)
	assert.Equal(t, int32(1), i.issued.Load())
}

func TestCloseEndsARequestForAToken(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, 0)
	i.arrived, i.let = make(chan struct{}, 1), make(chan struct{})
	t.Cleanup(func() { close(i.let) })
	c := i.client(t)
	ended := make(chan *Failure)
	go func() {
		_, failure := c.PostJSON(t.Context(), "/send", 1)
		ended <- failure
	}()
	<-i.arrived
	require.NoError(t, c.Close())
	require.NotNil(t, <-ended)
	_, failure := c.PostJSON(t.Context(), "/send", 1)
	require.NotNil(t, failure)
	assert.Contains(t, failure.Cause.Error(), "the client is closed")
}

// A provider that runs for a year does not keep all tokens of that year.
func TestOldTokensAreForgotten(t *testing.T) {
	t.Parallel()
	s := newSecretSet([]string{"fixed-secret"})
	for i := range 100 {
		s.addToken(fmt.Sprintf("token-number-%d", i))
	}
	assert.Len(t, s.last, keptTokens)
	assert.Equal(t, "*** *** *** token-number-17", s.Redact("fixed-secret token-number-96 token-number-99 token-number-17"))
}

func TestAuthorizerIsChecked(t *testing.T) {
	t.Parallel()
	request, read := func() (Request, error) { return Request{}, nil }, func(*Response) (Token, error) { return Token{}, nil }
	for _, bad := range []*Authorizer{{}, {Request: request}, {Read: read}, {Request: request, Read: read, Endpoint: "vendor.example"}} {
		_, err := New(Options{Endpoint: "https://vendor.example", Authorizer: bad})
		require.Error(t, err)
	}
}
