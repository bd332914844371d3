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

func newCheck(o *opener) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Find damage and contradictions in the store",
		Long: `Read all of the store, and tell what is wrong with it: damage of the file, and rows
that no gateway writes, such as an accepted message without an attempt to send it.
The exit code is 1 if anything is. A gateway that uses the store goes on meanwhile.`,
		Example: "  wahost store check\n  wahost store check --store sqlite:/backups/wahost.db",
		Args:    cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.with(cmd.Context(), func(t store.Tool) error { return check(cmd.Context(), o.app, t) })
		},
	}
}

// checked is the result of a check as JSON.
type checked struct {
	Format   string         `json:"format_version"`
	Store    string         `json:"store"`
	Form     int64          `json:"form"`
	Messages map[string]int `json:"messages"`
	Problems []string       `json:"problems"`
}

func check(ctx context.Context, a *cli.App, t store.Tool) error {
	if err := current(ctx, t); err != nil {
		return err
	}
	form, _, err := t.Version(ctx)
	if err != nil {
		return cli.EnvironmentError(err)
	}
	problems, err := t.Check(ctx)
	if err != nil {
		return cli.EnvironmentError(fmt.Errorf("the store cannot be read: %w", err))
	}
	result := checked{"1.0", t.Place(), form, map[string]int{}, append([]string{}, problems...)}
	if len(problems) == 0 {
		counts, err := t.Counts(ctx)
		if err != nil {
			return cli.EnvironmentError(err)
		}
		for state, n := range counts {
			result.Messages[state.String()] = n
		}
	}
	if err := printChecked(a, &result); err != nil {
		return err
	}
	if len(problems) > 0 {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

func printChecked(a *cli.App, c *checked) error {
	if a.JSON {
		return a.PrintJSON(c)
	}
	if len(c.Problems) == 0 {
		_, err := fmt.Fprintf(a.Stdout, "%s is whole (form %d). Messages that no vendor has accepted: %d ready, %d unknown, %d dead.\n",
			c.Store, c.Form, c.Messages["ready"], c.Messages["unknown"], c.Messages["dead"])
		return err
	}
	if _, err := fmt.Fprintf(a.Stdout, "%s is not whole:\n", c.Store); err != nil {
		return err
	}
	for _, p := range c.Problems {
		if _, err := fmt.Fprintf(a.Stdout, "  %s\n", p); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(a.Stdout, "Stop the gateway, keep this file, and start with the newest backup that `wahost store check` finds whole.")
	return err
}
