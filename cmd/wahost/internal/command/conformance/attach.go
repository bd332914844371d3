// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"os"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// checkAttach rejects flags and arguments that need a binary. The suite itself rejects the others.
func (r *runFlags) checkAttach(args []string) error {
	switch {
	case r.attach == "":
		return cli.UsageError("--attach is empty: use the value that a provider started with -debug prints")
	case r.certify:
		return cli.UsageError("--attach cannot be used with --certify: the bytes that the provider was started from are not known")
	case r.writeKnown != "":
		return cli.UsageError("--attach cannot be used with --write-known-failing, which needs a full run")
	case r.knownFailing != "":
		return cli.UsageError("--attach cannot be used with --known-failing: checks are skipped, and a skipped check is not a known failure")
	case len(r.env) > 0:
		return cli.UsageError("--attach cannot be used with --env: set the environment where you start the provider")
	}
	for _, arg := range args {
		if info, err := os.Stat(arg); err == nil && info.Mode().IsRegular() {
			return cli.UsageError("%s is a file: with --attach no binary is named, only selectors", arg)
		}
	}
	return nil
}
