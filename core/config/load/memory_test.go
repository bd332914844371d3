// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseMemory(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"64MiB": 64 << 20, "512 MiB": 512 << 20, "2GiB": 2 << 30, "1024GiB": 1 << 40,
		"63MiB": 0, "1025GiB": 0, "512": 0, "512MB": 0, "-1GiB": 0, "1.5GiB": 0, "0MiB": 0, "9999999GiB": 0, "99999999GiB": 0, "512mib": 0, " 512MiB": 0,
	} {
		got, ok := parseMemory(text)
		require.Equal(t, want > 0, ok, text)
		if ok {
			require.Equal(t, want, got, text)
		}
	}
}
