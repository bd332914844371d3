// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/wahost/wahost/sdk/outcome"
)

// Authorizer describes how a client obtains the tokens of a vendor whose tokens end. Set it in Options.
//
// The client obtains a token before its first request, and a new one before the request that follows the end of the
// token. Requests that need a token at the same time wait for one request for it. A response with status 401 ends the
// token early: that request is not repeated, and the next one gets a new token. If there is no token, nothing is sent, so
// the message is rejected and never unknown. Tokens are secrets: they are removed from every text that the client returns.
type Authorizer struct {
	// Endpoint is the base URL of requests for tokens. If it is empty, it is that of the client.
	Endpoint string
	// Request returns a request for a token. The headers of Options are not sent with it. The error must not contain
	// secrets.
	Request func() (Request, error)
	// Read returns the token in a response with a status from 200 to 299. The error must not contain secrets.
	Read func(*Response) (Token, error)
	// Header is the name of the header that carries the token. If it is empty, it is "Authorization".
	Header string
}

// Token proves to a vendor who makes a request.
type Token struct {
	// Value is the value of the header, such as "Bearer 8f2c".
	Value string
	// Secret is the part of Value that is secret. If it is empty, it is the whole value.
	Secret string
	// Lifetime is the time after which the token ends, counted from the request for it. The client obtains a new token
	// a little earlier. Zero means that the vendor does not say: the token is used until a response has the status 401.
	Lifetime time.Duration
}

// earlier is the largest time before the end of a token at which it is replaced. It covers the way of a request to the
// vendor.
const earlier = 30 * time.Second

// tokens holds the token of a client and obtains the next one.
type tokens struct {
	config  Authorizer
	client  *Client         // for requests for tokens
	ctx     context.Context // ends with the client
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	token    string    // "" before the first token, and after the vendor refused one
	until    time.Time // zero if the end is not known
	fetching *fetching // the request for a token that is under way, or nil
}

// fetching is one request for a token.
type fetching struct {
	done chan struct{}
	// The result; valid when done is closed.
	token   string
	failure *Failure
}

func newTokens(c *Client, config Authorizer) (*tokens, error) {
	if config.Request == nil || config.Read == nil {
		return nil, errors.New("the authorizer has no Request or no Read")
	}
	base := c.base
	if config.Endpoint != "" {
		var err error
		if base, err = parseEndpoint(config.Endpoint); err != nil {
			return nil, fmt.Errorf("authorizer: %w", err)
		}
	}
	config.Header = http.CanonicalHeaderKey(cmp.Or(config.Header, "Authorization"))
	plain := *c
	plain.base, plain.targets, plain.tokens = base, &targets{base: base}, nil
	if c.pool != nil {
		plain.pool = newPool(base, c.pool.max, c.pool.keepAlive)
	}
	plain.header = newHeader(http.Header{"User-Agent": c.header.own["User-Agent"]})
	t := &tokens{config: config, client: &plain}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t, nil
}

// authorized returns the headers with a token.
func (t *tokens) authorized(h *header, token string) *header {
	own := h.own.Clone()
	own[t.config.Header] = []string{token}
	return newHeader(own)
}

// get returns a token that has not ended. It waits for a request for one, which other callers may share, within the limit.
func (t *tokens) get(limit *limit) (string, *Failure) {
	t.mu.Lock()
	if t.token != "" && (t.until.IsZero() || time.Now().Before(t.until)) {
		defer t.mu.Unlock()
		return t.token, nil
	}
	f := t.fetching
	if f == nil {
		if t.closed {
			t.mu.Unlock()
			return "", t.failed(outcome.ReasonVendorUnavailable, "the client is closed")
		}
		f = &fetching{done: make(chan struct{})}
		t.fetching = f
		// The request is not the caller's: it goes on for the others if the caller's context ends.
		t.running.Go(func() { t.run(f) })
	}
	t.mu.Unlock()
	ctx, cancel := limit.timed()
	defer cancel()
	select {
	case <-f.done:
		return f.token, f.failure
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			failure := t.failed(outcome.ReasonVendorUnavailable, "the request was cancelled")
			failure.Canceled, failure.rejection.Rejected.Scope = true, outcome.ScopeMessage
			return "", failure
		}
		failure := t.failed(outcome.ReasonVendorUnavailable, "it did not come in time")
		failure.Timeout = true
		return "", failure
	}
}

