// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
)

// TestQuick checks that a quick run leaves out the checks that are slow or run alone, and says so.
func TestQuick(t *testing.T) {
	t.Parallel()
	o := options(t, "proto/identity", "proto/large-message", "perf/baseline")
	o.Quick = true
	rep, err := runner.Run(t.Context(), o)
	require.NoError(t, err)
	status := map[string]report.Status{}
	for _, res := range rep.Results {
		status[res.ID] = res.Status
	}
	assert.Equal(t, report.Pass, status["proto/identity"])
	assert.Equal(t, report.Skipped, status["proto/large-message"], "it is slow")
	assert.Equal(t, report.Skipped, status["perf/baseline"], "it runs alone")
	assert.Contains(t, rep.Run.Selectors, "quick")
	assert.Equal(t, report.Incomplete, rep.Verdict.Word)
	assert.False(t, rep.Verdict.Certifiable)
}
