// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
)

// through makes a client use a proxy.
func through(c *Client, proxy string, err error) *Client {
	u, parseErr := url.Parse(proxy)
	c.proxy = func(*http.Request) (*url.URL, error) { return u, errors.Join(err, parseErr) }
	return c
}

func TestProxies(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		scheme string
		status int
		reason outcome.Reason
		retry  outcome.Retry
		text   string
	}{
		"407 to a tunnel":  {"https", 407, outcome.ReasonMisconfigured, outcome.RetryNever, "answered HTTP 407 and wants a user name and a password"},
		"403 to a tunnel":  {"https", 403, outcome.ReasonMisconfigured, outcome.RetryNever, "does not connect to the vendor: it answered HTTP 403"},
		"502 to a tunnel":  {"https", 502, outcome.ReasonVendorUnavailable, outcome.RetrySafe, "does not connect to the vendor: it answered HTTP 502"},
		"407 to a request": {"http", 407, outcome.ReasonMisconfigured, outcome.RetryNever, "answered HTTP 407 and wants a user name and a password"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(test.status) }))
			t.Cleanup(proxy.Close)
			c := through(newClient(t, test.scheme+"://vendor.example"), "http://user:proxy-password@"+proxy.Listener.Addr().String(), nil)
			response, failure := c.PostJSON(t.Context(), "/x", 1)
			var o outcome.Outcome
			if failure != nil {
				o = failure.Outcome()
			} else {
				o = OutcomeForStatus(response)
			}
			require.NotNil(t, o.Rejected)
			assert.Equal(t, test.reason, o.Rejected.Reason)
			assert.Equal(t, test.retry, o.Rejected.Retry)
			assert.Contains(t, o.Rejected.Detail, "the proxy "+proxy.URL+" "+test.text)
			assert.NotContains(t, o.Rejected.Detail, "proxy-password")
		})
	}
}

func TestProxyThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	_, failure := through(newClient(t, "https://vendor.example"), gone.URL, nil).PostJSON(t.Context(), "/x", 1)
	require.NotNil(t, failure)
	assert.Equal(t, outcome.ReasonVendorUnavailable, failure.Outcome().Rejected.Reason)
	assert.Contains(t, failure.Cause.Error(), "the proxy cannot be reached")

	_, failure = through(newClient(t, "https://vendor.example"), "", errors.New(`invalid proxy address "://user:proxy-password@"`)).PostJSON(t.Context(), "/x", 1)
	require.NotNil(t, failure)
	assert.Equal(t, outcome.ReasonMisconfigured, failure.Outcome().Rejected.Reason)
	assert.Contains(t, failure.Cause.Error(), "HTTPS_PROXY")
	assert.NotContains(t, failure.Cause.Error(), "proxy-password")
}
