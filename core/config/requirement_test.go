// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRequirementAllows(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		constraint, version string
		want                bool
	}{
		"fits":             {"~> 1.2", "1.9.0", true},
		"too-new":          {"~> 1.2", "2.0.0", false},
		"pre-release":      {">= 1.0", "1.1.0-rc1", false},
		"no-constraint":    {"", "dev", true},
		"not-a-version":    {">= 1.0", "dev", false},
		"not-a-constraint": {"new", "1.0.0", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, Requirement{Version: tt.constraint}.Allows(tt.version))
		})
	}
}
