// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package vendorhttp is the HTTP client that every provider should use.
//
// A plain http.Client does not tell whether a request that failed may have reached the vendor. This client does: it is
// the difference between a message that can safely be sent again and one that might arrive twice. The client also
// bounds time and the size of responses, never forwards credentials to another host, never turns a POST into a GET,
// and removes secrets from every text that it returns.
//
// It never retries and never sleeps. The host does both. For vendors whose tokens end, an Authorizer obtains them.
//
// Requests are made over HTTP/1.1 on the goroutine of the caller, which counts the bytes that the socket takes. The
// Transport of net/http makes them instead if they use a proxy, if the vendor refuses HTTP/1.1 when a connection is made
// (ALPN, RFC 7301), on a system where a closed connection cannot be recognized, and if Options.NetHTTP or the environment
// variable WAHOST_NET_HTTP=1 says so. A caller sees the same in both ways.
//
// At the level debug, the default logger of log/slog gets one line for each exchange: method, path, status, sizes and
// time. The line has no query, no header and no body, and numbers in the path are masked.
package vendorhttp

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"
)

// Defaults of Options.
const (
	DefaultTimeout          = 30 * time.Second
	DefaultMaxResponseBytes = 1 << 20
	DefaultMaxConns         = 4096
)

// EnvNetHTTP is the environment variable that makes net/http's Transport make all requests if its value is "1".
const EnvNetHTTP = "WAHOST_NET_HTTP"

// contentTypeJSON is the Content-Type of PostJSON if Options.Header has none.
const contentTypeJSON = "application/json"

// Options configure a Client. Only Endpoint is required.
type Options struct {
	// Endpoint is the vendor's base URL. CheckEndpoint checks it.
	Endpoint string
	// Timeout bounds a whole request, from dialling to the last byte of the response. Zero means DefaultTimeout.
	Timeout time.Duration
	// Header is sent with every request: credentials, Content-Type.
	Header http.Header
	// Secrets are replaced by "***" in every text that the client returns, also where they are encoded. Secrets of less
	// than 4 bytes are not.
	Secrets []string
	// MaxResponseBytes bounds the body of a response after decompression. Zero means DefaultMaxResponseBytes.
	MaxResponseBytes int64
	// MaxConns bounds the number of idle connections that are kept. Zero means DefaultMaxConns. There are at most as many as
	// there were requests at the same time, since those that are not needed are closed after 30 seconds. Connections in use
	// are not bounded here, but by the channel's MaxConcurrency.
	MaxConns int
	// DisableKeepAlives closes each connection after its response. It is for proxies and firewalls between provider and
	// vendor that drop idle connections.
	DisableKeepAlives bool
	// NetHTTP makes all requests with the Transport of net/http. It is for finding out whether the client is to blame for a
	// problem with a vendor. The environment variable WAHOST_NET_HTTP=1 does the same.
	NetHTTP bool
	// Authorizer obtains the token that is sent with every request. Nil if the vendor has no tokens that end.
	Authorizer *Authorizer
	// UserAgent defaults to "wahost".
	UserAgent string
}

// Client makes requests to one vendor endpoint. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	timeout   time.Duration
	targets   *targets
	header    *header // sent with every request
	jsonOnly  *header // header with a Content-Type, for PostJSON
	limit     int64
	transport *http.Transport
	pool      *pool // nil if net/http makes all requests
	proxy     func(*http.Request) (*url.URL, error)
	secrets   *secretSet
	tokens    *tokens // nil without Options.Authorizer
}

// Request is one HTTP request.
type Request struct {
	Method string
	// Path is appended to the endpoint. It begins with "/" and may have a query.
	Path string
	// Header is added to Options.Header and replaces values of the same name. It may be nil.
	Header http.Header
	// ContentType is the type of the body. If it is empty, the headers decide.
	ContentType string
	Body        []byte
}

// Response is a complete response of the vendor, with any status.
type Response struct {
	Status int
	Header http.Header
	// Body is the body as the vendor sent it. Text that leaves the provider must be passed to Client.Redact.
	Body []byte
	// Attempts is the number of requests that were made: 2 if a redirect was followed.
	Attempts int

	secrets *secretSet
	// address is the URL that was requested as texts may show it. It is "" if the status is below 400.
	address string
	// proxy names the proxy of the request. It is "" if the request used no proxy, and if the status is below 400.
	proxy string
	// encoding is the Content-Encoding of a body that was not decoded because nobody asked for it. It is "" for every other
	// body.
	encoding string
}

