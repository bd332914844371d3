// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
)

// TestDigestDoesNotDependOnIsolation runs the same checks with one seed, isolated and not. They need no file of this system, so that
// each of them has the same status.
func TestDigestDoesNotDependOnIsolation(t *testing.T) {
	t.Parallel()
	run := func(mode isolation.Mode) *report.Report {
		o := options(t, "cap/declared-reaches-wire/*", "schema/*", "batch/order", "send/text/*", "send/list/*", "retry/at-most-once", "webhook/status-*")
		o.Seed, o.Quick, o.Isolation = 3, true, mode
		rep, err := runner.Run(t.Context(), o)
		require.NoError(t, err)
		return rep
	}
	alone, beside := run(isolation.Namespaces), run(isolation.None)
	require.Equal(t, string(isolation.Namespaces), alone.Run.Isolation)
	assert.Greater(t, alone.Verdict.Counts[report.Pass], 30)
	for i, res := range alone.Results {
		assert.Equal(t, beside.Results[i].Status, res.Status, "%s: %v", res.ID, res.Findings)
	}
	assert.Equal(t, beside.ResultDigest, alone.ResultDigest)
}
