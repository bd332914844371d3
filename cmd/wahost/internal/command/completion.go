// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package command

import (
	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// loading says how each shell loads its script.
var loading = map[string]string{
	"bash": `It needs the package bash-completion. To load it in the current shell:

  source <(wahost completion bash)

To load it in each new shell, write it to a file that bash-completion reads:

  wahost completion bash > /etc/bash_completion.d/wahost`,
	"zsh": `To load it in the current shell:

  source <(wahost completion zsh)

To load it in each new shell, write it to a folder of $fpath:

  wahost completion zsh > "${fpath[1]}/_wahost"`,
	"fish": `To load it in the current shell:

  wahost completion fish | source

To load it in each new shell:

  wahost completion fish > ~/.config/fish/completions/wahost.fish`,
	"powershell": `To load it in the current shell, or from your profile in each new one:

  wahost completion powershell | Out-String | Invoke-Expression`,
}

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
		shell.Short = "Print the script for " + shell.Name()
		shell.Long = shell.Short + ".\n\n" + loading[shell.Name()]
	}
	completion.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}
