// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/plugins"
)

// slowLane is what the demo leaves out of the suite: what waits, what measures time, and what counts leaks.
var slowLane = []string{
	"vendor/**", "deadline/**", "leak/**", "perf/**", "life/**", "cancel/**", "conc/**",
	"retry/timeout-after-request", "batch/bounded-concurrency", "batch/cancel-midway", "proto/large-message",
}

// conformanceRow is what the quick lane found about one provider, in `demo --json`.
type conformanceRow struct {
	Provider string `json:"provider"`
	Version  string `json:"version"`
	SHA256   string `json:"sha256"`
	// Conformant says that everything that was run is as it must be. The run is narrowed, so it proves no more.
	Conformant bool                  `json:"conformant"`
	Verdict    string                `json:"verdict"`
	Reasons    []string              `json:"reasons"`
	Counts     map[report.Status]int `json:"counts"`
	// Kinds has "pass", "fail" or "na" for each kind of message.
	Kinds map[string]string `json:"kinds"`
}

// prove runs the quick lane of the conformance suite on the providers, and shows what they carry.
func (d *demo) prove(ctx context.Context) error {
	d.say("The quick lane of the conformance suite, on each provider's binary:\n\n")
	var reports []*report.Report
	for _, v := range d.sandbox.vendors {
		rep, err := quickLane(ctx, v.provider)
		if err != nil {
			return err
		}
		reports = append(reports, rep)
		d.conformance = append(d.conformance, newConformanceRow(rep))
		if d.app.JSON {
			continue
		}
		for _, res := range rep.Results {
			if deviates(res) {
				fmt.Fprint(d.app.Stdout, resultText(res))
			}
		}
	}
	if !d.app.JSON {
		d.printMatrix(reports)
	}
	return nil
}

func quickLane(ctx context.Context, name string) (*report.Report, error) {
	path, err := install.Find(name)
	if err != nil {
		return nil, err
	}
	file := name + "/dialect.hcl"
	vendor, diags := dialect.LoadFS(plugins.Dialects, file)
	if diags.HasErrors() {
		return nil, diags
	}
	return suite.Run(ctx, suite.Options{
		Command: path, Dialect: vendor, DialectPath: "plugins/" + file, Groups: checks.All(), Exclude: slowLane,
	})
}

func newConformanceRow(rep *report.Report) conformanceRow {
	verdict := rep.Partial()
	row := conformanceRow{
		Provider: rep.Provider.Name, Version: rep.Provider.Version, SHA256: rep.Provider.SHA256, Conformant: verdict.OK(),
		Verdict: verdict.Word, Reasons: append([]string{}, verdict.Reasons...), Counts: rep.Verdict.Counts, Kinds: map[string]string{},
	}
	for _, kind := range demoKinds() {
		row.Kinds[kind], _ = kindCell(rep, kind)
	}
	return row
}

// demoKinds are the kinds of message that the protocol knows.
func demoKinds() []string { return slices.Sorted(slices.Values(suite.Kinds())) }

// kindCell gives one word for a kind, and the same with figures. Of a kind that is not declared, the refusal passed.
func kindCell(rep *report.Report, kind string) (word, cell string) {
	var row report.CapabilityRow
	for _, r := range rep.Matrix() {
		if r.Kind == kind {
			row = r
		}
	}
	switch {
	case row.Bad() > 0:
		return "fail", fmt.Sprintf("FAIL %d of %d", row.Bad(), row.Bad()+row.Count("pass"))
	case !row.Declared && row.Refusal != report.Pass:
		return "fail", "FAIL: not refused"
	case row.Declared && row.Count("pass") > 0:
		return "pass", fmt.Sprintf("pass %d", row.Count("pass"))
	case row.Declared:
		return "fail", "FAIL: not run"
	}
	return "na", "na"
}

// printMatrix shows the kinds of message by provider, and the counts of all that was run.
func (d *demo) printMatrix(reports []*report.Report) {
	t := cli.Table{Header: []string{"KIND"}}
	for _, rep := range reports {
		t.Header = append(t.Header, rep.Provider.Name)
	}
	line := func(name string, cell func(*report.Report) string) {
		cells := []string{name}
		for _, rep := range reports {
			cells = append(cells, cell(rep))
		}
		t.Add(cells...)
	}
	for _, kind := range demoKinds() {
		line(kind, func(rep *report.Report) string {
			_, cell := kindCell(rep, kind)
			return cell
		})
	}
	for _, count := range []struct {
		name   string
		status report.Status
	}{{"all passed", report.Pass}, {"all na", report.NA}, {"left out", report.Skipped}} {
		line(count.name, func(rep *report.Report) string { return fmt.Sprint(rep.Verdict.Counts[count.status]) })
	}
	line("nothing wrong", func(rep *report.Report) string {
		if v := rep.Partial(); !v.OK() {
			return "NO: " + v.Word
		}
		return "yes"
	})
	t.Write(d.app.Stdout, d.app.Stdout.Width())
	d.say("\nna: not declared, and shown to be refused before anything reaches the vendor. Left out is what waits or measures;\n" +
		"`wahost conformance run` runs all of it.\n\n")
}
