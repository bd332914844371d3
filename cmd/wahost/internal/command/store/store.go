// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package store holds the commands about the store of the gateway.
package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway"
	"github.com/wahost/wahost/core/gateway/store"
)

// New returns the command `wahost store`.
func New(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Back up, check, export and migrate the store of the gateway",
		Long: `Back up, check and export the store of the gateway, also while a gateway uses it,
and bring its tables to the form of this version. The store is that of the gateway
block of the configuration, unless --store names another one, such as a backup. It
is an SQLite file: a PostgreSQL database has programs of its own, such as pg_dump.`,
		Example: "  wahost store backup /backups/wahost.db\n  wahost store check --store sqlite:/backups/wahost.db",
		Args:    cli.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	o := &opener{app: a}
	cmd.PersistentFlags().StringVar(&o.url, "store", "", "`URL` of the store, such as sqlite:wahost.db, in place of the one in the configuration")
	cli.CompleteWords(cmd, "store")
	cmd.AddCommand(newBackup(o), newCheck(o), newExport(o), newMigrate(o))
	return cmd
}

// opener opens the store that a command is about.
type opener struct {
	app *cli.App
	url string
}

// open returns the store.
func (o *opener) open(ctx context.Context) (store.Tool, error) {
	dir, url := "", o.url
	if url == "" {
		c, err := o.app.ReadConfig(ctx)
		switch {
		case err != nil:
			return nil, err
		case c == nil:
			return nil, cli.ExitWith(cli.ExitUsage)
		case c.Gateway == nil:
			return nil, cli.UsageError("the configuration has no gateway block, so it has no store. --store names one")
		}
		dir, url = o.app.ConfigDir, c.Gateway.Store
	}
	t, err := gateway.OpenTool(ctx, dir, url)
	if err != nil {
		return nil, cli.EnvironmentError(err)
	}
	return t, nil
}

// with opens the store, and closes it after use. The error of use has its exit code.
func (o *opener) with(ctx context.Context, use func(t store.Tool) error) error {
	t, err := o.open(ctx)
	if err != nil {
		return err
	}
	err = use(t)
	if ctx.Err() != nil {
		err = cli.NegativeError(errors.New("interrupted"))
	}
	if closed := t.Close(); err == nil && closed != nil {
		err = cli.EnvironmentError(closed)
	}
	return err
}

// current returns an error unless the tables have the form that this version reads.
func current(ctx context.Context, t store.Tool) error {
	has, knows, err := t.Version(ctx)
	switch {
	case err != nil:
		return cli.EnvironmentError(err)
	case has < knows:
		return cli.EnvironmentError(fmt.Errorf("%s has the form %d, and this version of wahost reads the form %d: `wahost store migrate` brings it there", t.Place(), has, knows))
	case has > knows:
		return newer(t, has, knows)
	}
	return nil
}

// newer returns the error about a store that a newer wahost has written.
func newer(t store.Tool, has, knows int64) error {
	return cli.EnvironmentError(fmt.Errorf("%s has the form %d, and this version of wahost knows only those up to %d. Use the version that wrote it or a newer one",
		t.Place(), has, knows))
}
