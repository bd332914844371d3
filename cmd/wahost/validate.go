// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/diagview"
)

func newValidate(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "validate",
		Short: "Check the configuration, offline and without side effects",
		Long: `Check the configuration: syntax, references, every provider's and channel's
arguments (asking the providers themselves), templates and routes. All mistakes
are reported in one run. Nothing is sent anywhere, so this is safe to run
automatically.`,
		Example: `  wahost validate
  wahost --config ./prod --var token=x validate --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := startSession(a)
			if err != nil {
				return err
			}
			defer s.close()
			diags := s.read(cmd.Context())
			if a.JSON {
				if err := diagview.WriteJSON(a.Stdout, s.files(), diags); err != nil {
					return cli.EnvironmentError(err)
				}
				return s.verdict(diags)
			}
			if err := s.report(diags, a.Stderr); err != nil {
				return err
			}
			fmt.Fprintf(a.Stdout, "Valid: %d channels, %d routes, %d templates.\n", len(s.config.Channels), len(s.config.Routes), len(s.config.Templates))
			return nil
		},
	}
}
