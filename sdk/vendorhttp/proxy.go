// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// proxyError is the error of a proxy between provider and vendor. Nothing reached the vendor.
type proxyError struct {
	text string
	// lasts is true if the error lasts until somebody acts.
	lasts bool
}

func (e *proxyError) Error() string { return e.text }

// proxyVariables names the environment variables that choose the proxy.
const proxyVariables = "HTTPS_PROXY, HTTP_PROXY and NO_PROXY"

// nameOfProxy returns the URL of a proxy without its password.
func nameOfProxy(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
}

// proxyFor returns the proxy of a request, or nil if the request uses no proxy. The error of a variable that cannot be read quotes the variable, which
// may hold a password, so it is replaced.
func (c *Client) proxyFor(r *http.Request) (*url.URL, error) {
	proxy, err := c.proxy(r)
	if err != nil {
		return nil, &proxyError{"the proxy in the environment variables " + proxyVariables + " is not a URL", true}
	}
	return proxy, nil
}

// proxyName returns the name of the proxy of a request, or "" if the request uses no proxy.
func (c *Client) proxyName(r *http.Request) string {
	if proxy, err := c.proxy(r); err == nil && proxy != nil {
		return nameOfProxy(proxy)
	}
	return ""
}

// proxyConnected returns an error if a proxy refuses to connect to the vendor.
func proxyConnected(_ context.Context, proxy *url.URL, _ *http.Request, response *http.Response) error {
	switch status := response.StatusCode; status {
	case http.StatusOK:
		return nil
	case http.StatusProxyAuthRequired:
		return &proxyError{wantsPassword(nameOfProxy(proxy)), true}
	default:
		return &proxyError{
			fmt.Sprintf("the proxy %s does not connect to the vendor: it answered HTTP %d; check %s", nameOfProxy(proxy), status, proxyVariables),
			status < http.StatusInternalServerError && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout,
		}
	}
}

// wantsPassword is the text for a proxy, by its name, that answered 407.
func wantsPassword(proxy string) string {
	if proxy == "" {
		proxy = "between provider and vendor"
	}
	return fmt.Sprintf("the proxy %s answered HTTP 407 and wants a user name and a password; check %s", proxy, proxyVariables)
}

// unreachableProxy reports whether the connection to the proxy failed.
func unreachableProxy(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "proxyconnect"
}
