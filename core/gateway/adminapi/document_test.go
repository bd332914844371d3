// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

var update = flag.Bool("update", false, "write openapi.json")

// The document that clients are made from is in the repository, so that each change of it is seen.
func TestDocument(t *testing.T) {
	t.Parallel()
	got, err := adminapi.Document()
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("openapi.json", got, 0o644)) //nolint:gosec // everybody may read it
	}
	want, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "run: go test ./core/gateway/adminapi -run TestDocument -update")
}
