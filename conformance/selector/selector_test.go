// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package selector

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, id string
		want        bool
	}{
		{"send/list/fidelity", "send/list/fidelity", true},
		{"send/list/fidelity", "send/list/fidelity-values", false},
		{"send/*/fidelity", "send/list/fidelity", true},
		{"send/*", "send/list/fidelity", false},
		{"send/**", "send/list/fidelity", true},
		{"**", "send/list/fidelity", true},
		{"**/fidelity", "send/list/fidelity", true},
		{"**/list/**", "send/list/fidelity", true},
		{"send/**/fidelity", "send/fidelity", true},
		{"send/li*/fid*ty", "send/list/fidelity", true},
		{"send/li*x/fidelity", "send/list/fidelity", false},
		{"", "send/list/fidelity", false},
		{"*", "proto", true},
	}
	for _, test := range tests {
		t.Run(test.pattern+" "+test.id, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, Match(test.pattern, test.id))
		})
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	ids := []string{"leak/fds", "send/list/fidelity", "send/text/minimal", "cap/undeclared-refused/list"}
	chosen, err := Select(ids, []string{"send/**", "leak/*"})
	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"send/list/fidelity": true, "send/text/minimal": true, "leak/fds": true}, chosen)

	tests := map[string]string{
		"send/list/fidelty":      "did you mean send/list/fidelity",
		"fidelity":               "did you mean send/list/fidelity",
		"cap/undeclared-refused": "did you mean cap/undeclared-refused/list",
		"zzzzzzzzzzzzzzz":        "wahost conformance list",
	}
	for pattern, want := range tests {
		t.Run(pattern, func(t *testing.T) {
			t.Parallel()
			_, err := Select(ids, []string{"leak/fds", pattern})
			assert.ErrorContains(t, err, want)
		})
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, two, none := filepath.Join(dir, "one"), filepath.Join(dir, "two"), filepath.Join(dir, "none")
	require.NoError(t, os.WriteFile(one, []byte("# comment\nsend/**\n\nleak/* # behind\n"), 0o600))
	require.NoError(t, os.WriteFile(two, []byte("proto/*"), 0o600))
	require.NoError(t, os.WriteFile(none, []byte("# nothing\n"), 0o600))
	got, err := Expand([]string{"@" + one, "cap/*", "@" + two})
	require.NoError(t, err)
	assert.Equal(t, []string{"send/**", "leak/*", "cap/*", "proto/*"}, got, "all files are read")
	for _, bad := range []string{none, filepath.Join(dir, "missing")} {
		_, err := Expand([]string{"@" + bad})
		assert.ErrorContains(t, err, "selectors: ")
	}
}
