// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/report"
)

// TestMatrix: no mutant is without a check, and no check that counts is without a mutant.
func TestMatrix(t *testing.T) {
	t.Parallel()
	m, err := Load()
	require.NoError(t, err)
	for _, mutant := range reference.Mutants() {
		assert.NotEmpty(t, m.Finders[mutant.Name], "no check finds %s", mutant.Name)
	}
	for id, c := range m.Checks {
		if !c.Provisional && c.Level != report.Info {
			assert.NotEmpty(t, m.Mutants(id), "%s finds no mutant", id)
		}
	}
	assert.Contains(t, m.Mutants("send/list/fidelity"), "drops-footer")
}

func TestFamily(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"send/list/fidelity": "send/*/fidelity", "send/media/size": "send/media/size", "error/dialect-table/rate": "error/dialect-table/*", "retry/bounded": "retry/bounded",
	} {
		assert.Equal(t, want, Family(id))
	}
}
