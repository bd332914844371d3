// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package command

import (
	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// addCompletion adds cobra's command completion, with errors and examples as the other commands have them.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	completion, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	completion.Short = "Print the script with which a shell completes commands, flags and values"
	completion.Long = `Print the script with which a shell completes commands, flags, and values such as
the names of channels and templates. The help of each shell's command says how
to load the script.`
	completion.Example = "  wahost completion bash > wahost.bash && . ./wahost.bash"
	completion.Args = cli.NoArgs
	for _, shell := range completion.Commands() {
		shell.Args = cli.NoArgs
		shell.Example = "  wahost completion " + shell.Name()
	}
	completion.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}
