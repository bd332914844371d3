// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import "strings"

// OtherReasons returns the reasons of the verdict without those that only name a result that deviates, which Causes has.
func (r *Report) OtherReasons() []string {
	var out []string
	for _, v := range r.reasonViews() {
		if v.ID != "" {
			v.Text = v.ID + ": " + v.Text
		}
		out = append(out, v.Text)
	}
	return out
}

// reasonViews returns OtherReasons, each with the id of the check that it is about.
func (r *Report) reasonViews() []reasonView {
	deviates := map[string]bool{}
	for _, res := range r.Results {
		deviates[res.ID] = res.Deviates()
	}
	var out []reasonView
	for _, reason := range r.Verdict.Reasons {
		id, text, found := strings.Cut(reason, ": ")
		bad, known := deviates[id]
		switch {
		case !found || !known:
			out = append(out, reasonView{Text: reason})
		case !bad:
			out = append(out, reasonView{id, text})
		}
	}
	return out
}
