// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import "slices"

// Partial returns the verdict over the checks that were run, as if the plan contained no others. It shows whether a
// narrowed run found a deviation. It is never certifiable, and the verdict of the report stays incomplete.
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
