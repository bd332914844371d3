// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/wahost/wahost/conformance/report"
)

// TestPartial: what was left out is no fault of the rest, and nothing else is excused.
func TestPartial(t *testing.T) {
	t.Parallel()
	left := set("proto/identity", report.Skipped)
	for name, tt := range map[string]struct {
		change func(*report.Report)
		want   string
	}{
		"nothing wrong":          {func(*report.Report) {}, report.Conformant},
		"a failure":              {set("send/text/minimal", report.Fail), report.Nonconformant},
		"blocked":                {set("send/text/minimal", report.Blocked), report.Incomplete},
		"advice":                 {set("schema/described", report.Fail), report.ConformantWithAdvice},
		"the proof was left out": {set("cap/undeclared-refused/list", report.Skipped), report.Incomplete},
		"interrupted":            {func(r *report.Report) { r.Run.Interrupted = true }, report.Incomplete},
		"a stray request": {func(r *report.Report) {
			r.Violations = []report.Violation{{Kind: report.Unattributed, Detail: "POST /"}}
		}, report.Nonconformant},
		"not recorded": {func(r *report.Report) { r.Planned = append(r.Planned, "send/text/full") }, report.Broken},
		"all left out": {func(r *report.Report) {
			for i := range r.Results {
				r.Results[i].Status = report.Skipped
			}
		}, report.Broken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := conformantReport()
			r.Run.Selectors = []string{"!proto/identity"}
			left(r)
			tt.change(r)
			r.Judge()
			assert.False(t, r.Verdict.OK(), "the verdict of a narrowed run is never conformant")
			got := r.Partial()
			assert.Equal(t, tt.want, got.Word, "%v", got.Reasons)
			assert.False(t, got.Certifiable)
			assert.Len(t, r.Results, 6, "the report is left as it is")
		})
	}
}
