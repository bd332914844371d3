// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
)

// tlsServer serves with a configuration, and counts requests.
func tlsServer(t *testing.T, config *tls.Config) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	var requests atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS, server.EnableHTTP2 = config, len(config.NextProtos) > 0
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, &requests
}

// trusting returns a client that trusts the server.
func trusting(t *testing.T, server *httptest.Server) *Client {
	t.Helper()
	c := newClient(t, server.URL)
	trust(c, server)
	return c
}

// trust makes a client trust the server, however it makes its requests.
func trust(c *Client, server *httptest.Server) {
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c.transport.TLSClientConfig.RootCAs = roots
	if c.pool != nil && c.pool.tls != nil {
		c.pool.tls.RootCAs = roots
	}
}

// What is wrong with TLS lasts until somebody acts, so it is one refusal.
func TestTLSIsRefusedOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config *tls.Config
		cause  string
	}{
		"TLS 1.0 only":                        {&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, "none of the TLS versions of this provider, which are 1.2 and 1.3"},
		"TLS 1.1 only":                        {&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, "none of the TLS versions of this provider, which are 1.2 and 1.3"},
		"client certificate, TLS 1.2":         {&tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}, "the vendor demands a client certificate"},
		"client certificate, TLS 1.3":         {&tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13}, "the vendor demands a client certificate"},
		"client certificate, HTTP/2, TLS 1.3": {&tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13, NextProtos: []string{"h2"}}, "the vendor demands a client certificate"},
		"no cipher in common":                 {&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}, "handshake failure"}, //nolint:gosec // the point of the test
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, requests := tlsServer(t, test.config)
			_, failure := trusting(t, server).PostJSON(t.Context(), "/x", 1)
			require.NotNil(t, failure)
			o := failure.Outcome()
			assert.Zero(t, requests.Load())
			if strings.Contains(name, "1.3") && o.Unknown != nil {
				// The connection can break before the alert is read. Then nothing proves that the vendor did not act.
				assert.Contains(t, o.Unknown.Cause, "client certificate")
				return
			}
			require.NotNil(t, o.Rejected, "%v", failure.Cause)
			assert.Equal(t, outcome.ReasonMisconfigured, o.Rejected.Reason)
			assert.Equal(t, outcome.RetryNever, o.Rejected.Retry)
			assert.Equal(t, outcome.ScopeAccount, o.Rejected.Scope)
			assert.Contains(t, failure.Cause.Error(), test.cause)
			assert.Contains(t, failure.Cause.Error(), "nothing was sent")
		})
	}
}

// A vendor may ask for a client certificate without demanding one.
func TestOptionalClientCertificate(t *testing.T) {
	t.Parallel()
	server, requests := tlsServer(t, &tls.Config{ClientAuth: tls.RequestClientCert})
	_, failure := trusting(t, server).PostJSON(t.Context(), "/x", 1)
	require.Nil(t, failure)
	assert.Equal(t, int32(1), requests.Load())
}

// A handshake that the network breaks may work the next time.
func TestBrokenHandshake(t *testing.T) {
	t.Parallel()
	address := rawServer(t, false, func(c *net.TCPConn) { _ = c.CloseWrite() })
	_, failure := newClient(t, "https"+address[4:]).PostJSON(t.Context(), "/x", 1)
	require.NotNil(t, failure)
	o := failure.Outcome()
	require.NotNil(t, o.Rejected)
	assert.Equal(t, outcome.ReasonVendorUnavailable, o.Rejected.Reason)
	assert.Equal(t, outcome.RetrySafe, o.Rejected.Retry)
}
