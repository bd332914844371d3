// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/report"
)

// newExplain returns the command `wahost conformance explain`.
func newExplain(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:     "explain CHECK",
		Short:   "Explain a check: its requirement, when it applies, and the defects that it finds",
		Example: "  wahost conformance explain send/list/fidelity",
		Args:    cli.Args("CHECK"),

		ValidArgsFunction: completeChecks(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if strings.Contains(args[0], "*") {
				return cli.UsageError("explain takes the id of one check: use `wahost conformance list %s` to list several", args[0])
			}
			rows, err := checkRows(args)
			if err != nil {
				return err
			}
			if a.JSON {
				return a.PrintJSON(map[string]any{"format_version": "1.0", "check": rows[0]})
			}
			r := rows[0]
			fmt.Fprintf(a.Stdout, "%s\n\n  requirement  %s\n  level        %s\n  state        %s\n", r.ID, r.Requirement, string(r.Level)+": "+report.Meaning(string(r.Level)), r.State)
			for _, line := range []struct{ name, text string }{{"applies to", r.Capability}, {"control", r.Control}, {"note", r.Note}} {
				if line.text != "" {
					fmt.Fprintf(a.Stdout, "  %-11s  %s\n", line.name, line.text)
				}
			}
			if len(r.Kills) > 0 {
				fmt.Fprintf(a.Stdout, "\nDefects that it finds, each in a mutant of the reference provider:\n\n")
				for _, name := range r.Kills {
					if m, ok := reference.MutantOf(name); ok {
						fmt.Fprintf(a.Stdout, "  %s (%s)\n", m.Defect, name)
					} else {
						fmt.Fprintf(a.Stdout, "  %s\n", name)
					}
				}
			}
			return nil
		},
	}
}
