// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func newSend(a *cli.App) *cobra.Command {
	f := &messageFlags{}
	bulk := &bulkFlags{}
	cmd := &cobra.Command{
		Use:   "send",
		Short: "Send a message to one or many recipients",
		Long: `Send a message through the routes of the configuration and print what became
of it: accepted (the vendor took it), rejected (with the reason), or unknown
(the vendor may have it, and no answer came; it is never sent again).

With --to-file, the recipients come from a CSV file with a header line: the
column "to" is the number, each other column fills the placeholder of its name
("1", "2", ... or a parameter's name); "language", "header.image",
"header.video", "header.document", "header.text" and "button.N" do what the flags
of that name do. What was done is kept in a journal beside the file, so that the
same command goes on after an interrupt and sends nothing twice. It also sends
again what was rejected with the advice to try later. A number that is listed
twice gets two messages.

Ends with 1 where any message was not accepted.`,
		Example: `  wahost send --to +4915112345678 --text "Hello {{1}}" --param Ann
  wahost send --to +919900112233 --template order_shipped --language en --param customer=Ann --param order_no=A-1
  wahost send --message message.json --json
  echo '{"to":"+4915112345678","text":{"body":"Hi"}}' | wahost send --message -
  wahost send --to-file customers.csv --template order_shipped --language en`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := f.build(a.Stdin)
			if err != nil {
				return err
			}
			if bulk.file != "" {
				return sendFile(cmd.Context(), a, m, bulk)
			}
			recipients, err := f.recipients(m)
			if err != nil {
				return err
			}
			return send(cmd.Context(), a, m, recipients)
		},
	}
	f.register(cmd)
	bulk.register(cmd)
	cmd.MarkFlagsMutuallyExclusive("to", "to-file")
	return cmd
}

func send(ctx context.Context, a *cli.App, m *message.Message, recipients []message.Recipient) error {
	s, err := loadAndOpen(ctx, a, m)
	defer s.close()
	if err != nil {
		return err
	}
	defer s.closeOnInterrupt(ctx)()
	content := s.dispatcher.Prepare(message.Content(m))
	results := make([]dispatch.Result, len(recipients))
	var pending sync.WaitGroup
	for i, to := range recipients {
		pending.Add(1)
		s.dispatcher.Submit(ctx, dispatch.Request{Content: content, To: to}, func(r dispatch.Result) {
			results[i] = r
			pending.Done()
		})
	}
	pending.Wait()
	accepted := true
	for _, r := range results {
		accepted = accepted && r.Outcome.Accepted != nil
		if err := printResult(a, r); err != nil {
			return cli.EnvironmentError(err)
		}
	}
	if !accepted {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

// closeOnInterrupt has an interrupt answer at once what was not given to a provider yet, and wait for what was.
func (s *session) closeOnInterrupt(ctx context.Context) (cancel func()) {
	stop := context.AfterFunc(ctx, s.dispatcher.Close)
	return func() { stop() }
}

// resultRow is one line of `send --json`. Its names are part of the interface.
type resultRow struct {
	ID                string       `json:"id"`
	To                string       `json:"to"`
	Route             string       `json:"route"`
	Channel           string       `json:"channel"`
	Outcome           string       `json:"outcome"`
	ProviderMessageID string       `json:"provider_message_id"`
	GroupID           string       `json:"group_id,omitempty"`
	Reason            string       `json:"reason"`
	Path              string       `json:"path,omitempty"`
	Detail            string       `json:"detail,omitempty"`
	VendorCode        string       `json:"vendor_code"`
	VendorMessage     string       `json:"vendor_message"`
	Attempts          []attemptRow `json:"attempts"`
	IgnoredFields     []string     `json:"ignored_fields"`
	Degraded          string       `json:"degraded,omitempty"`
	Skipped           []skipRow    `json:"skipped"`
}

type attemptRow struct {
	Channel    string `json:"channel"`
	Outcome    string `json:"outcome"`
	Reason     string `json:"reason"`
	VendorCode string `json:"vendor_code"`
	Detail     string `json:"detail,omitempty"`
}

func newResultRow(r dispatch.Result) resultRow {
	row := resultRow{
		ID: r.ID, To: r.To.Address, Route: r.Route, Outcome: r.Outcome.Word(), Attempts: []attemptRow{},
		IgnoredFields: append([]string{}, r.Outcome.IgnoredFields...), Degraded: r.Outcome.Degraded, Skipped: skipRows(r.Skipped),
	}
	if len(r.Attempts) > 0 {
		row.Channel = r.Channel().String()
	}
	if acc := r.Outcome.Accepted; acc != nil {
		row.ProviderMessageID, row.GroupID = acc.ProviderMessageID, acc.GroupID
	}
	if rej := r.Outcome.Rejected; rej != nil {
		row.Reason, row.Path, row.VendorCode, row.VendorMessage = string(rej.Reason), rej.Path, rej.VendorCode, rej.VendorMessage
	}
	row.Detail = detailOf(r.Outcome)
	for _, at := range r.Attempts {
		line := attemptRow{Channel: at.Channel.String(), Outcome: at.Outcome.Word(), Detail: detailOf(at.Outcome)}
		if rej := at.Outcome.Rejected; rej != nil {
			line.Reason, line.VendorCode = string(rej.Reason), rej.VendorCode
		}
		row.Attempts = append(row.Attempts, line)
	}
	return row
}

func detailOf(o outcome.Outcome) string {
	switch {
	case o.Rejected != nil:
		return o.Rejected.Detail
	case o.Unknown != nil:
		return o.Unknown.Cause
	}
	return ""
}

func printResult(a *cli.App, r dispatch.Result) error {
	row := newResultRow(r)
	if a.JSON {
		return cli.WriteLine(a.Stdout, row)
	}
	_, err := fmt.Fprintln(a.Stdout, row.String())
	return err
}

// String gives the result for people, further attempts and ignored fields on lines of their own.
func (r resultRow) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-9s %s", r.Outcome, r.To)
	for _, part := range [][2]string{{"route", r.Route}, {"channel", r.Channel}, {"vendor id", r.ProviderMessageID + r.GroupID}} {
		if part[1] != "" {
			fmt.Fprintf(&b, "  %s %s", part[0], part[1])
		}
	}
	if r.Reason != "" {
		b.WriteString("  " + r.Reason)
	}
	if r.Detail != "" {
		b.WriteString(": " + prefixed(r.Path, r.Detail))
	}
	if r.VendorCode+r.VendorMessage != "" {
		fmt.Fprintf(&b, " (vendor: %s %s)", r.VendorCode, r.VendorMessage)
	}
	const indent = "\n          "
	if len(r.Attempts) > 1 {
		for i, at := range r.Attempts {
			fmt.Fprintf(&b, indent+"attempt %d: %s %s", i+1, at.Channel, at.Outcome)
			if at.Reason != "" {
				b.WriteString(" " + at.Reason)
			}
			if at.Detail != "" {
				b.WriteString(": " + at.Detail)
			}
		}
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(&b, indent+"skipped %s: %s", s.Channel, prefixed(s.Path, s.Detail))
	}
	for _, field := range r.IgnoredFields {
		b.WriteString(indent + "not carried: " + field)
	}
	return b.String()
}

func prefixed(path, detail string) string {
	if path == "" {
		return detail
	}
	return path + ": " + detail
}
