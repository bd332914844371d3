// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package thirdparty

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadModule(t *testing.T) {
	t.Parallel()
	own, err := os.ReadFile("../../LICENSE")
	require.NoError(t, err)
	cache := t.TempDir()
	write := func(path, content string) {
		path = filepath.Join(cache, filepath.FromSlash(path))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	write("example.com/!a@v1.0.0/LICENSE", string(own))
	write("example.com/!a@v1.0.0/NOTICE", "a notice")
	write("example.com/!a@v1.0.0/sub/COPYING", "All rights reserved.")
	write("example.com/!a@v1.0.0/testdata/LICENSE", gpl)
	write("example.com/!a@v1.0.0/vendor/x/LICENSE", gpl)
	write("local/LICENSE", "Copyright")

	m, err := readModule(cache, &debug.Module{Path: "example.com/A", Version: "v1.0.0"}, &debug.Module{Path: "example.com/A", Version: "v1.0.0"})
	require.NoError(t, err)
	require.Equal(t, []string{"Apache-2.0"}, m.Licences)
	var names []string
	for _, text := range m.texts {
		names = append(names, text.name)
	}
	require.Equal(t, []string{"LICENSE", "NOTICE", "sub/COPYING"}, names)

	local, err := readModule(cache, &debug.Module{Path: "example.com/b", Version: "v1.0.0"}, &debug.Module{Path: filepath.Join(cache, "local")})
	require.NoError(t, err)
	require.Empty(t, local.Licences)
	got := (&Build{Modules: []Module{*m, *local}, standard: Module{Path: "Go's standard library"}}).Listing()
	require.Contains(t, got, "| example.com/A | v1.0.0 | Apache-2.0 |\n| example.com/b | v1.0.0 | see its text below |\n")
	require.Contains(t, got, "example.com/A (NOTICE):\n\n~~~~text\na notice\n")

	_, err = readModule(cache, &debug.Module{Path: "example.com/c", Version: "v1.0.0"}, &debug.Module{Path: "example.com/c", Version: "v1.0.0"})
	require.ErrorContains(t, err, "the licences of example.com/c v1.0.0 cannot be read, because its source is not in "+filepath.Join(cache, "example.com", "c@v1.0.0"))
}

// TestReadBuild reads the modules of a program that was built here.
func TestReadBuild(t *testing.T) {
	t.Parallel()
	modules, err := linked(t.Context(), "../..")
	require.NoError(t, err)
	build := &debug.BuildInfo{}
	for _, m := range modules {
		build.Deps = append(build.Deps, &debug.Module{Path: m.Path, Version: m.Version})
	}
	b, err := ReadBuild(t.Context(), []*debug.BuildInfo{build, build})
	require.NoError(t, err)
	require.Len(t, b.Modules, len(modules))
	for i, m := range modules {
		require.Equal(t, m.Path, b.Modules[i].Path)
		require.Subset(t, b.Modules[i].Licences, m.Licences, m.Path)
	}
}
