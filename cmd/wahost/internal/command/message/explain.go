// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
)

// Explain returns the command `wahost explain`.
func Explain(a *cli.App) *cobra.Command {
	f := &messageFlags{app: a}
	var verbose bool
	cmd := &cobra.Command{
		Use:        "explain",
		SuggestFor: []string{"plan", "why"},
		Short:      "Show where a message would go and why, without sending it",
		Long: `Show where a message would go: the route that matches, its channels in the
order in which they are tried, and each channel that is skipped with the reason.
Nothing is sent. The exit code is 1 if no channel can carry the message.`,
		Example: `  wahost explain --to +919900112233 --template login_code --param 482913
  wahost explain --message order.json --json`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := f.build()
			if err != nil {
				return err
			}
			recipients, err := f.recipients(m)
			if err != nil {
				return err
			}
			h, err := a.StartHost(cmd.Context(), m)
			defer a.CloseHost(h)
			if err != nil {
				return err
			}
			carried, senders := true, h.Senders()
			for _, to := range recipients {
				decision, misses, err := h.Explain(m, to)
				if err != nil {
					return messageError(err)
				}
				carried = carried && len(decision.Candidates) > 0
				if err := printDecision(a, newExplanation(m, to, decision, misses, senders), verbose); err != nil {
					return cli.EnvironmentError(err)
				}
			}
			if !carried {
				return cli.ExitWith(cli.ExitNegative)
			}
			return nil
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&verbose, "verbose", false, "show the sender of each channel too: channels of one sender share its rate limit")
	return cmd
}

// explanation is the output of `explain --json`, printed for each recipient.
type explanation struct {
	Format   string   `json:"format_version"`
	To       string   `json:"to"`
	Kind     string   `json:"kind"`
	Country  string   `json:"country,omitempty"`
	Route    string   `json:"route,omitempty"`
	Problem  string   `json:"problem,omitempty"`
	Channels []string `json:"channels"`
	// Senders holds the sender of each of the channels whose sender is known.
	Senders map[string]string `json:"senders,omitempty"`
	Skipped []Skip            `json:"skipped"`
	Missed  []missRow         `json:"missed_routes"`
}

type missRow struct {
	Route string `json:"route"`
	Why   string `json:"why"`
}

func newExplanation(m *message.Message, to message.Recipient, d route.Decision, misses []route.Miss, senders map[addr.Channel]string) explanation {
	e := explanation{
		Format: "1.0", To: to.Address, Kind: m.Kind(), Country: route.Country(to), Route: d.Route, Problem: d.NoRoute,
		Channels: []string{}, Senders: map[string]string{}, Skipped: skipRows(d.Skipped), Missed: []missRow{},
	}
	for _, c := range d.Candidates {
		e.Channels = append(e.Channels, c.Channel.String())
		if sender := senders[c.Channel]; sender != "" {
			e.Senders[c.Channel.String()] = sender
		}
	}
	for _, miss := range misses {
		e.Missed = append(e.Missed, missRow(miss))
	}
	return e
}

func printDecision(a *cli.App, e explanation, verbose bool) error {
	if a.JSON {
		return a.PrintJSON(e)
	}
	fmt.Fprintf(a.Stdout, "%s, %s", e.To, e.Kind)
	if e.Country != "" {
		fmt.Fprintf(a.Stdout, ", %s", e.Country)
	}
	fmt.Fprintln(a.Stdout)
	for _, miss := range e.Missed {
		fmt.Fprintf(a.Stdout, "  not route %s: %s\n", miss.Route, miss.Why)
	}
	switch {
	case e.Problem != "":
		fmt.Fprintf(a.Stdout, "  no route: %s\n", e.Problem)
	case e.Route != "":
		fmt.Fprintf(a.Stdout, "  route %s\n", e.Route)
	default:
		fmt.Fprintln(a.Stdout, "  channel named by the message")
	}
	for i, ch := range e.Channels {
		fmt.Fprintf(a.Stdout, "    %d. %s", i+1, ch)
		if sender := e.Senders[ch]; verbose && sender != "" {
			fmt.Fprintf(a.Stdout, ", sender %s", sender)
		}
		fmt.Fprintln(a.Stdout)
	}
	for _, s := range e.Skipped {
		fmt.Fprintf(a.Stdout, "    -  %s skipped (%s): ", s.Channel, s.Reason)
		if s.Path != "" {
			fmt.Fprintf(a.Stdout, "%s: ", s.Path)
		}
		fmt.Fprintln(a.Stdout, s.Detail)
	}
	return nil
}
