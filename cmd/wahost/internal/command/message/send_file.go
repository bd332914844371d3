// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/broadcast"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/message"
)

// fileFlags are the flags of `send` that are about a recipients file.
type fileFlags struct {
	readFlags
	journal       string
	maxFailures   string
	retryRejected bool
	rejects       string
}

func (f *fileFlags) register(cmd *cobra.Command) {
	defer f.complete(cmd)
	f.readFlags.register(cmd)
	cmd.Flags().StringVar(&f.journal, "journal", "", "file that records what was sent (default: the recipients file with .journal added)")
	cmd.Flags().StringVar(&f.maxFailures, "max-failures", "", "stop when more rows than `N or N%` of the file are rejected or unknown")
	cmd.Flags().StringVar(&f.rejects, "rejects", "", "CSV file to write the rejected rows into, with the reasons; mend it and send it with --to-file")
	cmd.Flags().BoolVar(&f.retryRejected, "retry-rejected", false, "also send the rows that an earlier run finished with a rejection")
}

// journalPath returns the path of the journal, which is beside the recipients file if no other is given.
func (f *fileFlags) journalPath() string {
	if f.journal == "" {
		return f.path + ".journal"
	}
	return f.journal
}

// sendFile sends a message to the recipients of a file.
func sendFile(ctx context.Context, a *cli.App, f *messageFlags, m *message.Message, flags *fileFlags) error {
	var limit broadcast.Failures
	if flags.maxFailures != "" {
		var err error
		if limit, err = broadcast.ParseFailures(flags.maxFailures); err != nil {
			return cli.UsageError("--max-failures: %v", err)
		}
	}
	journal := flags.journalPath()
	h, file, err := flags.start(ctx, a, f, m)
	defer a.CloseHost(h)
	defer func() { _ = closeFile(file) }()
	if err != nil {
		return err
	}
	if err := h.Config().CheckTemplate(m); err != nil {
		return cli.UsageError("%v", err)
	}
	v := newFileView(a, file.Rows)
	summary, err := broadcast.Run(ctx, broadcast.Options{
		File: file, Message: m, Journal: journal, Sender: h, MaxFailures: limit, RetryRejected: flags.retryRejected, Rejects: flags.rejects,
		Progress: v.count, Result: v.result, Record: func(r dispatch.Result) any { return NewResult(r) },
	})
	v.progress.Close()
	var (
		mismatch *broadcast.JournalError
		rejects  *broadcast.RejectsError
	)
	switch {
	case errors.As(err, &rejects):
		return cli.UsageError("--rejects: %v", err)
	case errors.As(err, &mismatch):
		return cli.UsageError("%v", err)
	case err != nil && summary.Rows == 0:
		return cli.EnvironmentError(err)
	}
	if printed := v.summarize(summary, journal, ctx.Err() != nil); err == nil {
		err = printed
	}
	switch stop := summary.Stop; {
	case err != nil:
		return cli.EnvironmentError(err)
	case stop != nil && stop.Kind == broadcast.StopError:
		return cli.EnvironmentError(stop.Err)
	case !summary.AllAccepted() || ctx.Err() != nil:
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}
