// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/internal/testbin"
)

func TestTest(t *testing.T) {
	const name = "wahost-provider-acme"
	dir := t.TempDir()
	require.NoError(t, testbin.Into(t.Context(), dir, testbin.Flags(), map[string]string{"github.com/wahost/wahost/conformance/reference/" + name: name}))
	rep := Test(t, Options{Command: filepath.Join(dir, name), Dialect: "reference/dialect.hcl", Selectors: []string{"schema/*", "send/text/minimal", "cap/undeclared-refused/*"}})
	assert.Positive(t, rep.Verdict.Counts[report.Pass])
	assert.Positive(t, rep.Verdict.Counts[report.NA])
	assert.Zero(t, rep.Verdict.Counts[report.Fail])
}

// TestOutcome says what each status makes of a subtest.
func TestOutcome(t *testing.T) {
	t.Parallel()
	for _, status := range report.Statuses() {
		res := report.Result{Status: status, Level: report.Core, Requirement: "it works"}
		got := outcome(res)
		switch status {
		case report.Pass:
			assert.Equal(t, told{}, got)
		case report.NA:
			assert.True(t, got.skip && !got.failed, status)
		default:
			assert.True(t, got.failed, status)
		}
		for _, change := range []func(*report.Result){
			func(r *report.Result) { r.Provisional = true },
			func(r *report.Result) { r.Level = report.Rec },
			func(r *report.Result) { r.Level = report.Info },
		} {
			mild := res
			change(&mild)
			assert.False(t, outcome(mild).failed, "%s of a check without effect", status)
		}
	}
}
