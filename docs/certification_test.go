// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/reference/evidence"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/reports"
)

func wordsPart(words []report.Word) string {
	var rows [][]string
	for _, w := range words {
		rows = append(rows, []string{code(w.Word), w.Meaning})
	}
	return table([]string{"word", "means"}, rows)
}

func publishedMatrix(t *testing.T) reports.Matrix {
	t.Helper()
	all, err := reports.All()
	require.NoError(t, err)
	return reports.NewMatrix(all)
}

func matrixPart(t *testing.T) string { return publishedMatrix(t).Markdown() + "\n" }

// evidencePart returns a generator of a part of the page about evidence.
func evidencePart(part func(*evidence.Matrix) string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		m, err := evidence.Load()
		require.NoError(t, err)
		return part(m) + "\n"
	}
}

func evidenceSummary(t *testing.T) string {
	t.Helper()
	m, err := evidence.Load()
	require.NoError(t, err)
	text, err := m.Summary()
	require.NoError(t, err)
	return text + "\n"
}

// TestMatrixPage compares the page with the published reports. With -update it writes the page.
func TestMatrixPage(t *testing.T) {
	t.Parallel()
	const page = "certification/matrix.html"
	fresh, err := publishedMatrix(t).HTML()
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(page, fresh, 0o600))
	}
	written, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Equal(t, string(fresh), string(written), "%s is stale: run make docs", page)
}
