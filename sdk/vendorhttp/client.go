// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package vendorhttp is the HTTP client that every vendor plugin should use.
//
// It knows what a plain http.Client does not tell: whether a request that failed may have reached the vendor. That
// is the difference between a message that can safely be sent again and one that might arrive twice. It bounds
// time and bodies, never forwards credentials to another host, never turns a POST into a GET, and takes secrets
// out of every text that it gives.
//
// It never retries and never sleeps: the host does.
package vendorhttp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/internal/redact"
)

// The defaults of Options.
const (
	DefaultTimeout          = 30 * time.Second
	DefaultMaxResponseBytes = 1 << 20
	DefaultMaxConns         = 256
)

// contentTypeJSON is what PostJSON sends where Options.Header has no Content-Type.
const contentTypeJSON = "application/json"

// Options make a Client. Only Endpoint is required.
type Options struct {
	// Endpoint is the vendor's base URL; CheckEndpoint says what is allowed.
	Endpoint string
	// Timeout bounds a whole request, from dialling to the last byte of the answer; 0 for DefaultTimeout.
	Timeout time.Duration
	// Header goes with every request: credentials, Content-Type.
	Header http.Header
	// Secrets must never show: they are replaced in every text that the client gives.
	Secrets []string
	// MaxResponseBytes bounds an answer's body after decompression; 0 for DefaultMaxResponseBytes.
	MaxResponseBytes int64
	// MaxConns is how many idle connections are kept; 0 for DefaultMaxConns. Connections in use are not bounded:
	// the channel's MaxConcurrency bounds requests.
	MaxConns int
	// UserAgent defaults to "wahost".
	UserAgent string
}

// Client makes requests to one vendor endpoint. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	timeout   time.Duration
	header    http.Header // goes with every request; never changed
	jsonOnly  http.Header // the same with a Content-Type: what nearly every request needs
	limit     int64
	transport *http.Transport
	secrets   *redact.Set
}

// Request is one HTTP request.
type Request struct {
	Method string
	// Path is put below the endpoint. It begins with "/" and may have a query.
	Path string
	// Header goes on top of Options.Header; nil for nothing more.
	Header http.Header
	// ContentType of the body; empty for that of the headers.
	ContentType string
	Body        []byte
}

// Response is a complete answer of the vendor, whatever its status.
type Response struct {
	Status int
	Header http.Header
	// Body is as the vendor sent it: what leaves the plugin must go through Client.Redact.
	Body []byte
	// Attempts is the number of requests that were made: 2 where a redirect was followed.
	Attempts int

	secrets *redact.Set
}

// New makes a client. It does not touch the network.
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
	header.Set("User-Agent", orDefault(o.UserAgent, "wahost"))
	jsonOnly := header.Clone()
	if jsonOnly.Get("Content-Type") == "" {
		jsonOnly.Set("Content-Type", contentTypeJSON)
	}
	conns := orDefault(o.MaxConns, DefaultMaxConns)
	return &Client{
		base:     base,
		timeout:  orDefault(o.Timeout, DefaultTimeout),
		header:   header,
		jsonOnly: jsonOnly,
		limit:    orDefault(o.MaxResponseBytes, DefaultMaxResponseBytes),
		secrets:  redact.New(o.Secrets...),
		transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            watch((&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext),
			TLSHandshakeTimeout:    10 * time.Second,
			ForceAttemptHTTP2:      true,
			MaxIdleConns:           conns,
			MaxIdleConnsPerHost:    conns,
			MaxResponseHeaderBytes: 64 << 10,
			// Vendors close idle connections too, some after a minute: be first.
			IdleConnTimeout: 30 * time.Second,
		},
	}, nil
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// Close drops idle connections.
func (c *Client) Close() error {
	c.transport.CloseIdleConnections()
	return nil
}

// Redact takes the secrets out of a text.
func (c *Client) Redact(text string) string { return c.secrets.Redact(text) }

