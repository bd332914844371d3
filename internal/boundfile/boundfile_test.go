// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package boundfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(path, []byte("12345"), 0o600))
	data, err := Read(path, 5)
	require.NoError(t, err)
	require.Equal(t, "12345", string(data))
	_, err = Read(path, 4)
	require.EqualError(t, err, "read "+path+": it has more than 4 bytes")
	_, err = ReadRegular(dir, 4)
	require.EqualError(t, err, "read "+dir+": it is not an ordinary file")
	_, err = ReadRegular(filepath.Join(dir, "none"), 4)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = ReadRegular(os.DevNull, 4)
	require.ErrorContains(t, err, "not an ordinary file")
}
