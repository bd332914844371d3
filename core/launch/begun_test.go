// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFilesOfBegunDeliveries checks that a process gets another file from time to time, and that no file is left.
func TestFilesOfBegunDeliveries(t *testing.T) {
	t.Parallel()
	p := &Process{begun: begunFiles{dir: t.TempDir()}}
	first := p.Begun(begunDeliveries - 1)
	second := p.Begun(1)
	require.Equal(t, first.Path(), second.Path())
	require.Nil(t, first.Deliveries(), "the provider did not write: nothing is known")
	require.NoError(t, os.WriteFile(first.Path(), []byte("begun\nid-1\nid-2\n"), 0o600))
	require.True(t, first.Deliveries()["id-2"])
	require.False(t, first.Deliveries()["id-3"])
	third := p.Begun(1)
	require.NotEqual(t, first.Path(), third.Path())
	first.End()
	require.FileExists(t, first.Path(), "the second call uses it")
	second.End()
	require.NoFileExists(t, first.Path())
	p.begun.end()
	require.FileExists(t, third.Path(), "the third call may read it after the end")
	third.End()
	require.NoFileExists(t, third.Path())
	require.Nil(t, p.Begun(1))
	var none *Begun
	require.Empty(t, none.Path())
	require.Nil(t, none.Deliveries())
	none.End()
}
