// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// Provider returns the command `wahost provider`, for authors of providers.
func Provider(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "provider",
		Short:   "Write and release a provider",
		Long:    "Commands for authors of providers. Those about installed providers are below \"wahost providers\".",
		Example: "  wahost provider new acme\n  wahost provider package --help",
		Args:    cli.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newNew(a), newPackage(a))
	return cmd
}
