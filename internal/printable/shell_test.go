// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package printable

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShellWord(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"configs/main.wahost.hcl": "configs/main.wahost.hcl", "a,b-c_1": "a,b-c_1", "": "''", "my list.csv": "'my list.csv'",
		"it's": `'it'\''s'`, ";": "';'", "$(x)": "'$(x)'", "größe": "'größe'", "a\nb": "'a\nb'",
	} {
		require.Equal(t, want, ShellWord(in))
	}
}
