// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzPluginFile reads files of any content as a PLUGIN.hcl.
func FuzzPluginFile(f *testing.F) {
	f.Add(`organisation = "${1e333333339}"`)
	f.Add("organisation = \"a\"\ncontact = \"mailto:a@b\"\nurl = \"https://a\"\nlicence = \"MIT\"\nsupport = \"None.\"\n")
	f.Fuzz(func(t *testing.T, data string) {
		path := filepath.Join(t.TempDir(), "PLUGIN.hcl")
		require.NoError(t, os.WriteFile(path, []byte(data), 0o600))
		_, _ = readPluginFile(path)
	})
}
