// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/broadcast"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/message"
)

// readFlags are the flags that say how to read a recipients file.
type readFlags struct {
	path      string
	separator string
	ignore    []string
	unique    bool
}

func (f *readFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.path, "to-file", "", "CSV file of recipients with a header line; see above")
	flags.StringVar(&f.separator, "separator", "", "character between the cells of --to-file, or tab (default: found in the header line)")
	flags.StringSliceVar(&f.ignore, "ignore-columns", nil, "columns of --to-file to leave out, separated by commas; all stands for those that the message does not take")
	flags.BoolVar(&f.unique, "unique", false, "send only to the first of several rows of --to-file with the same recipient")
	cmd.MarkFlagsMutuallyExclusive("to", "to-file")
	cli.CompleteFiles(cmd, []string{"csv", "tsv", "txt"}, "to-file")
	cli.CompleteWords(cmd, "separator", "tab")
	cli.CompleteWords(cmd, "ignore-columns", "all")
}

// check returns a usage error if there are flags about a recipients file without one.
func (f *readFlags) check(cmd *cobra.Command, others ...string) error {
	if f.path != "" {
		return nil
	}
	for _, name := range append([]string{"separator", "ignore-columns", "unique"}, others...) {
		if cmd.Flags().Changed(name) {
			return cli.UsageError("--%s needs --to-file", name)
		}
	}
	return nil
}

// start opens the recipients file and the host for a message of f that goes to its recipients. The file and all that is the
// same for its rows are checked before a channel is opened. Close the host and the file, which may be nil, also after an error.
func (f *readFlags) start(ctx context.Context, a *cli.App, flags *messageFlags, m *message.Message) (*host.Host, *broadcast.File, error) {
	h, err := a.LoadHost(ctx, m)
	if err != nil {
		return h, nil, err
	}
	file, err := f.open(ctx, a, m, h.Config().TemplateSet())
	if err != nil {
		return h, nil, err
	}
	for _, warning := range file.Warnings {
		a.Warn("%s: %s.", filepath.Base(f.path), warning)
	}
	if err := flags.check(m, file.Columns); err != nil {
		return h, file, err
	}
	if err := a.Start(ctx, h, m); err != nil {
		return h, file, err
	}
	// What makes the message of every row invalid is not a result of the rows. The recipient does not matter for it.
	if _, _, err := h.Explain(file.Columns.Sample(m), message.Recipient{Kind: message.RecipientPhone, Address: "+4915112345678"}); err != nil {
		return h, file, messageError(err)
	}
	return h, file, nil
}

// open opens the recipients file and shows how far it was read if that takes long.
func (f *readFlags) open(ctx context.Context, a *cli.App, m *message.Message, templates *template.Set) (*broadcast.File, error) {
	options := broadcast.ReadOptions{Ignore: f.ignore, Unique: f.unique, Message: m, Templates: templates}
	if f.separator != "" {
		var err error
		if options.Separator, err = broadcast.ParseSeparator(f.separator); err != nil {
			return nil, cli.UsageError("--separator: %v", err)
		}
	}
	var percent atomic.Int64
	progress := cli.NewProgress(a.Stderr, func(bool) string {
		return fmt.Sprintf("reading %s: %d%%", filepath.Base(f.path), percent.Load())
	})
	defer progress.Close()
	options.Progress = func(read, size int64) { percent.Store(100 * read / max(size, 1)) }
	file, err := broadcast.Open(ctx, f.path, options)
	switch {
	case ctx.Err() != nil:
		return nil, errors.Join(cli.Interrupted(), closeFile(file))
	case err != nil:
		return nil, cli.UsageError("--to-file: %v", err)
	}
	return file, nil
}

// closeFile closes a recipients file, which may be nil.
func closeFile(file *broadcast.File) error {
	if file == nil {
		return nil
	}
	return file.Close()
}
