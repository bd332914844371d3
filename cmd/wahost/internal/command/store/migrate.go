// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway/store"
)

func newMigrate(o *opener) *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the tables of the store to the form of this version",
		Long: `Bring the tables of the store to the form that this version of wahost uses, and show
the form before and after it. "wahost serve" does the same when it starts, so this
command is for those who want to do it before. It needs the store for itself: stop
the gateway, and make a backup. An older version of wahost refuses the new form.`,
		Example: "  wahost store migrate --dry-run\n  wahost store migrate",
		Args:    cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.with(cmd.Context(), func(t store.Tool) error { return migrate(cmd.Context(), o.app, t, dry) })
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only show the form")
	return cmd
}

func migrate(ctx context.Context, a *cli.App, t store.Tool, dry bool) error {
	has, knows, err := t.Version(ctx)
	switch {
	case err != nil:
		return cli.EnvironmentError(err)
	case has > knows:
		return newer(t, has, knows)
	}
	migrated := has < knows && !dry
	if migrated {
		if err := t.Migrate(ctx); err != nil {
			return cli.EnvironmentError(err)
		}
	}
	if a.JSON {
		return a.PrintJSON(struct {
			Format   string `json:"format_version"`
			Store    string `json:"store"`
			Has      int64  `json:"form_before"`
			Knows    int64  `json:"form_of_this_version"`
			Migrated bool   `json:"migrated"`
		}{"1.0", t.Place(), has, knows, migrated})
	}
	text := fmt.Sprintf("%s has the form %d, which is that of this version.\n", t.Place(), has)
	switch {
	case migrated:
		text = fmt.Sprintf("%s had the form %d and has the form %d, which is that of this version.\n", t.Place(), has, knows)
	case has < knows:
		text = fmt.Sprintf("%s has the form %d. This version would bring it to the form %d.\n", t.Place(), has, knows)
	}
	_, err = fmt.Fprint(a.Stdout, text)
	return err
}