// New returns a client. It does not use the network. The error says what is wrong with the options.
func New(o Options) (*Client, error) {
	base, err := parseEndpoint(o.Endpoint)
	if err != nil {
		return nil, err
	}
	if o.Timeout < 0 || o.MaxResponseBytes < 0 || o.MaxConns < 0 {
		return nil, errors.New("timeout, maximum response size and connections must not be negative")
	}
	header := http.Header{}
	merge(header, o.Header)
	header.Set("User-Agent", cmp.Or(o.UserAgent, "wahost"))
	jsonOnly := header.Clone()
	if jsonOnly.Get("Content-Type") == "" {
		jsonOnly.Set("Content-Type", contentTypeJSON)
	}
	c := &Client{
		base:      base,
		targets:   &targets{base: base},
		timeout:   cmp.Or(o.Timeout, DefaultTimeout),
		header:    newHeader(header),
		jsonOnly:  newHeader(jsonOnly),
		limit:     cmp.Or(o.MaxResponseBytes, DefaultMaxResponseBytes),
		secrets:   newSecretSet(o.Secrets),
		transport: newTransport(cmp.Or(o.MaxConns, DefaultMaxConns), o.DisableKeepAlives),
		proxy:     http.ProxyFromEnvironment,
	}
	c.transport.Proxy = c.proxyFor
	if canLook && !o.NetHTTP && os.Getenv(EnvNetHTTP) != "1" {
		c.pool = newPool(base, cmp.Or(o.MaxConns, DefaultMaxConns), !o.DisableKeepAlives)
	}
	if o.Authorizer != nil {
		if c.tokens, err = newTokens(c, *o.Authorizer); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Close closes idle connections and ends a request for a token. It always returns nil.
func (c *Client) Close() error {
	if c.tokens != nil {
		c.tokens.close()
	}
	c.transport.CloseIdleConnections()
	if c.pool != nil {
		c.pool.close()
	}
	return nil
}

// Redact returns the text with "***" in place of each secret of Options and each token.
func (c *Client) Redact(text string) string { return c.secrets.Redact(text) }

// PostJSON sends body as JSON with the method POST. Exactly one of the results is nil.
func (c *Client) PostJSON(ctx context.Context, path string, body any) (*Response, *Failure) {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return nil, c.refuse("the request cannot be encoded as JSON: " + err.Error())
	}
	return c.do(ctx, Request{Method: http.MethodPost, Path: path, Body: bytes.TrimSuffix(buf.Bytes(), []byte("\n"))}, c.jsonOnly)
}

// Do makes a request. Exactly one of the results is nil. A redirect with status 307 or 308 to the same scheme, host
// and port is followed once. Every other redirect is returned as a Response.
func (c *Client) Do(ctx context.Context, r Request) (*Response, *Failure) {
	return c.do(ctx, r, c.headerFor(r))
}

func (c *Client) do(ctx context.Context, r Request, header *header) (*Response, *Failure) {
	target, err := c.targets.resolve(r.Path)
	if err = cmp.Or(err, checkMethod(r.Method), header.err); err != nil {
		return nil, c.refuse(err.Error())
	}
	limit := newLimit(ctx, c.timeout)
	if c.tokens == nil {
		return c.exchange(limit, r, header, target)
	}
	token, failure := c.tokens.get(limit)
	if failure != nil {
		return nil, failure
	}
	response, failure := c.exchange(limit, r, c.tokens.authorized(header, token), target)
	if failure == nil && response.Status == http.StatusUnauthorized {
		c.tokens.refused(token)
	}
	return response, failure
}

// exchange makes a request and follows one redirect.
func (c *Client) exchange(limit *limit, r Request, header *header, target *url.URL) (*Response, *Failure) {
	response, failure := c.roundTrip(limit, r, header, target)
	if failure != nil || response.Status != http.StatusTemporaryRedirect && response.Status != http.StatusPermanentRedirect {
		return response, failure
	}
	next := sameOrigin(target, response.Header.Get("Location"))
	if next == nil {
		return response, nil
	}
	response, failure = c.roundTrip(limit, r, header, next)
	if failure != nil {
		failure.Attempts++
		return nil, failure
	}
	response.Attempts++
	return response, nil
}

func (c *Client) roundTrip(limit *limit, r Request, header *header, target *url.URL) (response *Response, failure *Failure) {
	request := newRequest(r, header.own, target)
	if logs(limit.ctx) {
		begin := time.Now()
		defer func() { c.log(limit.ctx, request, len(r.Body), response, failure, time.Since(begin)) }()
	}
	reply, a, err := c.send(limit, request, header.zipped)
	if err != nil {
		return nil, c.failure(limit, a, a.maybeSent(), "", err)
	}
	defer func() { _ = reply.Body.Close() }()
	a.served()
	body, err := readBody(request, reply, c.limit)
	if err != nil {
		return nil, c.failure(limit, a, true, "the response (HTTP "+reply.Status+") could not be read: ", err)
	}
	response = &Response{
		Status: reply.StatusCode, Header: reply.Header, Body: body, Attempts: 1,
		secrets: c.secrets, encoding: unasked(header.own, reply),
	}
	if reply.StatusCode >= http.StatusBadRequest {
		response.address, response.proxy = c.address(target), c.proxyName(request)
	}
	return response, nil
}

func newRequest(r Request, header http.Header, target *url.URL) *http.Request {
	request := &http.Request{
		Method: cmp.Or(r.Method, http.MethodGet), URL: target, Host: target.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: http.NoBody,
	}
	if len(r.Body) > 0 {
		request.ContentLength = int64(len(r.Body))
		request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.Body)), nil }
	}
	return request
}

var errTooLarge = errors.New("it is larger than the limit")

// readBody reads the whole body, so that the connection can be used again. It fails if the body exceeds the limit.
func readBody(request *http.Request, reply *http.Response, limit int64) ([]byte, error) {
	switch n := reply.ContentLength; {
	case request.Method == http.MethodHead: // Content-Length is that of the response to GET
		return nil, nil
	case reply.StatusCode == http.StatusSwitchingProtocols: // what follows is not HTTP
		return nil, nil
	case n > limit:
		return nil, errTooLarge
	case n > 0:
		body := make([]byte, n)
		_, err := io.ReadFull(reply.Body, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(reply.Body, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = errTooLarge
	}
	return body, err
}
