// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package command

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// planned are commands of the design that do not exist yet. People know them from the documentation of the design or from
// other programs, and a suggestion such as "providers" for "provider new" would mislead them.
var planned = []struct{ name, instead string }{
	{"doctor", "Use `wahost validate` and `wahost providers`"},
	{"provider new", "To write a provider, copy docs/providers/acme; `wahost providers` lists those that are installed"},
}

// newPlanned returns the commands that answer that they are not in this version. They are not shown in help.
func newPlanned() []*cobra.Command {
	var all []*cobra.Command
	for _, p := range planned {
		all = append(all, &cobra.Command{
			Use: strings.Fields(p.name)[0], Short: "Not in this version", Hidden: true, DisableFlagParsing: true, Example: "  wahost " + p.name,
			RunE: func(*cobra.Command, []string) error {
				return cli.UsageError("`wahost %s` is not in this version. %s", p.name, p.instead)
			},
		})
	}
	return all
}
