// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMisspeltVariables(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"WAHOST_CONFIG": "", "WAHOST_LOG": "", "WAHOST_LOG_PROVIDER_ACME": "", "WAHOST_VAR_confg": "", "WAHOST_VAR_": "", "PATH": "", "LOG": "",
		"WAHOST_MUTANT": "", "WAHOST_PROVIDER_COOKIE": "",
		"WAHOST_CONFIGS": "WAHOST_CONFIG", "WAHOST_CONFIG_DIR": "WAHOST_CONFIG", "WAHOST_LOGS": "WAHOST_LOG", "WAHOST_LOG_LEVEL": "",
		"WAHOST_PROVIDERS_DIR": "WAHOST_PROVIDER_DIR", "WAHOST_REATTACH_PROVIDER": "WAHOST_REATTACH_PROVIDERS",
		"WAHOST_VARS_token": "WAHOST_VAR_token", "WAHOSTVAR_token": "WAHOST_VAR_token", "WAHOST_LOGPATH": "WAHOST_LOG_PATH",
	} {
		require.Equal(t, want, misspelt(name), name)
	}
}
