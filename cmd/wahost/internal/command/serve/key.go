// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway/keys"
)

// Key returns the command `wahost key`.
func Key(a *cli.App) *cobra.Command {
	var replaces string
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make a key with which an application sends messages to the gateway",
		Long: `Make a key, and print it with its id and its hash. The key is for the
application, and is shown this once. The id and the hash are not secret, and
are for an api_key block of the gateway block.

With --replace ID the new key has the id of another one. List the hashes of both
until all applications have the new one, and remove the old hash then.`,
		Example: `  wahost key
  wahost key --replace h4k2zq3m`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			token := keys.NewToken()
			if cmd.Flags().Changed("replace") {
				var err error
				if token, err = keys.NewSecret(replaces); err != nil {
					return cli.UsageError("--replace: %v", err)
				}
			}
			return printKey(a, token)
		},
	}
	cmd.Flags().StringVar(&replaces, "replace", "", "`ID` of the key that the new one replaces")
	cli.CompleteWords(cmd, "replace")
	return cmd
}

func printKey(a *cli.App, token keys.Token) error {
	if a.JSON {
		return cli.WriteLine(a.Stdout, struct {
			Format string `json:"format_version"`
			Key    string `json:"key"`
			ID     string `json:"id"`
			Hash   string `json:"hash"`
		}{"1.0", token.Reveal(), token.ID(), token.Hash().String()})
	}
	_, err := fmt.Fprintf(a.Stdout, "Key for the application: %s\n\n  id     = %q\n  hashes = [%q]\n", token.Reveal(), token.ID(), token.Hash().String())
	return err
}
