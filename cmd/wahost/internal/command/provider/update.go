// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/host"
)

// newUpdate returns the command `wahost providers update`.
func newUpdate(a *cli.App) *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use:   "update",
		Short: "Install newer versions of providers, or show which there are",
		Long: `Install and lock the newest versions of the required providers that fit the
configuration, as "wahost init --upgrade" does. With --dry-run, only show for each
provider the locked version, the newest one that fits, and the newest one.`,
		Example: "  wahost providers update --dry-run\n  wahost providers update",
		Args:    cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dry {
				return showUpdates(cmd.Context(), a)
			}
			return runInit(cmd.Context(), a, host.InitOptions{Upgrade: true})
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "show what would be installed, and change nothing")
	return cmd
}

func showUpdates(ctx context.Context, a *cli.App) error {
	// A downgrade is shown as well, since nothing is changed.
	rows, found, err := initialize(ctx, a, host.InitOptions{Upgrade: true, AllowDowngrade: true, DryRun: true})
	if err != nil {
		return err
	}
	if a.JSON {
		return printDocument(a, rows, found, nil)
	}
	if err := a.Report(found); err != nil {
		return err
	}
	t := cli.Table{Header: []string{"PROVIDER", "LOCKED", "FITS", "NEWEST", "FROM"}}
	updates := 0
	for _, r := range rows {
		if r.Action != host.ActionOverridden && r.Version != r.Previous {
			updates++
		}
		t.Add(r.Source, cli.OrDash(r.Previous), cli.OrDash(r.Version), cli.OrDash(r.Newest), cli.OrDash(r.Origin))
	}
	t.Write(a.Stdout, a.Stdout.Width())
	switch updates {
	case 0:
		fmt.Fprintln(a.Stdout, "\nEach provider has the newest version that fits.")
	default:
		fmt.Fprintln(a.Stdout, "\n`wahost providers update` installs what fits.")
	}
	return nil
}
