// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckProgram(t *testing.T) {
	t.Parallel()
	require.NoError(t, CheckProgram(badProvider))
	for name, tt := range map[string]struct{ text, say string }{
		"shell":     {"#!/bin/sh\nexec ./real\n", `is a script that "/bin/sh" runs`},
		"python":    {"#!/usr/bin/env python3\r\nimport x", `is a script that "/usr/bin/env python3" runs`},
		"no header": {"exec ./real\n", "is not an executable of a known form"},
		"empty":     {"", "is not an executable of a known form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "wahost-provider-x")
			require.NoError(t, os.WriteFile(path, []byte(tt.text), 0o700))
			err := CheckProgram(path)
			require.ErrorContains(t, err, tt.say)
			assert.ErrorContains(t, err, "PyInstaller")
		})
	}
}
