// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThriftIsForEachRuntime(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"GOMEMLIMIT=120795948", "NODE_OPTIONS=--max-old-space-size=32 --max-semi-space-size=1"}, Thrift(128<<20))
	require.Equal(t, []string{"GOMEMLIMIT=7549740", "NODE_OPTIONS=--max-old-space-size=16 --max-semi-space-size=1"}, Thrift(8<<20))
}

func TestTheEnvironmentOfAProvider(t *testing.T) {
	t.Parallel()
	const system, own = "/etc/ssl/certs/ca-certificates.crt", "/srv/ca.pem"
	for name, tt := range map[string]struct{ host, want []string }{
		"what is not allowed":      {[]string{"PATH=/bin", "API_KEY=secret", "NODE_OPTIONS=--require=x", "LD_PRELOAD=x"}, []string{"PATH=/bin", "NODE_EXTRA_CA_CERTS=" + system, "REQUESTS_CA_BUNDLE=" + system, "DENO_CERT=" + system}},
		"authorities of the owner": {[]string{"SSL_CERT_FILE=" + own}, []string{"SSL_CERT_FILE=" + own, "NODE_EXTRA_CA_CERTS=" + own, "REQUESTS_CA_BUNDLE=" + own, "DENO_CERT=" + own}},
		"those of one runtime":     {[]string{"NODE_EXTRA_CA_CERTS=" + own}, []string{"NODE_EXTRA_CA_CERTS=" + own, "REQUESTS_CA_BUNDLE=" + system, "DENO_CERT=" + system}},
		"those of curl":            {[]string{"CURL_CA_BUNDLE=" + own}, []string{"CURL_CA_BUNDLE=" + own, "NODE_EXTRA_CA_CERTS=" + system, "DENO_CERT=" + system}},
		"a folder of the owner":    {[]string{"SSL_CERT_DIR=/srv/ca"}, []string{"SSL_CERT_DIR=/srv/ca"}},
		"a runtime's own settings": {[]string{"SSL_CERT_DIR=/srv/ca", "NODE_USE_ENV_PROXY=1", "NODE_USE_SYSTEM_CA=1", "ALL_PROXY=socks5://x", "LC_ALL=C.UTF-8"}, []string{"SSL_CERT_DIR=/srv/ca", "NODE_USE_ENV_PROXY=1", "NODE_USE_SYSTEM_CA=1", "ALL_PROXY=socks5://x", "LC_ALL=C.UTF-8"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ElementsMatch(t, tt.want, environmentOf(tt.host, system))
		})
	}
	require.Equal(t, []string{"PATH=/bin"}, environmentOf([]string{"PATH=/bin"}, ""), "a system without such a file")
}
