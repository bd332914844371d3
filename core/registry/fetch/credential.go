// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/wahost/wahost/core/registry/source"
)

// tokenPrefix begins the names of the environment variables with the tokens of hosts.
const tokenPrefix = "WAHOST_TOKEN_"

// TokenVariable returns the name of the environment variable with the token of a host: upper case, with "_" for a dot, "__" for a dash and
// "___" for the colon before a port. Different hosts have different variables.
func TokenVariable(host string) string {
	return tokenPrefix + strings.ToUpper(strings.NewReplacer("-", "__", ".", "_", ":", "___").Replace(host))
}

// IsTokenVariable reports whether an environment variable has the token of a host.
func IsTokenVariable(name string) bool {
	return strings.HasPrefix(name, tokenPrefix) && name != tokenPrefix
}

// Authorize returns the value of the header Authorization for a host, or "" if nothing is known of it. The host has its port
// unless that is the one of HTTPS.
type Authorize func(host string) (string, error)

// WithCredentials returns a client that authorizes its requests. What is meant for one host goes to no other, also after a redirect, and
// nothing goes over a connection without TLS, except on the loopback interface.
func WithCredentials(client *http.Client, authorize Authorize) *http.Client {
	with := *client
	with.Transport = authorizingTransport{authorize, client.Transport}
	return &with
}

type authorizingTransport struct {
	authorize Authorize
	http.RoundTripper
}

// RoundTrip adds the header to a copy of the request, so that the client does not know it and cannot forward it.
func (t authorizingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" && !source.IsLoopback(r.URL.Hostname()) {
		return t.RoundTripper.RoundTrip(r)
	}
	value, err := t.authorize(hostOf(r.URL))
	if err != nil {
		return nil, permanentError{err}
	}
	if value != "" {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", value)
	}
	return t.RoundTripper.RoundTrip(r)
}

// hostOf returns the host of a URL, with its port unless that is the one of HTTPS.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	return host
}
