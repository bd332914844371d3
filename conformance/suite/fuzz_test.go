// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzKnownFailing reads whatever a list of known failures may hold.
func FuzzKnownFailing(f *testing.F) {
	f.Add("send/** \"no id\" T-1 2030-01-02\n# comment\n")
	f.Add("a \"\\xff\" b 0000-00-00\n")
	f.Add("** ** \"x\"")
	f.Fuzz(func(t *testing.T, data string) {
		path := filepath.Join(t.TempDir(), "known")
		require.NoError(t, os.WriteFile(path, []byte(data), 0o600))
		k, err := LoadKnownFailing(path)
		if err == nil && len(k.entries) == 0 {
			t.Fatal("an empty list was read")
		}
	})
}
