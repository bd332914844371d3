// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/reference/evidence"
)

// newMutants returns the command `wahost conformance mutants`.
func newMutants(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:     "mutants",
		Short:   "List the defects that the suite is tested with, and the checks that find them",
		Example: "  wahost conformance mutants --json",
		Args:    cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			matrix, err := evidence.Load()
			if err != nil {
				return cli.EnvironmentError(err)
			}
			type row struct {
				Name   string   `json:"name"`
				Defect string   `json:"defect"`
				Checks []string `json:"checks"`
			}
			rows := []row{}
			for _, m := range reference.Mutants() {
				found := []string{}
				for _, f := range matrix.Finders[m.Name] {
					found = append(found, f.Check)
				}
				slices.Sort(found)
				rows = append(rows, row{m.Name, m.Defect, found})
			}
			if a.JSON {
				return a.PrintJSON(map[string]any{"format_version": "1.0", "mutants": rows})
			}
			t := cli.Table{Header: []string{"MUTANT", "CHECKS", "DEFECT"}}
			for _, r := range rows {
				t.Add(r.Name, fmt.Sprint(len(r.Checks)), r.Defect)
			}
			t.Write(a.Stdout, a.Stdout.Width())
			return nil
		},
	}
}
