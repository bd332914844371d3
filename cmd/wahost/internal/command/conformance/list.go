// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/reference/evidence"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/selector"
	"github.com/wahost/wahost/conformance/suite"
)

// checkRow is a check in `conformance list --json`.
type checkRow struct {
	ID          string       `json:"id"`
	Level       report.Level `json:"level"`
	Provisional bool         `json:"provisional"`
	Capability  string       `json:"capability,omitempty"`
	Requirement string       `json:"requirement"`
	Control     string       `json:"control,omitempty"`
	Kills       []string     `json:"kills"`
	Note        string       `json:"note,omitempty"`
	// Slow checks are left out by `conformance run --quick`.
	Slow bool `json:"slow,omitempty"`
	// State says whether the check can ever run.
	State string `json:"state"`
}

// newList returns the command `wahost conformance list`.
func newList(a *cli.App) *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use:   "list [SELECTOR]...",
		Short: "List the checks of the suite",
		Long: `List the checks of the suite, as they are for a provider that declares
everything. Checks that cannot be written with the current protocol are listed
as "never", with the reason.`,
		ValidArgsFunction: completeChecks(0, -1),

		Example: "  wahost conformance list\n  wahost conformance list 'send/list/*' --json",
		RunE: func(_ *cobra.Command, args []string) error {
			rows, err := checkRows(args)
			if err != nil {
				return err
			}
			if a.JSON {
				return a.PrintJSON(map[string]any{"format_version": "1.0", "suite": suite.Version, "checks": rows})
			}
			if markdown {
				return writeCatalogue(a.Stdout, rows)
			}
			t := cli.Table{Header: []string{"CHECK", "LEVEL", "STATE", "REQUIREMENT"}}
			for _, r := range rows {
				t.Add(r.ID, string(r.Level), r.State, r.Requirement)
			}
			t.Write(a.Stdout, a.Stdout.Width())
			fmt.Fprintf(a.Stdout, "\n%d checks\n", len(rows))
			return nil
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "write the page of the documentation")
	return cmd
}

// writeCatalogue writes the checks as a page of the documentation.
func writeCatalogue(w io.Writer, rows []checkRow) error {
	cell := strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace
	var b strings.Builder
	fmt.Fprintf(&b, `# The checks of the conformance suite

Written by `+"`wahost conformance list --markdown`"+`; a test compares it with the code. These are the %d checks of
suite %s for a provider that declares everything: the error rows, faults and limits are those of the reference
provider's vendor. "never" marks checks for which the protocol, the dialect language or that vendor has nothing yet.
The grace is how much later than required something may happen on the machine of the run. It is measured, and at least 0.5 s.
`, len(rows), suite.Version)
	group := ""
	for _, r := range rows {
		if g, _, _ := strings.Cut(r.ID, "/"); g != group {
			group = g
			fmt.Fprintf(&b, "\n## %s\n\n| check | level | state | requirement | remark |\n| --- | --- | --- | --- | --- |\n", g)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", r.ID, r.Level, cell(r.State), cell(r.Requirement), cell(r.Note))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func checkRows(selectors []string) ([]checkRow, error) {
	facts, later, list, err := fullCatalogue()
	if err != nil {
		return nil, err
	}
	matrix, err := evidence.Load()
	if err != nil {
		return nil, cli.EnvironmentError(err)
	}
	patterns, err := selector.Expand(selectors)
	if err != nil {
		return nil, cli.UsageError("%v", err)
	}
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	chosen := map[string]bool{}
	if len(patterns) > 0 {
		if chosen, err = selector.Select(ids, patterns); err != nil {
			return nil, cli.UsageError("%v", err)
		}
	}
	var rows []checkRow
	for _, c := range list {
		if len(patterns) > 0 && !chosen[c.ID] {
			continue
		}
		row := checkRow{ID: c.ID, Level: c.Level, Provisional: c.Provisional, Capability: c.Capability, Requirement: c.Requirement,
			Control: c.Control, Kills: matrix.Mutants(c.ID), Note: c.Note, Slow: !c.Quick(), State: "built"}
		if c.Provisional {
			row.State = "provisional"
		}
		if c.Needs != nil {
			if missing := c.Needs(facts); missing != "" && !slices.ContainsFunc(later, func(f *suite.Facts) bool { return c.Needs(f) == "" }) {
				row.State = "never: " + missing
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}
