// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"context"
	"fmt"
	"slices"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/cmd/wahost/internal/command/conformance"
	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/plugins"
)

// conformanceRow is the result of the quick checks for one provider, in `demo --json`.
type conformanceRow struct {
	Provider string `json:"provider"`
	Version  string `json:"version"`
	SHA256   string `json:"sha256"`
	// Conformant reports whether all checks that were run passed. The run is narrowed, so it proves no more than that.
	Conformant bool                  `json:"conformant"`
	Verdict    string                `json:"verdict"`
	Reasons    []string              `json:"reasons"`
	Counts     map[report.Status]int `json:"counts"`
	// Kinds has "pass", "fail" or "na" for each kind of message.
	Kinds map[string]string `json:"kinds"`
}

// prove runs the quick checks of the conformance suite on the providers and shows the kinds of message that they carry.
func (d *demo) prove(ctx context.Context) error {
	d.say("The quick checks of the conformance suite, on each provider's binary:\n\n")
	var reports []*report.Report
	for _, v := range d.sandbox.vendors {
		rep, err := quickChecks(ctx, v.provider)
		if err != nil {
			return err
		}
		reports = append(reports, rep)
		d.conformance = append(d.conformance, newConformanceRow(rep))
		if d.app.JSON {
			continue
		}
		for _, res := range rep.Results {
			if res.Deviates() {
				fmt.Fprint(d.app.Stdout, conformance.ResultText(res))
				_ = conformance.Annotate(d.app, res)
			}
		}
	}
	if !d.app.JSON {
		d.printMatrix(reports)
	}
	return nil
}

func quickChecks(ctx context.Context, name string) (*report.Report, error) {
	path, err := install.Find(name)
	if err != nil {
		return nil, err
	}
	file := name + "/dialect.hcl"
	vendor, diags := dialect.LoadFS(plugins.Dialects, file)
	if diags.HasErrors() {
		return nil, diags
	}
	return runner.Run(ctx, runner.Options{
		Command: path, Dialect: vendor, DialectPath: "plugins/" + file, Groups: checks.All(), Quick: true,
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

// kindCell returns a word for a kind of message and the same with numbers. A kind is "na" if it is not declared and the
// check of its refusal passed.
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

// printMatrix prints the kinds of message by provider and the counts of all checks.
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
	d.say("\nna: not declared, and refused before anything reaches the vendor. Checks that wait, measure or try many values are left out;\n" +
		"`wahost conformance run` runs all of them.\n\n")
}
