// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
)

var update = flag.Bool("update", false, "write the report of the current format")

// TestGolden reads a report of each version of the format. Old ones are never written again: they show that what was published can
// be read. With -update the one of the current version is written.
func TestGolden(t *testing.T) {
	t.Parallel()
	current := "testdata/report-" + report.FormatVersion + ".json"
	want, err := one().JSON()
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(current, want, 0o600))
	}
	got, err := os.ReadFile(current)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "if the change is intended: go test ./conformance/report -run TestGolden -update")

	for file, word := range map[string]string{current: report.Nonconformant, "testdata/report-1.0.json": report.Conformant} {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		r, err := report.Read(data)
		require.NoError(t, err, file)
		assert.Equal(t, word, r.Verdict.Word, file)
		again, err := r.JSON()
		require.NoError(t, err)
		assert.Equal(t, string(data), string(again), "%s is kept byte for byte", file)
	}
}
