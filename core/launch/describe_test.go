//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// writeProgram writes a program while nothing is forked: a child would inherit the open file, and until it executes something
// the program could not be executed ("text file busy").
func writeProgram(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wahost-provider-x")
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	require.NoError(t, os.WriteFile(path, []byte(script), 0o700))
	return path
}

func TestDescribeTakesABoundedText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100)
	for name, tt := range map[string]struct{ script, say string }{
		"endless output": {"#!/bin/sh\nexec yes '[[[['\n", "describe: "},
		"much output":    {"#!/bin/sh\nhead -c 20000000 /dev/zero 2>/dev/null\nexit 0\n", "it prints more than 4194304 bytes"},
		"endless errors": {"#!/bin/sh\nyes " + long + " | head -c 5000000 >&2\nexit 3\n", "exit status 3"},
		"deep JSON":      {"#!/bin/sh\nhead -c 100000 /dev/zero | tr '\\0' '['\n", "not the expected JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := writeProgram(t, tt.script)
			_, err := Describe(t.Context(), path)
			require.ErrorContains(t, err, path+" describe: ")
			require.ErrorContains(t, err, tt.say)
			require.Less(t, len(err.Error()), 1000)
		})
	}
}

func TestALongHandshakeLineIsNoHandshake(t *testing.T) {
	t.Parallel()
	l, _ := newLauncher(t)
	path := writeProgram(t, "#!/bin/sh\nhead -c 50000000 /dev/zero | tr '\\0' '1'\nexec sleep 60\n")
	_, err := l.Start(t.Context(), Spec{Name: "x", Path: path, StartTimeout: limit})
	var failed *StartError
	require.ErrorAs(t, err, &failed)
	require.Less(t, len(err.Error()), 2000)
}
