// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package conformance runs the conformance suite as part of a provider author's own tests:
//
//	func TestConformance(t *testing.T) {
//		conformance.Test(t, conformance.Options{Command: "./wahost-provider-acme", Dialect: "dialect.hcl"})
//	}
package conformance

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
)

// Options configure Test. Command and Dialect are required.
type Options struct {
	// Command is the path of the provider's binary.
	Command string
	// Dialect is the path of the vendor's dialect.
	Dialect string
	// Selectors and Exclude are patterns of check ids. If both are empty, all checks run.
	Selectors, Exclude []string
	// Seed is the seed of the run; 0 means runner.DefaultSeed.
	Seed int64
	// Env is added to the environment of the provider's processes, as KEY=value.
	Env []string
}

// Test runs the suite, reports each check that ran as a subtest, and returns the report. The suite's own scheduler runs
// the checks before the first subtest starts, so running subtests in parallel or selecting them with -run does not
// change their results.
func Test(t *testing.T, o Options) *report.Report {
	t.Helper()
	d, diags := dialect.Load(o.Dialect)
	if diags.HasErrors() {
		t.Fatalf("the dialect cannot be read: %v", diags)
	}
	rep, err := runner.Run(context.WithoutCancel(t.Context()), runner.Options{
		Command: o.Command, Dialect: d, DialectPath: o.Dialect, Groups: checks.All(), Selectors: o.Selectors, Exclude: o.Exclude,
		Seed: o.Seed, Env: o.Env,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range rep.Results {
		if res.Status == report.Skipped {
			continue
		}
		t.Run(res.ID, func(t *testing.T) {
			t.Helper()
			tell(t, res)
		})
	}
	for _, v := range rep.Violations {
		t.Errorf("%s: %s", v.Kind, v.Detail)
	}
	if partial := len(o.Selectors)+len(o.Exclude) > 0; !rep.Verdict.OK() && (!partial || rep.Verdict.Word != report.Incomplete) {
		t.Errorf("%s: %s", rep.Verdict.Word, strings.Join(rep.Verdict.Reasons, "; "))
	}
	return rep
}

// tell reports a result as the outcome of a test. A result that has no effect on the verdict is only logged.
func tell(t *testing.T, res report.Result) {
	t.Helper()
	if verdict := outcome(res); verdict.skip {
		t.Skip(verdict.text)
	} else if verdict.failed {
		t.Error(verdict.text)
	} else if verdict.text != "" {
		t.Log(verdict.text)
	}
}

type told struct {
	text         string
	failed, skip bool
}

func outcome(res report.Result) told {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", res.Status, res.Requirement)
	for _, f := range res.Findings {
		fmt.Fprintf(&b, "\n  at %s: expected %s, got %s", f.At, f.Expected, f.Actual)
	}
	if res.Note != "" {
		b.WriteString("\n  " + res.Note)
	}
	switch res.Status {
	case report.Pass:
		return told{text: res.Note}
	case report.NA:
		return told{text: "not declared: " + res.Capability, skip: true}
	}
	return told{text: b.String(), failed: !res.Provisional && res.Level != report.Rec && res.Level != report.Info}
}
