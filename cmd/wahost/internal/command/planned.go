// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package command

import (
	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// planned are commands of the design that do not exist yet. People know them from the documentation of the design or from
// other programs, and a suggestion of a similar word would mislead them.
var planned = []struct{ name, instead string }{
	{"serve", "Use `wahost send`, also with --message - for messages of another program"},
}

// newPlanned returns the commands that answer that they are not in this version. They are not shown in help.
func newPlanned() []*cobra.Command {
	var all []*cobra.Command
	for _, p := range planned {
		all = append(all, &cobra.Command{
			Use: p.name, Short: "Not in this version", Hidden: true, DisableFlagParsing: true, Example: "  wahost " + p.name,
			RunE: func(*cobra.Command, []string) error {
				return cli.UsageError("`wahost %s` is not in this version. %s", p.name, p.instead)
			},
		})
	}
	return all
}
