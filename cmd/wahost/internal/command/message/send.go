// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package message holds the commands about a single message or one message to many recipients: send and explain.
package message

import (
	"context"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/sdk/message"
)

// Send returns the command `wahost send`.
func Send(a *cli.App) *cobra.Command {
	f := &messageFlags{app: a}
	file, via := &fileFlags{}, &viaFlags{}
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "send",
		Short: "Send a message to one or many recipients",
		Long: `Send a message through the routes of the configuration and print its outcome:
accepted (the vendor took it), rejected (with the reason), or unknown (the
vendor may have received it, but did not answer; it is never sent again).

With --to-file, the recipients come from a CSV file with a header line. The
column "to" holds the number, and each other column fills the placeholder of
its name ("1", "2", ... or the name of a parameter). The columns "language",
"header.image", "header.video", "header.document", "header.text" and "button.N"
do the same as the flags of these names. A journal beside the file records what
was sent, so that after an interrupt the same command sends the rest, and
nothing twice. It also sends again what was rejected with the advice to try
later. A number that is listed twice gets two messages, or one with --unique.

The whole file is read before anything is sent. A wrong encoding, header line,
column or quote ends the command with exit code 2; a row with a wrong number or
an empty cell is rejected, and the others are sent. --rejects writes such rows
into a file, with the reasons, which can be mended and sent with --to-file.

The file of --message may also hold a read receipt or a typing indicator, as
Cloud API clients send them. It goes over the channel of --channel, or over the
only channel of the configuration; --to is the sender of the inbound message.

With --dry-run nothing is sent: the recipients are counted by route and first
channel, by reason of the rejection, and by sender with the time at its rate
limit. What a vendor would refuse is not found.

With --via the messages are handed over to a gateway, "wahost serve", which
sends them by its own routes and keeps what becomes of them. Its API key is in
the environment variable WAHOST_GATEWAY_KEY. The same command again hands
nothing over twice for 24 hours. With --dry-run the gateway checks every row.
With --campaign they belong to a campaign of the gateway, which is created if
there is none of the name; /v1/campaigns pauses, resumes and cancels it.

The exit code is 1 if anything was not accepted.`,
		Example: `  wahost send --to +4915112345678 --text "Hello {{1}}" --param Ann
  wahost send --to +919900112233 --template order_shipped --language en --param customer=Ann --param order_no=A-1
  wahost send --message message.json --json
  echo '{"to":"+4915112345678","text":{"body":"Hi"}}' | wahost send --message -
  wahost send --to-file customers.csv --template order_shipped --language en --rejects rejects.csv
  wahost send --to-file customers.csv --text "Hi {{name}}" --ignore-columns id,notes --unique --dry-run
  wahost send --via https://wa.example.com --from 102030405060708 --to-file customers.csv --template order_shipped --language en`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := file.check(cmd, "journal", "rejects", "max-failures", "retry-rejected"); err != nil {
				return err
			}
			if err := via.check(cmd); err != nil {
				return err
			}
			signal, err := f.signal()
			if err != nil {
				return err
			}
			if signal != nil && dryRun {
				return cli.UsageError("--dry-run: a read receipt or a typing indicator is not routed, so that there is nothing to show")
			}
			if signal != nil && via.url != nil {
				return cli.UsageError("--via: a read receipt or a typing indicator is not handed over")
			}
			if signal != nil {
				return sendSignal(cmd.Context(), a, f, signal)
			}
			m, err := f.build()
			if err != nil {
				return err
			}
			if via.url != nil {
				return sendVia(cmd.Context(), a, f, m, file.path, via, dryRun)
			}
			if m.GetWahost().GetCampaign() != "" {
				return cli.UsageError("wahost.campaign: only a gateway has campaigns: use --via, or remove the field")
			}
			if file.path != "" && dryRun {
				return planFile(cmd.Context(), a, f, m, file)
			}
			if file.path != "" {
				return sendFile(cmd.Context(), a, f, m, file)
			}
			recipients, err := f.recipients(m)
			if err != nil {
				return err
			}
			if dryRun {
				return planSend(cmd.Context(), a, m, recipients)
			}
			return send(cmd.Context(), a, m, recipients)
		},
	}
	f.register(cmd)
	file.register(cmd)
	via.register(cmd)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "show what would be sent where, with what would be rejected and how long it takes, and send nothing")
	return cmd
}

func send(ctx context.Context, a *cli.App, m *message.Message, recipients []message.Recipient) error {
	h, err := a.StartHost(ctx, m, recipients...)
	defer a.CloseHost(h)
	if err != nil {
		return err
	}
	// After an interrupt, waiting messages are not sent, and messages under way are waited for.
	defer context.AfterFunc(ctx, h.StopWaiting)()
	accepted := true
	for _, r := range sendAll(ctx, h, m, recipients) {
		accepted = accepted && r.Outcome.Accepted != nil
		if err := printRow(a, NewResult(r)); err != nil {
			return cli.EnvironmentError(err)
		}
	}
	if !accepted {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

// sendAll sends a message to each recipient and returns the results in the same order.
func sendAll(ctx context.Context, h *host.Host, m *message.Message, recipients []message.Recipient) []dispatch.Result {
	content := h.Prepare(m)
	if len(recipients) == 1 {
		return []dispatch.Result{h.Send(ctx, dispatch.Request{Content: content, To: recipients[0]})}
	}
	results := make([]dispatch.Result, len(recipients))
	var pending sync.WaitGroup
	for i, to := range recipients {
		pending.Add(1)
		h.Submit(ctx, dispatch.Request{Content: content, To: to}, func(r dispatch.Result) {
			results[i] = r
			pending.Done()
		})
	}
	pending.Wait()
	return results
}

func printRow(a *cli.App, row Result) error {
	if a.JSON {
		return cli.WriteLine(a.Stdout, struct {
			Format string `json:"format_version"`
			Result
		}{resultFormat, row})
	}
	_, err := fmt.Fprintln(a.Stdout, row.String())
	return err
}
