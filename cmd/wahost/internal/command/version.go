// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/sdk/client"
)

// newVersion returns the command `wahost version`.
func newVersion(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of wahost and of the provider protocol",
		Example: "  wahost version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.JSON {
				return a.PrintJSON(map[string]any{
					"format_version": "1.0", "version": a.Version, "protocol_version": client.ProtocolVersion,
					"go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
				})
			}
			fmt.Fprintf(a.Stdout, "wahost %s (provider protocol %d, %s, %s/%s)\n", a.Version, client.ProtocolVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}
