// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"slices"
	"strings"

	"github.com/wahost/wahost/internal/trust"
)

// allowedEnv names the variables of the host's environment that a provider gets. It must not see credentials of other
// providers, of the shell or of the CI system, and nothing may make its runtime execute other code, as NODE_OPTIONS could.
var allowedEnv = []string{
	"PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "GODEBUG",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
	// Node uses the variables above only if this one is 1.
	"NODE_USE_ENV_PROXY",
	"SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
	"DENO_CERT", "DENO_TLS_CA_STORE",
	// EnvNetHTTP of sdk/vendorhttp.
	"WAHOST_NET_HTTP",
	// Whether the gateway traces a message, for TraceParent of sdk/provider.
	"OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG",
	// Windows cannot start programs without these.
	"SYSTEMROOT", "TEMP", "TMP",
}

// environment returns the part of the host's environment that a provider may see, and where the authorities of the system are.
func environment(host []string) []string { return environmentOf(host, trust.System()) }

// environmentOf is environment for a system whose file of authorities is given; it may be "".
func environmentOf(host []string, authorities string) []string {
	out := []string{}
	for _, kv := range host {
		if name, _, ok := strings.Cut(kv, "="); ok && slices.Contains(allowedEnv, name) {
			out = append(out, kv)
		}
	}
	return append(out, trust.Missing(out, authorities)...)
}
