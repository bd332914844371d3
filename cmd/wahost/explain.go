// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
)

func newExplain(a *app) *cobra.Command {
	f := &messageFlags{}
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "Show where a message would go and why, without sending it",
		Long: `Show where a message would go: the route that matches, its channels in the
order in which they are tried, and each channel that is skipped with the reason.
Nothing is sent. Ends with 1 where no channel can carry the message.`,
		Example: `  wahost explain --to +919900112233 --template login_code --param 482913
  wahost explain --message order.json --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := f.build(a.stdin)
			if err != nil {
				return err
			}
			recipients, err := f.recipients(m)
			if err != nil {
				return err
			}
			s, err := a.loadAndOpen(cmd.Context(), m)
			defer s.close()
			if err != nil {
				return err
			}
			carried := true
			for _, to := range recipients {
				decision, misses, err := s.dispatcher.Explain(m, to)
				if err != nil {
					return messageError(err)
				}
				carried = carried && len(decision.Candidates) > 0
				if err := a.printDecision(m, to, decision, misses); err != nil {
					return environmentError(err)
				}
			}
			if !carried {
				return said(exitBad)
			}
			return nil
		},
	}
	f.register(cmd)
	return cmd
}

// explanation is the output of `explain --json`, one for each recipient.
type explanation struct {
	Format   string    `json:"format_version"`
	To       string    `json:"to"`
	Kind     string    `json:"kind"`
	Country  string    `json:"country,omitempty"`
	Route    string    `json:"route,omitempty"`
	Problem  string    `json:"problem,omitempty"`
	Channels []string  `json:"channels"`
	Skipped  []skipRow `json:"skipped"`
	Missed   []missRow `json:"missed_routes"`
}

type skipRow struct {
	Channel string `json:"channel"`
	Reason  string `json:"reason"`
	Path    string `json:"path,omitempty"`
	Detail  string `json:"detail"`
}

type missRow struct {
	Route string `json:"route"`
	Why   string `json:"why"`
}

func skipRows(skips []route.Skip) []skipRow {
	rows := []skipRow{}
	for _, s := range skips {
		reason := string(s.Reason)
		if reason == "" {
			reason = "unhealthy"
		}
		rows = append(rows, skipRow{Channel: s.Channel.String(), Reason: reason, Path: s.Path, Detail: s.Detail})
	}
	return rows
}

func (a *app) printDecision(m *message.Message, to message.Recipient, d route.Decision, misses []route.Miss) error {
	e := explanation{
		Format: "1.0", To: to.Address, Kind: m.Kind(), Country: route.Country(to), Route: d.Route, Problem: d.NoRoute,
		Channels: []string{}, Skipped: skipRows(d.Skipped), Missed: []missRow{},
	}
	for _, c := range d.Candidates {
		e.Channels = append(e.Channels, c.Channel.String())
	}
	for _, miss := range misses {
		e.Missed = append(e.Missed, missRow(miss))
	}
	if a.json {
		return a.printJSON(e)
	}
	fmt.Fprintf(a.stdout, "%s, %s", e.To, e.Kind)
	if e.Country != "" {
		fmt.Fprintf(a.stdout, ", %s", e.Country)
	}
	fmt.Fprintln(a.stdout)
	for _, miss := range e.Missed {
		fmt.Fprintf(a.stdout, "  not route %s: %s\n", miss.Route, miss.Why)
	}
	switch {
	case e.Problem != "":
		fmt.Fprintf(a.stdout, "  no route: %s\n", e.Problem)
	case e.Route != "":
		fmt.Fprintf(a.stdout, "  route %s\n", e.Route)
	default:
		fmt.Fprintln(a.stdout, "  channel named by the message")
	}
	for i, ch := range e.Channels {
		fmt.Fprintf(a.stdout, "    %d. %s\n", i+1, ch)
	}
	for _, s := range e.Skipped {
		fmt.Fprintf(a.stdout, "    -  %s skipped (%s): ", s.Channel, s.Reason)
		if s.Path != "" {
			fmt.Fprintf(a.stdout, "%s: ", s.Path)
		}
		fmt.Fprintln(a.stdout, s.Detail)
	}
	return nil
}