// run makes one request for a token.
func (t *tokens) run(f *fetching) {
	begin := time.Now()
	token, failure := t.fetch()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fetching = nil
	f.token, f.failure = token.Value, failure
	if failure == nil {
		t.token, t.until = token.Value, time.Time{}
		if token.Lifetime > 0 {
			t.until = begin.Add(token.Lifetime - min(token.Lifetime/10, earlier))
		}
	}
	close(f.done)
}

// fetch returns a new token, or the failure of the messages that needed it.
func (t *tokens) fetch() (token Token, failed *Failure) {
	defer func() {
		if r := recover(); r != nil {
			// The value of the panic may quote a credential. Its type and the stack do not.
			slog.Error("panic in an Authorizer", "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			token, failed = Token{}, t.failed(outcome.ReasonMisconfigured, "the provider panicked; see its log")
		}
	}()
	request, err := t.config.Request()
	if err != nil {
		return Token{}, t.failed(outcome.ReasonMisconfigured, "the request for it cannot be made: "+err.Error())
	}
	response, failure := t.client.Do(t.ctx, request)
	if failure != nil {
		reason := outcome.ReasonVendorUnavailable
		if failure.permanent {
			reason = outcome.ReasonMisconfigured
		}
		return Token{}, t.failed(reason, failure.what)
	}
	if response.Status < 200 || response.Status > 299 {
		return Token{}, t.refusal(response)
	}
	token, err = t.config.Read(response)
	if err == nil {
		err = checkToken(token.Value)
	}
	if err != nil {
		return Token{}, t.failed(outcome.ReasonVendorUnavailable, "the answer cannot be read: "+err.Error())
	}
	t.client.secrets.addToken(cmp.Or(token.Secret, token.Value))
	return token, nil
}

// checkToken returns an error if a value cannot be that of a header. A value that ends with a space is "Bearer " without the
// token.
func checkToken(value string) error {
	switch {
	case value == "" || strings.TrimSpace(value) != value:
		return errors.New("there is no token in it")
	case strings.ContainsFunc(value, unicode.IsControl):
		return errors.New("the token has a control character")
	}
	return nil
}

// refusal returns the failure for an answer to a request for a token that is not a success.
func (t *tokens) refusal(r *Response) *Failure {
	o := outcomeForStatus(r)
	text := fmt.Sprintf("the vendor answered HTTP %d to the request for it", r.Status)
	reason := outcome.ReasonVendorUnavailable // for what is unknown as well: no message was sent
	switch {
	case r.Status == http.StatusBadRequest:
		reason = outcome.ReasonUnauthenticated // RFC 6749, section 5.2: a wrong client, user or grant
	case o.Rejected != nil && o.Rejected.Reason == outcome.ReasonVendorRejected:
		reason = outcome.ReasonMisconfigured
	case o.Rejected != nil:
		reason = o.Rejected.Reason
		if reason == outcome.ReasonMisconfigured {
			text = o.Rejected.Detail
		}
	}
	f := t.failed(reason, text)
	if o.Rejected != nil {
		f.rejection.Rejected.VendorMessage = o.Rejected.VendorMessage
		if reason == outcome.ReasonRateLimited || o.Rejected.RetryAfter > 0 {
			f.rejection.Rejected.Retry, f.rejection.Rejected.RetryAfter = outcome.RetryLater, o.Rejected.RetryAfter
		}
	}
	return f
}

// failed returns the failure of a message for which there is no token.
func (t *tokens) failed(reason outcome.Reason, why string) *Failure {
	text := t.client.secrets.Redact(printable("no token, so the message was not sent: "+why, maxCause))
	o := outcome.Reject(reason, "", "%s", text)
	o.Rejected.Scope = outcome.ScopeAccount
	if reason == outcome.ReasonVendorUnavailable {
		o.Rejected.Retry = outcome.RetrySafe
	}
	return &Failure{Cause: errors.New(text), what: text, rejection: &o}
}

// refused ends a token that a vendor refused. A newer one stays.
func (t *tokens) refused(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token == token {
		t.token = ""
	}
}

// close ends a request for a token and waits for its end.
func (t *tokens) close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.cancel()
	t.running.Wait()
	if t.client.pool != nil {
		t.client.pool.close()
	}
}
