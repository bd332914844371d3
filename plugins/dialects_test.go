// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package plugins

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDialectsAreEmbedded checks that Dialects has the dialect and the schemas of each program, and what dialects share.
func TestDialectsAreEmbedded(t *testing.T) {
	t.Parallel()
	programs, err := filepath.Glob("*/wahost-provider-*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, programs)
	shared, err := filepath.Glob("internal/*/common.hcl")
	require.NoError(t, err)
	require.NotEmpty(t, shared)
	for _, program := range programs {
		folder := filepath.Dir(filepath.Dir(program))
		files, err := filepath.Glob(folder + "/schemas/*.json")
		require.NoError(t, err)
		for _, name := range append(append(files, folder+"/dialect.hcl"), shared...) {
			want, err := os.ReadFile(name)
			require.NoError(t, err)
			got, err := fs.ReadFile(Dialects, filepath.ToSlash(name))
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got), name)
		}
	}
}
