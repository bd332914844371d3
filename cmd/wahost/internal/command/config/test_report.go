// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/host"
)

// The statuses of a test.
const (
	statusPass = "pass"
	statusFail = "fail"
)

// testReport is the output of `test --json`.
type testReport struct {
	Format string       `json:"format_version"`
	Passed int          `json:"passed"`
	Failed int          `json:"failed"`
	Tests  []testResult `json:"tests"`
}

// testResult is the result of one test.
type testResult struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Status string `json:"status"`
	// Differences are between what is expected and what would happen.
	Differences []difference  `json:"differences"`
	Got         testGot       `json:"got"`
	Missed      []missedRoute `json:"missed_routes,omitempty"`
	Why         []string      `json:"why,omitempty"`
}

// difference is an argument of expect that does not hold.
type difference struct {
	Argument string `json:"argument"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
}

// testGot is what would become of the message of a test.
type testGot struct {
	Route    string            `json:"route"`
	NoRoute  bool              `json:"no_route"`
	Channels []string          `json:"channels"`
	Skipped  map[string]string `json:"skipped"`
	Rejected string            `json:"rejected"`
	Detail   string            `json:"detail,omitempty"`
}

type missedRoute struct {
	Route string `json:"route"`
	Why   string `json:"why"`
}

func newTestGot(v host.Verdict) testGot {
	got := testGot{Route: v.Decision.Route, NoRoute: v.Decision.NoRoute != "", Channels: []string{}, Skipped: map[string]string{}}
	for _, c := range v.Decision.Candidates {
		got.Channels = append(got.Channels, c.Channel.String())
	}
	for _, s := range v.Decision.Skipped {
		got.Skipped[s.Channel.String()] = cmp.Or(string(s.Reason), config.SkipUnhealthy)
	}
	if r := v.Rejected; r != nil {
		got.Rejected, got.Detail = string(r.Reason), r.Detail
		if r.Path != "" {
			got.Detail = r.Path + ": " + r.Detail
		}
	}
	return got
}

// compare returns the arguments of an expectation that do not hold.
func compare(e config.Expectation, got testGot, anyOrder bool) []difference {
	var out []difference
	check := func(argument, want, have string) {
		if want != have {
			out = append(out, difference{argument, want, have})
		}
	}
	if e.NoRoute != nil {
		check("no_route", strconv.FormatBool(*e.NoRoute), strconv.FormatBool(got.NoRoute))
	}
	if e.Route != nil {
		check("route", *e.Route, cli.OrDash(got.Route))
	}
	if e.Channels != nil {
		want, have := []string{}, slices.Clone(got.Channels)
		for _, ch := range e.Channels {
			want = append(want, ch.String())
		}
		if anyOrder {
			slices.Sort(want)
			slices.Sort(have)
		}
		check("channels", cli.OrDash(strings.Join(want, ", ")), cli.OrDash(strings.Join(have, ", ")))
	}
	if e.Skipped != nil {
		want := map[string]string{}
		for ch, reason := range e.Skipped {
			want[ch.String()] = reason
		}
		check("skipped", skipText(want), skipText(got.Skipped))
	}
	if e.Rejected != nil {
		check("rejected", *e.Rejected, cli.OrDash(got.Rejected))
	}
	return out
}

// skipText returns skipped channels with their reasons, in order.
func skipText(skipped map[string]string) string {
	var parts []string
	for _, ch := range slices.Sorted(maps.Keys(skipped)) {
		parts = append(parts, fmt.Sprintf("%s (%s)", ch, skipped[ch]))
	}
	return cli.OrDash(strings.Join(parts, ", "))
}

func (r *testReport) add(t testResult) {
	r.Tests = append(r.Tests, t)
	if t.Status == statusPass {
		r.Passed++
	} else {
		r.Failed++
	}
}

// print prints the results: a line for each test, and below a failed one what differs and why.
func (r *testReport) print(a *cli.App) error {
	if a.JSON {
		return a.PrintJSON(r)
	}
	for _, t := range r.Tests {
		if t.Status == statusPass {
			fmt.Fprintf(a.Stdout, "ok    %s\n", t.Name)
			continue
		}
		fmt.Fprintf(a.Stdout, "FAIL  %s (%s:%d)\n", t.Name, t.File, t.Line)
		for _, d := range t.Differences {
			fmt.Fprintf(a.Stdout, "      %-9s expected %s\n                got      %s\n", d.Argument, d.Expected, d.Got)
		}
		for _, m := range t.Missed {
			fmt.Fprintf(a.Stdout, "      not route %s: %s\n", m.Route, m.Why)
		}
		for _, why := range t.Why {
			fmt.Fprintf(a.Stdout, "      %s\n", why)
		}
		if t.Got.Rejected != "" {
			fmt.Fprintf(a.Stdout, "      rejected: %s: %s\n", t.Got.Rejected, t.Got.Detail)
		}
	}
	_, err := fmt.Fprintf(a.Stdout, "\n%d passed, %d failed\n", r.Passed, r.Failed)
	return err
}
