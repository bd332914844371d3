// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/release"
)

// TestEnvDir cannot run beside other tests, because it sets an environment variable.
func TestEnvDir(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(EnvDir, dir)
	path := filepath.Join(dir, release.Current().Program("acme"))
	require.NoError(t, os.WriteFile(path, nil, 0o755))
	found, err := Find("acme")
	require.NoError(t, err)
	assert.Equal(t, path, found)
	names, err := List()
	require.NoError(t, err)
	assert.Equal(t, []string{"acme"}, names)
	_, err = Find("other")
	require.ErrorContains(t, err, `provider "other" is not installed: there is no `+dir)
}

// TestBesideTheBinary: without the variable, both the folder "providers" and the folder of the program are searched.
func TestBesideTheBinary(t *testing.T) {
	t.Setenv(EnvDir, "")
	_, err := Find("acme")
	var missing *NotFoundError
	require.ErrorAs(t, err, &missing)
	self, err := os.Executable()
	require.NoError(t, err)
	beside := filepath.Dir(self)
	name := release.Current().Program("acme")
	assert.Equal(t, []string{filepath.Join(beside, "providers", name), filepath.Join(beside, name)}, missing.Paths)
	path := filepath.Join(beside, name)
	require.NoError(t, os.WriteFile(path, nil, 0o755))
	t.Cleanup(func() { assert.NoError(t, os.Remove(path)) })
	found, err := Find("acme")
	require.NoError(t, err)
	assert.Equal(t, path, found)
}
