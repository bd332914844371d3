// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A full disk is noticed only by who writes, so Ping writes.
func TestPingWrites(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "w.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for want := range 3 {
		var times int
		require.NoError(t, s.read.QueryRowContext(t.Context(), `SELECT times FROM probe`).Scan(&times))
		require.Equal(t, want, times)
		require.NoError(t, s.Ping(t.Context()))
	}
}
