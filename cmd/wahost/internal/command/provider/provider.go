// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// Provider returns the command `wahost provider`, whose commands are for authors of providers.
func Provider(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "provider",
		Short:   "Write a provider",
		Long:    "Commands for authors of providers. The command providers is about installed ones.",
		Example: "  wahost provider new acme",
		Args:    cli.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newNew(a))
	return cmd
}
