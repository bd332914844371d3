// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package config holds the commands about a configuration folder: validate and fmt.
package config

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/host"
)

// Validate returns the command `wahost validate`.
func Validate(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "validate [FOLDER]",
		Short: "Check the configuration, offline and without side effects",
		Long: `Check the configuration: syntax, references, every provider's and channel's
arguments (asking the providers themselves), templates and routes. All mistakes
are reported in one run. Nothing is sent anywhere, so this is safe to run
automatically. The *.wahosttest.hcl files are checked too, without being run.
Without FOLDER, the folder of --config is checked.`,
		Example: `  wahost validate
  wahost validate ./configs/failover
  wahost --config ./prod --var token=x validate --json`,
		Args: cli.MaxArgs(1),

		ValidArgsFunction: cli.ArgFolder,
		SuggestFor:        []string{"check", "lint"},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := useFolder(a, cmd, args); err != nil {
				return err
			}
			h, err := a.OpenHost(cmd.Context())
			if err != nil {
				return err
			}
			defer a.CloseHost(h)
			a.NoteUnlocked(h)
			found := validateAll(cmd.Context(), h)
			if a.JSON {
				if err := diagview.WriteJSON(a.Stdout, found.Files, found.Diagnostics); err != nil {
					return cli.EnvironmentError(err)
				}
				return cli.Verdict(found)
			}
			if err := a.Report(found); err != nil {
				return err
			}
			cfg := h.Config()
			fmt.Fprintf(a.Stdout, "Valid: %d channels, %d routes, %d templates.\n", len(cfg.Channels), len(cfg.Routes), len(cfg.Templates))
			return nil
		},
	}
}

// useFolder takes the argument of a command, if there is one, for the folder of the configuration.
func useFolder(a *cli.App, cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.Flags().Changed("config"):
		return cli.UsageError("the folder is given twice, as --config %s and as %s: give it once", a.ConfigDir, args[0])
	}
	a.ConfigDir, a.ConfigFrom = args[0], ""
	return nil
}

// validateAll validates the configuration, and the syntax of its test files.
func validateAll(ctx context.Context, h *host.Host) host.Diagnosis {
	_, tests := h.ReadTests(nil)
	found := h.Validate(ctx)
	found.Diagnostics = append(found.Diagnostics, tests.Diagnostics...)
	return found
}
