// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"
)

const (
	connectTimeout   = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	// Vendors close idle connections too, some after a minute. Close them earlier.
	idleTimeout = 30 * time.Second
	// maxHeaderBytes bounds the headers of a response.
	maxHeaderBytes = 64 << 10
)

// send makes a request over the pool, or with net/http if the pool cannot make it. The body of the response must be closed.
// The attempt says how far the request came, also if there is an error. The headers that ask for gzip are nil if the request must not.
func (c *Client) send(limit *limit, request *http.Request, zipped http.Header) (*http.Response, *attempt, error) {
	if err := limit.err(); err != nil {
		return nil, &attempt{}, err
	}
	if c.pool != nil && !c.pool.onlyHTTP2.Load() {
		if proxy, err := c.proxy(request); proxy == nil && err == nil {
			a := &attempt{}
			own := request.Header
			reply, err := c.pool.roundTrip(limit, a, request, zipped)
			if !a.refusedHTTP1(err) {
				return reply, a, err
			}
			c.pool.onlyHTTP2.Store(true)
			request.Header = own
		}
	}
	a := &attempt{}
	ctx, cancel := limit.timed()
	traced := request.WithContext(httptrace.WithClientTrace(withAttempt(ctx, a), a.trace()))
	switch request.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		// When a connection breaks, the transport repeats these methods, although the vendor may have acted on the
		// request. It does not repeat a request that may have a body. With other methods such a body would be sent.
		traced.Body = io.NopCloser(strings.NewReader(""))
	}
	if request.GetBody != nil {
		traced.Body, _ = request.GetBody()
	}
	reply, err := c.transport.RoundTrip(traced)
	if err != nil {
		cancel()
		return nil, a, err
	}
	reply.Body = &timedBody{reply.Body, cancel}
	return reply, a, nil
}

func newTransport(conns int, disableKeepAlives bool) *http.Transport {
	return &http.Transport{
		DialContext:            newDial(),
		OnProxyConnectResponse: proxyConnected,
		TLSClientConfig:        newTLSConfig(),
		TLSHandshakeTimeout:    handshakeTimeout,
		ForceAttemptHTTP2:      !disableKeepAlives,
		DisableKeepAlives:      disableKeepAlives,
		MaxIdleConns:           conns,
		MaxIdleConnsPerHost:    conns,
		MaxResponseHeaderBytes: maxHeaderBytes,
		IdleConnTimeout:        idleTimeout,
	}
}

// newDial returns the function that makes connections.
func newDial() func(context.Context, string, string) (net.Conn, error) {
	return watch((&net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}).DialContext)
}
