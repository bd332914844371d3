// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"strings"
	"time"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/internal/printable"
)

// mostCauses is how many causes are shown. Advice is always shown whole.
const mostCauses = 20

// plainWidth is where lines end that do not go to a terminal.
const plainWidth = 120

// printVerdict prints the end of a run: the verdict and the counts of all statuses, each cause once with the checks that show
// it, all advice, and what else keeps the provider from a certificate.
func printVerdict(w *cli.Output, r *report.Report) {
	fmt.Fprintf(w, "\n%s", r.Verdict.Word)
	for _, s := range report.Statuses() {
		fmt.Fprintf(w, "  %s %d", s, r.Verdict.Counts[s])
	}
	fmt.Fprintf(w, "  in %s\n", r.Run.Duration.Round(100*time.Millisecond))
	left := 0
	for i, c := range r.Causes() {
		if i >= mostCauses && c.Effect() != report.Advises {
			left++
			continue
		}
		printCause(w, c)
	}
	if left > 0 {
		fmt.Fprintf(w, "  and %d more causes, in the report\n", left)
	}
	if !r.Verdict.OK() || r.Run.Mode == report.ModeCertified || r.Run.LimitsChanged {
		for _, reason := range r.OtherReasons() {
			fmt.Fprintf(w, "  %s\n", printable.Line(reason))
		}
	}
	for _, line := range r.Basis().Lines {
		fmt.Fprintf(w, "rests on       %s\n", printable.Line(line))
	}
	var profiles []string
	for _, p := range r.Profiles {
		profiles = append(profiles, p.Name+" "+p.Word)
	}
	fmt.Fprintf(w, "profiles       %s\nresult digest  %s\n", strings.Join(profiles, ", "), r.ResultDigest)
}

// printCause prints a cause and the checks that show it.
func printCause(w *cli.Output, c report.Cause) {
	if len(c.Members) == 1 {
		fmt.Fprintf(w, "  %s: %s %s\n", c.Effect(), printable.Line(c.First().ID), c.First().Status)
		return
	}
	what := c.At
	if what == "" {
		what = c.First().ID
	}
	fmt.Fprintf(w, "  %s: %s, in %d checks\n", c.Effect(), printable.Line(what), len(c.Members))
	width := w.Width()
	if width == 0 {
		width = plainWidth
	}
	line := "   "
	for i, m := range c.Members {
		word := " " + printable.Line(m.ID)
		if i < len(c.Members)-1 {
			word += ","
		}
		if len(line)+len(word) > width && len(line) > 3 {
			fmt.Fprintln(w, line)
			line = "   "
		}
		line += word
	}
	fmt.Fprintln(w, line)
}
