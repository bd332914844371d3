// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/internal/printable"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Explain returns the command `wahost explain`.
func Explain(a *cli.App) *cobra.Command {
	f := &messageFlags{app: a}
	file := &fileFlags{}
	var verbose bool
	cmd := &cobra.Command{
		Use:        "explain",
		SuggestFor: []string{"plan", "why"},
		Short:      "Show where a message would go and why, without sending it",
		Long: `Show where a message would go: the route that matches, its channels in the
order in which they are tried, and each channel that is skipped with the reason.
Nothing is sent. Where a route draws channels by weight for each message, the
share of each channel is shown. The exit code is 1 if no channel can carry the
message now.

With --to-file, the rows of the file are counted by route and channel, as by
"wahost send --dry-run". Rows that earlier runs have finished are counted apart.
The exit code is 1 if not all rows can be sent.`,
		Example: `  wahost explain --to +919900112233 --template login_code --param 482913
  wahost explain --message order.json --json
  wahost explain --to-file customers.csv --template order_shipped --language en`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := file.check(cmd, "journal"); err != nil {
				return err
			}
			m, err := f.build()
			if err != nil {
				return err
			}
			if file.path != "" {
				return planFile(cmd.Context(), a, f, m, file)
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
			carried, known := true, channelFacts{h.Senders(), h.Windows()}
			for _, to := range recipients {
				decision, misses, err := h.Explain(m, to)
				if err != nil {
					return messageError(err)
				}
				carried = carried && len(decision.Candidates) > 0
				if err := printDecision(a, newExplanation(h.Config(), m, to, decision, misses, known), verbose); err != nil {
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
	file.readFlags.register(cmd)
	cmd.Flags().StringVar(&file.journal, "journal", "", "journal of earlier runs (default: the recipients file with .journal added)")
	cli.CompleteFiles(cmd, nil, "journal")
	cmd.Flags().BoolVar(&verbose, "verbose", false, "show of each channel its sender, whose rate limit it shares, and how many requests it has under way at a time")
	return cmd
}

// explanation is the output of `explain --json`, printed for each recipient.
type explanation struct {
	Format   string   `json:"format_version"`
	To       string   `json:"to"`
	Kind     string   `json:"kind"`
	Category string   `json:"category,omitempty"`
	Country  string   `json:"country,omitempty"`
	Route    string   `json:"route,omitempty"`
	Problem  string   `json:"problem,omitempty"`
	Channels []string `json:"channels"`
	// Shares holds, if the route draws its channels by weight for each message, the part of the messages that goes to each of
	// the channels first. The order of Channels is that of the shares then.
	Shares map[string]float64 `json:"shares,omitempty"`
	// Senders holds the sender of each of the channels whose sender is known.
	Senders map[string]string `json:"senders,omitempty"`
	// Windows holds how many requests to the vendor each of the channels may have under way.
	Windows map[string]windowRow `json:"windows,omitempty"`
	Skipped []Skip               `json:"skipped"`
	Missed  []missRow            `json:"missed_routes"`
	// Undecided are the routes whose condition could not be decided.
	Undecided []Undecided `json:"undecided,omitempty"`
	// RawTemplate is the name of a template that the configuration does not declare, and that goes to the vendor as it is.
	RawTemplate string `json:"raw_template,omitempty"`
	// Rejected is what send answers if no channel can carry the message.
	Rejected *rejectedRow `json:"rejected,omitempty"`

	suggestion string // the sentence that names a template similar to RawTemplate, or ""
}

// windowRow is the window of a channel. The numbers are what this command would begin with.
type windowRow struct {
	Size  int `json:"size"`
	Least int `json:"least"`
	Most  int `json:"most"`
}

func (w windowRow) String() string {
	if w.Size == w.Most {
		return fmt.Sprintf("%d requests at a time at most", w.Most)
	}
	return fmt.Sprintf("%d requests at a time at first, and %d to %d as the vendor answers", w.Size, w.Least, w.Most)
}

// channelFacts is what is known of the channels besides the decision.
type channelFacts struct {
	senders map[addr.Channel]string
	windows map[addr.Channel]dispatch.Window
}

type missRow struct {
	Route string `json:"route"`
	Why   string `json:"why"`
}

type rejectedRow struct {
	Reason string `json:"reason"`
	Path   string `json:"path,omitempty"`
	Detail string `json:"detail"`
}

func newExplanation(c *config.Config, m *message.Message, to message.Recipient, d route.Decision, misses []route.Miss, known channelFacts) explanation {
	e := explanation{
		Format: "1.0", To: to.Address, Kind: m.Kind(), Category: d.Category, Country: route.Country(to), Route: d.Route, Problem: d.NoRoute,
		Channels: []string{}, Senders: map[string]string{}, Windows: map[string]windowRow{}, Skipped: skipRows(d.Skipped), Missed: []missRow{},
		Undecided: undecidedRows(d.Undecided), RawTemplate: d.RawTemplate,
	}
	if d.Drawn {
		e.Shares = d.Shares()
		slices.SortStableFunc(d.Candidates, func(a, b route.Candidate) int {
			if a.Weight == b.Weight && a.Weight > 0 {
				return cmp.Compare(a.Channel.String(), b.Channel.String())
			}
			return cmp.Compare(b.Weight, a.Weight)
		})
	}
	for _, c := range d.Candidates {
		e.Channels = append(e.Channels, c.Channel.String())
		if sender := known.senders[c.Channel]; sender != "" {
			e.Senders[c.Channel.String()] = sender
		}
		if w, ok := known.windows[c.Channel]; ok {
			e.Windows[c.Channel.String()] = windowRow{w.Size, w.Least, w.Most}
		}
	}
	for _, miss := range misses {
		e.Missed = append(e.Missed, missRow(miss))
	}
	if o, rejected := dispatch.Rejection(&d); rejected {
		e.Rejected = &rejectedRow{Reason: string(o.Rejected.Reason), Path: o.Rejected.Path, Detail: o.Rejected.Detail}
	}
	if e.RawTemplate != "" {
		var names []string
		for _, t := range c.Templates {
			names = append(names, t.Name)
		}
		e.suggestion = suggest.Sentence(e.RawTemplate, names)
	}
	return e
}

func printDecision(a *cli.App, e explanation, verbose bool) error {
	if a.JSON {
		return a.PrintJSON(e)
	}
	e = printable.Fields(e)
	fmt.Fprintf(a.Stdout, "%s, %s", e.To, e.Kind)
	if e.Country != "" {
		fmt.Fprintf(a.Stdout, ", %s", e.Country)
	}
	fmt.Fprintln(a.Stdout)
	for _, miss := range e.Missed {
		fmt.Fprintf(a.Stdout, "  not route %s: %s\n", miss.Route, miss.Why)
	}
	switch {
	case e.Problem != "" && e.Rejected.Reason != string(outcome.ReasonMisconfigured):
		fmt.Fprintf(a.Stdout, "  rejected (%s): %s\n", e.Rejected.Reason, Prefixed(e.Rejected.Path, e.Rejected.Detail))
		return nil
	case e.Problem != "":
		fmt.Fprintf(a.Stdout, "  no route: %s\n", e.Problem)
	case e.Route != "":
		fmt.Fprintf(a.Stdout, "  route %s\n", e.Route)
	default:
		fmt.Fprintln(a.Stdout, "  channel named by the message")
	}
	if e.RawTemplate != "" {
		fmt.Fprintf(a.Stdout, "    template %s is raw: it is not declared and goes to the vendor as it is.%s\n", e.RawTemplate, e.suggestion)
	}
	if e.Shares != nil {
		fmt.Fprintln(a.Stdout, "    drawn by weight for each message:")
	}
	printChannels(a, e, verbose)
	for _, s := range e.Skipped {
		fmt.Fprintf(a.Stdout, "    -  %s skipped (%s): %s\n", s.Channel, s.Reason, Prefixed(s.Path, s.Detail))
	}
	return nil
}

func printChannels(a *cli.App, e explanation, verbose bool) {
	for i, ch := range e.Channels {
		if share, drawn := e.Shares[ch]; drawn {
			fmt.Fprintf(a.Stdout, "    %.0f%% %s", 100*share, ch)
		} else {
			fmt.Fprintf(a.Stdout, "    %d. %s", i+1, ch)
		}
		if sender := e.Senders[ch]; verbose && sender != "" {
			fmt.Fprintf(a.Stdout, ", sender %s", sender)
		}
		if w, ok := e.Windows[ch]; verbose && ok {
			fmt.Fprintf(a.Stdout, ", %s", w)
		}
		fmt.Fprintln(a.Stdout)
	}
}
