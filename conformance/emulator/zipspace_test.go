// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestZipSpace checks that the white space is one member, which ends where the next one begins.
func TestZipSpace(t *testing.T) {
	t.Parallel()
	for _, parts := range []int{2, 3, 5} {
		in := bytes.NewReader(append(zipSpace(parts), zip([]byte("{}"))...))
		z, err := gzip.NewReader(in)
		require.NoError(t, err)
		z.Multistream(false)
		got, err := io.ReadAll(z)
		require.NoError(t, err)
		require.Equal(t, strings.Repeat(" ", parts*spacePart), string(got))
		require.NoError(t, z.Reset(in))
		got, err = io.ReadAll(z)
		require.NoError(t, err)
		require.Equal(t, "{}", string(got))
	}
}
