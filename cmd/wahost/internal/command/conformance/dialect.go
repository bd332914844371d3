// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// newDialect returns the command `wahost conformance dialect` with its commands.
func newDialect(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "dialect",
		Short:   "Work on a dialect, the description of a vendor's API",
		Example: "  wahost conformance dialect lint acme.hcl",
		Args:    cli.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:     "lint FILE",
		Short:   "Check a dialect",
		Example: "  wahost conformance dialect lint acme.hcl",
		Args:    cli.Args("FILE"),

		ValidArgsFunction: cli.ArgFiles("hcl"),
		RunE: func(_ *cobra.Command, args []string) error {
			d, err := loadDialect(args[0])
			if err != nil {
				return err
			}
			if a.JSON {
				return a.PrintJSON(map[string]any{"format_version": "1.0", "name": d.Name, "version": d.Version, "digest": d.Digest,
					"routes": len(d.Routes), "errors": len(d.Errors), "limits": len(d.Limits), "events": len(d.Webhook.Events)})
			}
			_, err = fmt.Fprintf(a.Stdout, "Valid: dialect %s %s, %d routes, %d error rows, %d limits, %d webhook events, sha256:%s.\n",
				d.Name, d.Version, len(d.Routes), len(d.Errors), len(d.Limits), len(d.Webhook.Events), d.Digest)
			return err
		},
	})
	cmd.AddCommand(newDialectImport(a))
	return cmd
}
