// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/broadcast"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/message"
)

// planFile shows what sending to the recipients of a file would do, and sends nothing.
func planFile(ctx context.Context, a *cli.App, f *messageFlags, m *message.Message, flags *fileFlags) error {
	h, file, err := flags.start(ctx, a, f, m)
	defer a.CloseHost(h)
	defer func() { _ = closeFile(file) }()
	if err != nil {
		return err
	}
	plan, err := broadcast.NewPlan(ctx, broadcast.PlanOptions{
		File: file, Message: m, Journal: flags.journalPath(), RetryRejected: flags.retryRejected, Planner: h,
	})
	var mismatch *broadcast.JournalError
	switch {
	case errors.As(err, &mismatch):
		return cli.UsageError("%v", err)
	case ctx.Err() != nil:
		return cli.Interrupted()
	case err != nil:
		return cli.EnvironmentError(err)
	}
	return showPlan(a, plan)
}

// planSend shows what sending a message to some recipients would do, and sends nothing.
func planSend(ctx context.Context, a *cli.App, m *message.Message, recipients []message.Recipient) error {
	h, err := a.StartHost(ctx, m)
	defer a.CloseHost(h)
	if err != nil {
		return err
	}
	plan, err := broadcast.NewPlan(ctx, broadcast.PlanOptions{Recipients: recipients, Message: m, Planner: h})
	if err != nil {
		return cli.EnvironmentError(err)
	}
	return showPlan(a, plan)
}

// planView is a plan with --json. Scripts rely on the names.
type planView struct {
	Format     string         `json:"format_version"`
	Rows       int            `json:"rows"`
	Sendable   int            `json:"sendable"`
	Rejected   int            `json:"rejected"`
	Duplicates int            `json:"duplicates"`
	Before     map[string]int `json:"before"`
	Ways       []planWay      `json:"ways"`
	Rejections []planGroup    `json:"rejections"`
	Skipped    []planGroup    `json:"skipped"`
	Undecided  []planGroup    `json:"undecided"`
	Senders    []planSender   `json:"senders"`
	// Seconds is the least time at the rate limits.
	Seconds     float64 `json:"seconds"`
	RawTemplate string  `json:"raw_template,omitempty"`
}

type planWay struct {
	Route   string `json:"route"`
	Channel string `json:"channel"`
	Rows    int    `json:"rows"`
	// Drawn is set if the channel is drawn by weight for each message, so that the rows of the next plan are others.
	Drawn bool `json:"drawn,omitempty"`
}

