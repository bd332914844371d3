// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"slices"
	"strings"
)

// allowedEnv names the variables of the host's environment that a provider gets. It must not see credentials of other
// providers, of the shell or of the CI system.
var allowedEnv = []string{
	"PATH", "HOME", "TMPDIR", "TZ", "LANG", "GODEBUG",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
	"SSL_CERT_FILE", "SSL_CERT_DIR",
	// EnvNetHTTP of sdk/vendorhttp.
	"WAHOST_NET_HTTP",
	// Windows cannot start programs without these.
	"SYSTEMROOT", "TEMP", "TMP",
}

// environment returns the part of the host's environment that a provider may see.
func environment(host []string) []string {
	out := []string{}
	for _, kv := range host {
		if name, _, ok := strings.Cut(kv, "="); ok && slices.Contains(allowedEnv, name) {
			out = append(out, kv)
		}
	}
	return out
}
