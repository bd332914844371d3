// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/broadcast"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/message"
)

// fileFlags are the flags of `send` that are about a recipients file.
type fileFlags struct {
	readFlags
	journal string
}

func (f *fileFlags) register(cmd *cobra.Command) {
	f.readFlags.register(cmd)
	cmd.Flags().StringVar(&f.journal, "journal", "", "file that records what was sent (default: the recipients file with .journal added)")
}

// sendFile sends a message to the recipients of a file.
func sendFile(ctx context.Context, a *cli.App, f *messageFlags, m *message.Message, flags *fileFlags) error {
	if flags.journal == "" {
		flags.journal = flags.path + ".journal"
	}
	h, file, err := flags.start(ctx, a, f, m)
	defer a.CloseHost(h)
	defer func() { _ = closeFile(file) }()
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, h.StopWaiting)()
	v := newFileView(a, file.Rows)
	summary, err := broadcast.Run(ctx, broadcast.Options{
		File: file, Message: m, Journal: flags.journal, Sender: h, Progress: v.count, Result: v.result,
		Record: func(r dispatch.Result) any { return NewResult(r) },
	})
	v.progress.Close()
	var mismatch *broadcast.JournalError
	switch {
	case errors.As(err, &mismatch):
		return cli.UsageError("%v", err)
	case err != nil:
		return cli.EnvironmentError(err)
	}
	printSummary(a, summary)
	if ctx.Err() != nil {
		fmt.Fprintf(a.Stderr, "Interrupted. Run the same command again to send the rest (journal: %s).\n", flags.journal)
		return cli.ExitWith(cli.ExitNegative)
	}
	if !summary.AllAccepted() {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

// fileView shows a run over a recipients file.
type fileView struct {
	app      *cli.App
	progress *cli.Progress
	began    time.Time
	total    int
	rows     atomic.Int64
	bad      atomic.Int64
}

func newFileView(a *cli.App, total int) *fileView {
	v := &fileView{app: a, began: time.Now(), total: total}
	v.progress = cli.NewProgress(a.Stderr, v.line)
	return v
}

// count counts a row that needs nothing more.
func (v *fileView) count(outcome string) {
	v.rows.Add(1)
	if outcome != "accepted" {
		v.bad.Add(1)
	}
	v.progress.Update()
}

// line returns the text of the progress display.
func (v *fileView) line(live bool) string {
	rows := int(v.rows.Load())
	text := fmt.Sprintf("%d of %d, %d not accepted", rows, v.total, v.bad.Load())
	if live {
		text += cli.TimeLeft(v.began, rows, v.total)
	}
	return text
}

// result prints the result of a row: all of them as JSON, and for people those that were not accepted.
func (v *fileView) result(row int, r dispatch.Result) error {
	result := NewResult(r)
	switch {
	case v.app.JSON:
		return cli.WriteLine(v.app.Stdout, struct {
			Row int `json:"row"`
			Result
		}{row, result})
	case result.Outcome != "accepted":
		_ = v.progress.Above(v.app.Stderr, fmt.Sprintf("row %d: %s\n", row, result.String()))
	}
	return nil
}

func printSummary(a *cli.App, s broadcast.Summary) {
	if a.JSON {
		return
	}
	text := fmt.Sprintf("%d accepted, %d rejected, %d unknown", s.Accepted, s.Rejected, s.Unknown)
	if s.Unsent > 0 {
		text += fmt.Sprintf(", %d not sent yet", s.Unsent)
	}
	if len(s.Before) > 0 {
		text += fmt.Sprintf("; before: %d accepted, %d rejected, %d unknown", s.Before["accepted"], s.Before["rejected"], s.Before["unknown"])
	}
	fmt.Fprintln(a.Stdout, text)
}
