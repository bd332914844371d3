// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway/store"
)

func newBackup(o *opener) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write all of the store to a new file",
		Long: `Write all of the store, as it is at one moment, to a new file. A gateway that uses
the store goes on meanwhile. The file is a store as well: a gateway can start with
it. It holds the numbers and texts of messages, and only its owner may read it. A
file that exists is not overwritten.

Uploaded media, in the folder STORE.media, and the secret of webhook URLs, in the
file STORE.hooks.secret, are not in it. Copy them as they are.`,
		Example: "  wahost store backup \"/backups/wahost-$(date +%F).db\"",
		Args:    cli.Args("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd.Context(), func(t store.Tool) error {
				if err := t.Backup(cmd.Context(), args[0]); err != nil {
					return cli.EnvironmentError(fmt.Errorf("the backup was not made: %w", err))
				}
				info, err := os.Stat(args[0])
				if err != nil {
					return cli.EnvironmentError(err)
				}
				if o.app.JSON {
					return o.app.PrintJSON(struct {
						Format string `json:"format_version"`
						Store  string `json:"store"`
						File   string `json:"file"`
						Bytes  int64  `json:"bytes"`
					}{"1.0", t.Place(), args[0], info.Size()})
				}
				_, err = fmt.Fprintf(o.app.Stdout, "%s has all of %s (%d bytes).\n", args[0], t.Place(), info.Size())
				return err
			})
		},
	}
}