// PostJSON posts the JSON of body. Exactly one of the results is nil.
func (c *Client) PostJSON(ctx context.Context, path string, body any) (*Response, *Failure) {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return nil, c.refuse("the request cannot be written as JSON: " + err.Error())
	}
	return c.do(ctx, Request{Method: http.MethodPost, Path: path, Body: bytes.TrimSuffix(buf.Bytes(), []byte("\n"))}, c.jsonOnly)
}

// Do makes a request. Exactly one of the results is nil. A redirect with status 307 or 308 to the same scheme, host
// and port is followed once; every other redirect is a Response for the caller to judge.
func (c *Client) Do(ctx context.Context, r Request) (*Response, *Failure) {
	return c.do(ctx, r, c.headerFor(r))
}

func (c *Client) do(ctx context.Context, r Request, header http.Header) (*Response, *Failure) {
	target, err := resolve(c.base, r.Path)
	if err != nil {
		return nil, c.refuse(err.Error())
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()

	response, failure := c.roundTrip(ctx, r, header, target)
	if failure != nil || response.Status != http.StatusTemporaryRedirect && response.Status != http.StatusPermanentRedirect {
		return response, failure
	}
	next := sameOrigin(target, response.Header.Get("Location"))
	if next == nil {
		return response, nil
	}
	response, failure = c.roundTrip(ctx, r, header, next)
	if failure != nil {
		failure.Attempts++
		return nil, failure
	}
	response.Attempts++
	return response, nil
}

func (c *Client) roundTrip(ctx context.Context, r Request, header http.Header, target *url.URL) (*Response, *Failure) {
	f := newFlight()
	request := (&http.Request{
		Method: r.Method, URL: target, Host: target.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: http.NoBody,
	}).WithContext(httptrace.WithClientTrace(ctx, &f.trace))
	switch {
	case len(r.Body) > 0:
		request.ContentLength = int64(len(r.Body))
		request.Body = io.NopCloser(bytes.NewReader(r.Body))
		request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.Body)), nil }
	case r.Method == http.MethodGet, r.Method == http.MethodHead, r.Method == http.MethodOptions:
		// The transport makes these again when their connection breaks, though the vendor may have acted on them; it does
		// not where there may be a body. With other methods that would show on the wire.
		request.Body = io.NopCloser(strings.NewReader(""))
	}
	answer, err := c.transport.RoundTrip(request)
	if err != nil {
		return nil, c.failure(ctx, f.maybeSent(), "", err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := readBody(answer, c.limit)
	if err != nil {
		return nil, c.failure(ctx, true, "the answer (HTTP "+answer.Status+") could not be read: ", err)
	}
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: body, Attempts: 1, secrets: c.secrets}, nil
}

// headerFor gives the client's own headers, not to be changed, where the request adds none.
func (c *Client) headerFor(r Request) http.Header {
	if len(r.Header) == 0 && r.ContentType == "" {
		return c.header
	}
	header := c.header.Clone()
	merge(header, r.Header)
	if r.ContentType != "" {
		header.Set("Content-Type", r.ContentType)
	}
	return header
}

// merge puts the headers of more into header. Those with which the transport would make a request again by itself, when
// its connection breaks, are spelled so that it does not recognize them; to a server case makes no difference (RFC 9110,
// section 5.1).
func merge(header, more http.Header) {
	for name, values := range more {
		name = http.CanonicalHeaderKey(name)
		if name == "Idempotency-Key" || name == "X-Idempotency-Key" {
			name = strings.ToLower(name)
		}
		header[name] = slices.Clone(values)
	}
}

var errTooLarge = errors.New("it is larger than the limit")

// readBody reads to the end, so that the connection can be used again, or fails.
func readBody(answer *http.Response, limit int64) ([]byte, error) {
	switch n := answer.ContentLength; {
	case n > limit:
		return nil, errTooLarge
	case n > 0:
		body := make([]byte, n)
		_, err := io.ReadFull(answer.Body, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = errTooLarge
	}
	return body, err
}
