// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wahost/wahost/sdk/message"
)

// pathFlags name files and folders. On Linux, such names need not be UTF-8.
var pathFlags = []string{
	"config", "var-file", "message", "to-file", "journal", "rejects", "out", "output", "write", "dialect", "known-failing", "write-known-failing",
	"failed-from", "sign", "countersign", "key", "revoked",
}

// checkFlags returns a usage error for the first mistake in the flags of a command that can be seen without the command.
func checkFlags(cmd *cobra.Command) error {
	if err := checkUTF8(cmd); err != nil {
		return err
	}
	if err := checkGroups(cmd); err != nil {
		return err
	}
	return checkEmpty(cmd)
}

// checkUTF8 returns a usage error for the first flag whose value is not UTF-8. Such values come from scripts in another
// encoding. Without the check, parts of them would be replaced on their way to the vendor. The error does not contain the
// value, which may be a secret.
func checkUTF8(cmd *cobra.Command) error {
	var bad error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if bad != nil || slices.Contains(pathFlags, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for i, value := range values {
			if err := message.CheckUTF8([]byte(value)); err != nil {
				name := "--" + f.Name
				if len(values) > 1 {
					name += fmt.Sprintf(" (number %d)", i+1)
				}
				bad = UsageError("%s: the value is not UTF-8: %v. Convert it to UTF-8", name, err)
				return
			}
		}
	})
	return bad
}