type planGroup struct {
	// Route or Channel is what the group is about. Both may be empty.
	Route   string `json:"route,omitempty"`
	Channel string `json:"channel,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Path    string `json:"path,omitempty"`
	Detail  string `json:"detail"`
	Rows    int    `json:"rows"`
	Lines   []int  `json:"first_lines,omitempty"`
}

type planSender struct {
	Sender   string   `json:"sender"`
	Channels []string `json:"channels"`
	Rows     int      `json:"rows"`
	// PerSecond and Burst are 0 if there is no rate limit.
	PerSecond float64 `json:"per_second"`
	Burst     int     `json:"burst"`
	Seconds   float64 `json:"seconds"`
}

func newPlanView(p *broadcast.Plan) planView {
	v := planView{
		Format: "1.0", Rows: p.Rows, Sendable: p.Sendable, Rejected: p.Rejected, Duplicates: p.Duplicates, Before: everyOutcome(p.Before),
		Ways: []planWay{}, Rejections: planGroups(p.Rejections), Skipped: planGroups(p.Skipped), Undecided: planGroups(p.Undecided),
		Senders: []planSender{}, Seconds: p.Time().Seconds(), RawTemplate: p.Raw,
	}
	for _, w := range p.Ways {
		v.Ways = append(v.Ways, planWay{Route: w.Route, Channel: w.Channel.String(), Rows: w.Rows, Drawn: w.Drawn})
	}
	for i := range v.Rejections {
		v.Rejections[i].Route, v.Rejections[i].Channel = v.Rejections[i].Channel, ""
	}
	for i := range v.Undecided {
		v.Undecided[i].Route, v.Undecided[i].Channel = v.Undecided[i].Channel, ""
	}
	for i := range v.Skipped {
		v.Skipped[i].Reason = cmp.Or(v.Skipped[i].Reason, config.SkipUnhealthy)
	}
	for _, s := range p.Senders {
		sender := planSender{Sender: s.Sender, Rows: s.Rows, Seconds: s.Time.Seconds()}
		for _, ch := range s.Channels {
			sender.Channels = append(sender.Channels, ch.String())
		}
		if s.Limit != nil {
			sender.PerSecond, sender.Burst = s.Limit.PerSecond, s.Limit.Burst
		}
		v.Senders = append(v.Senders, sender)
	}
	return v
}

// planGroups returns groups whose subject is a channel.
func planGroups(groups []broadcast.Group) []planGroup {
	all := []planGroup{}
	for _, g := range groups {
		all = append(all, planGroup{Channel: g.Subject, Reason: string(g.Reason), Path: g.Path, Detail: g.Detail, Rows: g.Rows, Lines: g.Lines})
	}
	return all
}

// showPlan prints a plan and returns the error that ends the command.
func showPlan(a *cli.App, p *broadcast.Plan) error {
	v := newPlanView(p)
	if a.JSON {
		if err := a.PrintJSON(v); err != nil {
			return err
		}
	} else {
		v.print(a, p.Time())
	}
	if !p.AllSendable() {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

// print shows the plan to people.
func (v planView) print(a *cli.App, atLeast time.Duration) {
	text := fmt.Sprintf("%d to send, %d to reject", v.Sendable, v.Rejected)
	if v.Duplicates > 0 {
		text += fmt.Sprintf(", %d duplicates left out", v.Duplicates)
	}
	fmt.Fprintln(a.Stdout, text+beforeText(v.Before))
	if v.RawTemplate != "" {
		fmt.Fprintf(a.Stdout, "The template %s is raw: it is not declared and goes to the vendor as it is.\n", v.RawTemplate)
	}
	ways := cli.Table{Header: []string{"ROWS", "ROUTE", "FIRST CHANNEL"}}
	for _, w := range v.Ways {
		channel := w.Channel
		if w.Drawn {
			channel += " (drawn by weight)"
		}
		ways.Add(strconv.Itoa(w.Rows), cli.OrDash(w.Route), channel)
	}
	printTable(a, ways, len(v.Ways))
	printGroups(a, "REJECTED", v.Rejections)
	printGroups(a, "SKIPPED", v.Skipped)
	printGroups(a, "NOT DECIDED", v.Undecided)
	senders := cli.Table{Header: []string{"ROWS", "SENDER", "RATE LIMIT", "AT LEAST", "CHANNELS"}}
	for _, s := range v.Senders {
		limit, needs := "none", "-"
		if s.PerSecond > 0 {
			limit = fmt.Sprintf("%v per second", s.PerSecond)
			needs = time.Duration(s.Seconds * float64(time.Second)).Round(time.Second).String()
		}
		senders.Add(strconv.Itoa(s.Rows), cli.OrDash(s.Sender), limit, needs, strings.Join(s.Channels, ", "))
	}
	printTable(a, senders, len(v.Senders))
	if atLeast > 0 {
		fmt.Fprintf(a.Stdout, "\nAt the rate limits this takes at least %s.\n", atLeast.Round(time.Second))
	}
	fmt.Fprintln(a.Stdout, "\nNothing was sent.")
}

// printTable prints a table after an empty line if it has rows.
func printTable(a *cli.App, table cli.Table, rows int) {
	if rows > 0 {
		fmt.Fprintln(a.Stdout)
		table.Write(a.Stdout, a.Stdout.Width())
	}
}

// printGroups prints groups of rows under a title. Their texts are printed whole.
func printGroups(a *cli.App, title string, groups []planGroup) {
	table := cli.Table{Header: []string{"ROWS", title}}
	for _, g := range groups {
		text := Prefixed(g.Path, g.Detail)
		if g.Reason != "" {
			text = g.Reason + ": " + text
		}
		if subject := g.Route + g.Channel; subject != "" {
			text = subject + "  " + text
		}
		if len(g.Lines) > 0 {
			lines := strings.Trim(strings.ReplaceAll(fmt.Sprint(g.Lines), " ", ", "), "[]")
			if more := g.Rows - len(g.Lines); more > 0 {
				lines += fmt.Sprintf(" and %d more", more)
			}
			if len(g.Lines) > 1 {
				lines = "s " + lines
			} else {
				lines = " " + lines
			}
			text += " (line" + lines + ")"
		}
		table.Add(strconv.Itoa(g.Rows), text)
	}
	if len(groups) > 0 {
		fmt.Fprintln(a.Stdout)
		table.Write(a.Stdout, 0)
	}
}
