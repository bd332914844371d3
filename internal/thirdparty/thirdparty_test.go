// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package thirdparty

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write THIRD_PARTY_LICENSES.md")

func TestListing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("lists what programs of every platform have")
	}
	const file = "../../THIRD_PARTY_LICENSES.md"
	want, err := Listing(t.Context(), "../..")
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
		return
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	if string(got) != want {
		t.Errorf("THIRD_PARTY_LICENSES.md is out of date: run %s", Update)
	}
}

func TestClassify(t *testing.T) {
	t.Parallel()
	own, err := os.ReadFile("../../LICENSE")
	require.NoError(t, err)
	tests := map[string]struct {
		content  string
		licences []string
		err      string
	}{
		"allowed":     {string(own), []string{"Apache-2.0"}, ""},
		"not allowed": {gpl, nil, "not one of the allowed ones"},
		"no licence":  {"All rights reserved.", nil, "is not recognised"},
		"empty":       {"", nil, "is not recognised"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "LICENSE"), []byte(tt.content), 0o600))
			var m Module
			require.NoError(t, m.read(dir, nil))
			err := m.check(dir)
			if tt.err != "" {
				assert.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.licences, m.Licences)
		})
	}
}

// gpl is the notice by which a program is put under the GPL.
const gpl = `This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public
License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.

This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.

You should have received a copy of the GNU General Public License along with this program. If not, see
<https://www.gnu.org/licenses/>.`

func TestRepository(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "github.com/hashicorp/hcl", repository("github.com/hashicorp/hcl/v2"))
	assert.Equal(t, "github.com/a/b", repository("github.com/a/b"))
	assert.Equal(t, "go.example/x/v2", repository("go.example/x/v2"))
}
