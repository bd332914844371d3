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
		Args:    cli.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return printVersion(a) },
	}
}

// addVersionFlag adds the flag --version, which many programs have, to the root command.
func addVersionFlag(a *cli.App, root *cobra.Command) {
	version := root.Flags().Bool("version", false, "print the version, as the command version does")
	help := root.RunE
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if *version {
			return printVersion(a)
		}
		return help(cmd, args)
	}
}

func printVersion(a *cli.App) error {
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
}
