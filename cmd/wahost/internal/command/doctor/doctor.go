// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package doctor holds the command doctor, which finds what is wrong with an installation.
package doctor

import (
	"context"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/doctor"
)

// Doctor returns the command `wahost doctor`.
func Doctor(a *cli.App) *cobra.Command {
	var online bool
	cmd := &cobra.Command{
		Use:        "doctor",
		SuggestFor: []string{"diagnose", "status", "health"},
		Short:      "Find what is wrong with the installation, and say what to do",
		Long: `Examine the installation and the configuration, and say for each problem where it
is and what to do: the configuration, providers, the lock file, certificates,
permissions of files, folders for sockets and temporary files, the clock, the
number of files that a process may open, proxy variables, and programs under
development. Nothing is changed, and without --online the network is not used.

With --online, the endpoint of each channel is examined too: its name, a
connection, and the certificate of the vendor. Where the vendor has a request that
changes nothing, such as the list of templates, its answer shows whether the
credentials are right. No message is sent. Each check takes at most 10 seconds, and
they run side by side.

The exit code is 1 if there is an error. Warnings do not change it.`,
		Example: "  wahost doctor\n  wahost --config ./prod doctor --online\n  wahost doctor --json",
		Args:    cli.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runDoctor(cmd.Context(), a, online) },
	}
	cmd.Flags().BoolVar(&online, "online", false, "examine the endpoints of the channels too")
	return cmd
}

func runDoctor(ctx context.Context, a *cli.App, online bool) error {
	h, err := a.OpenHost(ctx)
	if err != nil {
		// Nothing else can be examined, for example because there is no place for sockets.
		return report(a, []doctor.Finding{{Check: "start", Level: doctor.Error, Found: lang.Sentence(err), Do: "Do what the text says, and run `wahost doctor` again."}})
	}
	defer a.CloseHost(h)
	exam := &doctor.Exam{Host: h, Build: a.Build, Env: os.Environ(), Now: time.Now()}
	findings := exam.Examine(ctx)
	if online && ctx.Err() == nil {
		findings = append(findings, exam.Online(ctx, doctor.DefaultTimeout)...)
	}
	if ctx.Err() != nil {
		return cli.Interrupted()
	}
	return report(a, findings)
}
