// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/report"
)

// TestMutantsAndChecks: the commands name the checks of every mutant, and the mutants of every check that counts.
func TestMutantsAndChecks(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := command(t.Context(), "conformance", "mutants", "--json")
	require.Equal(t, cli.ExitOK, code, stderr)
	var listed struct {
		Mutants []struct {
			Name   string
			Checks []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &listed))
	assert.Len(t, listed.Mutants, len(reference.Mutants()))
	for _, m := range listed.Mutants {
		assert.NotEmpty(t, m.Checks, m.Name)
	}
	rows, err := checkRows(nil)
	require.NoError(t, err)
	for _, r := range rows {
		if r.State == "built" && r.Level != report.Info {
			assert.NotEmpty(t, r.Kills, r.ID)
		}
	}
}
