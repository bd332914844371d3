// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/message"
)

func newDemo(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Send a message of every kind through routes to emulated vendors",
		Long: `Run the quick lane of the conformance suite on the three providers and show what
each carries. Then start them with an emulator of each vendor's API on loopback,
send one message of every kind through the routes of a sample configuration, and
show the route, the channel, the outcome and the vendor request that each caused.
Then show what happens when a vendor is down and when an answer is lost.
Nothing leaves this machine. The exit code is 1 where a provider is not as the
suite wants it, or a message did not do what it should.`,
		Example: "  wahost demo\n  wahost demo --json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), a) },
	}
}

// demoRow is one message of the demo, in `demo --json`.
type demoRow struct {
	Title    string        `json:"title"`
	Kind     string        `json:"kind"`
	Result   resultRow     `json:"result"`
	Requests []exchangeRow `json:"requests"`
	// AsExpected tells whether the outcome and the vendor's view of it are those that the demo is to show.
	AsExpected bool `json:"as_expected"`
}

type demo struct {
	app     *cli.App
	sandbox *sandbox
	session *session
	rows    []demoRow

	conformance []conformanceRow
}

func runDemo(ctx context.Context, a *cli.App) error {
	dir, err := os.MkdirTemp("", "wahost-demo-")
	if err != nil {
		return cli.EnvironmentError(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	sb, err := startSandbox(ctx, 0, nil)
	if err != nil {
		return cli.EnvironmentError(err)
	}
	defer func() { _ = sb.close() }()
	if err := sb.writeConfig(dir); err != nil {
		return cli.EnvironmentError(err)
	}
	d := &demo{app: a, sandbox: sb}
	if err := d.prove(ctx); err != nil {
		return cli.EnvironmentError(err)
	}
	a.ConfigDir = dir
	s, err := loadAndOpen(ctx, a, nil)
	defer s.close()
	if err != nil {
		return err
	}
	d.session = s
	if err := d.play(ctx); err != nil {
		return cli.EnvironmentError(err)
	}
	return d.finish(ctx)
}

// finish sums up, and gives the exit code.
func (d *demo) finish(ctx context.Context) error {
	good, proven := 0, 0
	for _, row := range d.rows {
		if row.AsExpected {
			good++
		}
	}
	for _, row := range d.conformance {
		if row.Conformant {
			proven++
		}
	}
	if d.app.JSON {
		out := map[string]any{"format_version": "1.0", "conformance": d.conformance, "messages": d.rows}
		if err := d.app.PrintJSON(out); err != nil {
			return cli.EnvironmentError(err)
		}
	} else {
		fmt.Fprintf(d.app.Stdout, "\n%d of %d messages did what they should; %d of %d providers are as the suite wants them.\n",
			good, len(d.rows), proven, len(d.conformance))
	}
	if good < len(d.rows) || proven < len(d.conformance) || ctx.Err() != nil {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

func (d *demo) play(ctx context.Context) error {
	d.say("Three providers run as processes of their own; three emulated vendors listen on loopback.\n")
	messages, err := readDemo()
	if err != nil {
		return err
	}
	for _, m := range messages {
		if err := d.send(ctx, m.title, m.message, "accepted", 1); err != nil {
			return err
		}
	}
	d.say("\nA vendor that is down: the route fails over, and both attempts are told.\n")
	code := messages[4].message
	if err := d.fault("innopaas", "refuse"); err != nil {
		return err
	}
	if err := d.send(ctx, "code, while InnoPaaS is down", code, "accepted", 1); err != nil {
		return err
	}
	d.say("\nAn answer that is lost after delivery: unknown, and never sent again.\n")
	if err := d.fault("innopaas", "deliver_then(reset_after_request)"); err != nil {
		return err
	}
	return d.send(ctx, "code, whose answer is lost", code, "unknown", 1)
}

func (d *demo) say(text string) {
	if !d.app.JSON {
		fmt.Fprint(d.app.Stdout, text)
	}
}

func (d *demo) fault(provider, text string) error {
	fault, err := emulator.ParseFault(text)
	if err != nil {
		return err
	}
	return d.sandbox.servers[provider].Script("", fault)
}

// send sends one message, collects the vendor requests it caused, and compares with what is to be shown.
func (d *demo) send(ctx context.Context, title string, m *message.Message, outcome string, deliveries int) error {
	before := map[string]int{}
	for name, server := range d.sandbox.servers {
		before[name] = len(server.Exchanges())
	}
	to, err := message.RecipientOf(m)
	if err != nil {
		return err
	}
	row := demoRow{Title: title, Kind: m.Kind(), Requests: []exchangeRow{}}
	row.Result = newResultRow(d.session.dispatcher.Send(ctx, dispatch.Request{Content: d.session.dispatcher.Prepare(m), To: to}))
	delivered, violations := 0, 0
	for _, v := range d.sandbox.vendors {
		for _, e := range d.sandbox.servers[v.provider].Exchanges()[before[v.provider]:] {
			row.Requests = append(row.Requests, newExchangeRow(v.provider, e))
			violations += len(e.Violations)
			if e.Delivered {
				delivered++
			}
		}
	}
	row.AsExpected = row.Result.Outcome == outcome && delivered == deliveries && violations == 0
	d.rows = append(d.rows, row)
	if !d.app.JSON {
		return d.print(row)
	}
	return nil
}

func (d *demo) print(row demoRow) error {
	w := d.app.Stdout
	mark := ""
	if !row.AsExpected {
		mark = "  <-- not as expected"
	}
	route := row.Result.Route
	if route == "" {
		route = "(channel named by the message)"
	}
	fmt.Fprintf(w, "\n%s%s\n  kind     %s\n  route    %s\n  channel  %s\n  outcome  %s", row.Title, mark, row.Kind, route, row.Result.Channel, row.Result.Outcome)
	if row.Result.Detail != "" {
		fmt.Fprintf(w, " (%s)", row.Result.Detail)
	}
	fmt.Fprintln(w)
	for _, skipped := range row.Result.Skipped {
		fmt.Fprintf(w, "  skipped  %s: %s\n", skipped.Channel, prefixed(skipped.Path, skipped.Detail))
	}
	if len(row.Result.Attempts) > 1 {
		for i, at := range row.Result.Attempts {
			fmt.Fprintf(w, "  attempt  %d: %s %s %s\n", i+1, at.Channel, at.Outcome, at.Reason)
		}
	}
	for _, r := range row.Requests {
		fmt.Fprintf(w, "  request  %s: %s %s\n", r.Provider, r.Method, r.Path)
		var compact bytes.Buffer
		if err := json.Compact(&compact, r.Request); err != nil {
			return err
		}
		fmt.Fprintf(w, "           %s\n", compact.String())
		for _, v := range r.Violations {
			fmt.Fprintf(w, "  wrong    %s\n", v)
		}
	}
	if len(row.Requests) == 0 {
		fmt.Fprintln(w, "  request  none")
	}
	return nil
}
