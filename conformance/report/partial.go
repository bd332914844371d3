// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import "slices"

// Partial is the verdict over what was run alone, as if the plan had had nothing else. It tells whether a narrowed run
// found anything wrong, and is never certifiable; the verdict of the report stays incomplete.
func (r *Report) Partial() Verdict {
	part := *r
	part.Run.Selectors = nil
	part.Results = slices.Clone(r.Results)
	left := map[string]bool{}
	part.Results = slices.DeleteFunc(part.Results, func(res Result) bool {
		left[res.ID] = res.Status == Skipped
		return left[res.ID]
	})
	part.Planned = slices.DeleteFunc(slices.Clone(r.Planned), func(id string) bool { return left[id] })
	v := part.judge(func(Result) bool { return true })
	v.Certifiable = false
	return v
}
