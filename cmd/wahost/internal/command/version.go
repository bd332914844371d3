// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/internal/buildinfo"
	"github.com/wahost/wahost/sdk/client"
)

// newVersion returns the command `wahost version`.
func newVersion(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version and commit of wahost and the version of the provider protocol",
		Example: "  wahost version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			platform := runtime.GOOS + "/" + runtime.GOARCH
			if a.JSON {
				return a.PrintJSON(struct {
					Format string `json:"format_version"`
					buildinfo.Info
					Protocol int    `json:"protocol_version"`
					Go       string `json:"go"`
					Platform string `json:"platform"`
				}{"1.0", a.Build, client.ProtocolVersion, runtime.Version(), platform})
			}
			fmt.Fprintf(a.Stdout, "wahost %s, provider protocol %d, %s, %s\n", a.Build, client.ProtocolVersion, runtime.Version(), platform)
			return nil
		},
	}
}
