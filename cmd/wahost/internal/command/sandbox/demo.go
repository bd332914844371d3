// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/cmd/wahost/internal/command/conformance"
	"github.com/wahost/wahost/cmd/wahost/internal/command/message"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/internal/printable"
	sdk "github.com/wahost/wahost/sdk/message"
)

// Demo returns the command `wahost demo`.
func Demo(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Send a message of every kind through routes to emulated vendors",
		Long: `Run the quick checks of the conformance suite on the included providers and show
the kinds of message that each carries. Then start them with an emulator of each
vendor's API on loopback, send one message of every kind through the routes of a
sample configuration, and show the route, the channel, the outcome and the
vendor request of each. Then show what happens when a vendor is down and when an
answer is lost. Nothing leaves this machine. The exit code is 1 if a provider
fails a check or a message does not have the expected outcome.`,
		Example: "  wahost demo\n  wahost demo --json",
		Args:    cli.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), a) },
	}
}

// demoRow is a message of the demo, in `demo --json`.
type demoRow struct {
	Title    string                 `json:"title"`
	Kind     string                 `json:"kind"`
	Result   message.Result         `json:"result"`
	Requests []conformance.Exchange `json:"requests"`
	// AsExpected reports whether the outcome and the vendor requests are those that the demo is meant to show.
	AsExpected bool `json:"as_expected"`
}

type demo struct {
	app     *cli.App
	sandbox *sandbox
	host    *host.Host
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
	a.ConfigDir, a.ConfigFrom, a.OwnConfig = dir, "", true
	h, err := a.StartHost(ctx, nil)
	defer a.CloseHost(h)
	if err != nil {
		return err
	}
	d.host = h
	if err := d.play(ctx); err != nil {
		return cli.EnvironmentError(err)
	}
	return d.finish(ctx)
}

// finish prints the summary and returns the error that sets the exit code.
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
			return err
		}
	} else {
		fmt.Fprintf(d.app.Stdout, "\n%d of %d messages had the expected outcome; %d of %d providers passed the checks.\n",
			good, len(d.rows), proven, len(d.conformance))
	}
	if good < len(d.rows) || proven < len(d.conformance) || ctx.Err() != nil {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

func (d *demo) play(ctx context.Context) error {
	d.say(fmt.Sprintf("%d providers run as processes of their own; as many emulated vendors listen on loopback.\n", len(d.sandbox.vendors)))
	messages, err := readDemo()
	if err != nil {
		return err
	}
	for _, m := range messages {
		if err := d.send(ctx, m.title, m.message, "accepted", 1); err != nil {
			return err
		}
	}
	d.say("\nA vendor that is down: the route fails over, and both attempts are shown.\n")
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

// send sends one message, collects the vendor requests, and compares both with what is expected.
func (d *demo) send(ctx context.Context, title string, m *sdk.Message, outcome string, deliveries int) error {
	before := map[string]int{}
	for name, server := range d.sandbox.servers {
		before[name] = len(server.Exchanges())
	}
	to, err := sdk.RecipientOf(m)
	if err != nil {
		return err
	}
	row := demoRow{Title: title, Kind: m.Kind(), Requests: []conformance.Exchange{}}
	row.Result = message.NewResult(d.host.Send(ctx, dispatch.Request{Content: d.host.Prepare(m), To: to}))
	delivered, violations := 0, 0
	for _, v := range d.sandbox.vendors {
		for _, e := range d.sandbox.servers[v.provider].Exchanges()[before[v.provider]:] {
			row.Requests = append(row.Requests, conformance.NewExchange(v.provider, e))
			violations += len(e.Violations)
			if e.Delivered {
				delivered++
			}
		}
	}
	row.AsExpected = row.Result.Outcome == outcome && delivered == deliveries && violations == 0
	d.rows = append(d.rows, row)
	if !d.app.JSON {
		d.print(row)
	}
	return nil
}

func (d *demo) print(row demoRow) {
	w := d.app.Stdout
	row = printable.Fields(row)
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
		fmt.Fprintf(w, "  skipped  %s: %s\n", skipped.Channel, message.Prefixed(skipped.Path, skipped.Detail))
	}
	if len(row.Result.Attempts) > 1 {
		for i, at := range row.Result.Attempts {
			fmt.Fprintf(w, "  attempt  %d: %s %s %s\n", i+1, at.Channel, at.Outcome, at.Reason)
		}
	}
	for _, r := range row.Requests {
		fmt.Fprintf(w, "  request  %s: %s %s\n", r.Provider, r.Method, r.Path)
		if body := r.Body(); body != "" {
			fmt.Fprintf(w, "           %s\n", body)
		}
		for _, v := range r.Violations {
			fmt.Fprintf(w, "  wrong    %s\n", v)
		}
	}
	if len(row.Requests) == 0 {
		fmt.Fprintln(w, "  request  none")
	}
}
