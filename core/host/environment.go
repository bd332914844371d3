// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/client"
)

// knownVariables are the environment variables of wahost with a fixed name.
var knownVariables = []string{
	"WAHOST_CONFIG", logVariable, logPathVariable, providerLogVariable, "WAHOST_PROVIDER_DIR", client.EnvReattach, "WAHOST_DISABLE_PLUGIN_TLS",
	"WAHOST_NET_HTTP", install.EnvCache, load.EnvUserFile,
}

// warnOfEnvironment warns of variables whose names are similar to those that wahost reads: what the user asked for with
// them does not happen.
func (h *Host) warnOfEnvironment() {
	for _, entry := range h.options.Env {
		name, _, _ := strings.Cut(entry, "=")
		if similar := misspelt(name); similar != "" {
			h.logger.Warn(fmt.Sprintf("the environment variable %s has no meaning. Did you mean %q?", name, similar))
		}
	}
}

// misspelt returns the name of the variable that a name was probably meant to be, or "" if no name is similar.
func misspelt(name string) string {
	if !strings.HasPrefix(name, "WAHOST") || slices.Contains(knownVariables, name) ||
		strings.HasPrefix(name, config.EnvPrefix) || fetch.IsTokenVariable(name) || strings.HasPrefix(name, providerLogVariable+"_") {
		return ""
	}
	for _, prefix := range []string{"WAHOST_VARS_", "WAHOSTVAR_", "WAHOST_VARIABLE_"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" {
			return config.EnvPrefix + rest
		}
	}
	if similar := suggest.Similar(name, knownVariables); len(similar) > 0 {
		return similar[0]
	}
	return ""
}
