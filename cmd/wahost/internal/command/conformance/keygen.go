// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/registry/verify"
)

// newKeygen returns the command `wahost conformance keygen`.
func newKeygen(a *cli.App) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "keygen",
		Short: "Make a key to sign certificates with",
		Long: `Make an ed25519 key: NAME.pem, which signs and must stay secret, and NAME.pub,
which verifies. Existing files are never overwritten.`,
		Example: "  wahost conformance keygen --out acme",
		Args:    cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			private, public, err := verify.Generate()
			if err != nil {
				return cli.EnvironmentError(err)
			}
			for _, file := range []struct {
				name string
				data []byte
				mode os.FileMode
			}{{out + ".pem", private, 0o600}, {out + ".pub", public, 0o644}} {
				if err := writeNew(file.name, file.data, file.mode); err != nil {
					return cli.EnvironmentError(err)
				}
			}
			key, err := verify.ParsePublic(public)
			if err != nil {
				return cli.EnvironmentError(err)
			}
			if a.JSON {
				return a.PrintJSON(map[string]any{"format_version": "1.0", "private_key": out + ".pem", "public_key": out + ".pub", "key_id": key.ID()})
			}
			_, err = fmt.Fprintf(a.Stdout, "%s.pem signs: keep it secret. %s.pub verifies: give it to those who should trust you.\nMessages about certificates name the key by its id: %s\n", out, out, key.ID())
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", "wahost-conformance", "name of the two files, without their endings")
	cli.CompleteWords(cmd, "out")
	return cmd
}

// writeNew writes a file that must not exist yet.
func writeNew(path string, data []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
