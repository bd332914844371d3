// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Planner decides where messages would go, as a Sender would. *host.Host is one.
type Planner interface {
	Prepare(m *message.Message) *dispatch.Content
	Decide(c *dispatch.Content, to message.Recipient, d *route.Decision) *outcome.Rejected
	// Senders returns the sending identities of the channels that are known.
	Senders() map[addr.Channel]string
	Config() *config.Config
}

// PlanOptions describe a run that is planned.
type PlanOptions struct {
	// File is as in Options. It is nil for a message to Recipients.
	File       *File
	Recipients []message.Recipient
	Message    *message.Message
	// Journal is the path of the journal, which need not exist and is not changed. It is empty without a File.
	Journal string
	// RetryRejected is as in Options.
	RetryRejected bool
	Planner       Planner
}

// Plan is what a run would do now.
type Plan struct {
	// Rows is the number of rows, or of recipients.
	Rows int
	// Sendable counts the rows that would be sent, and Rejected those that would be rejected.
	Sendable, Rejected int
	// Before counts the rows that earlier runs have finished, by outcome. The rows that were begun and have no outcome, which are
	// not sent again, count as unknown.
	Before     map[string]int
	Duplicates int
	// Ways are where the rows would go first, the one with the most rows first.
	Ways []Way
	// Skipped are the channels that would be passed over, Rejections the reasons of the rows that would be rejected, and Undecided
	// the conditions of routes that cannot be decided. The most frequent of each come first.
	Skipped, Rejections, Undecided []Group
	// Senders are the sending identities with the time that their rows take at their rate limit, the slowest first.
	Senders []SenderTime
	// Raw is the name of a template that the configuration does not declare, or empty.
	Raw string
}

// Way is a route with the channel that is tried first.
type Way struct {
	// Route is empty if the message names its channel.
	Route   string
	Channel addr.Channel
	Rows    int
	// Drawn is set if the route draws the channel by weight for each message, so that another run has other numbers.
	Drawn bool
}

// Group is a number of rows for which the same is true.
type Group struct {
	// Subject is the channel or the route. It may be empty.
	Subject string
	// Reason is the reason of an outcome. It is empty if the channel is unhealthy at the moment.
	Reason       outcome.Reason
	Path, Detail string
	Rows         int
	// Lines are the first lines of the rows in the file.
	Lines []int
}

// SenderTime is how long a sending identity needs for its rows.
type SenderTime struct {
	// Sender is empty if it is not known. Then the channel has a rate limit of its own.
	Sender   string
	Channels []addr.Channel
	Rows     int
	// Limit is the rate limit, or nil if the sender has no limit. Then the vendor decides how long the rows take.
	Limit *config.RateLimit
	// Time is the least time for the rows at the limit.
	Time time.Duration
}

// AllSendable reports whether every row was accepted before or would be sent.
func (p *Plan) AllSendable() bool {
	return p.Rejected+p.Before["rejected"]+p.Before["unknown"] == 0
}

// Time returns the least time that the run takes at the rate limits. The senders send at the same time, so the slowest decides.
func (p *Plan) Time() time.Duration {
	if len(p.Senders) == 0 {
		return 0
	}
	return p.Senders[0].Time
}

// NewPlan decides for each row where it would go now, in the same way as Run, and sends nothing. A row that a vendor would refuse is
// not found. The error is a *JournalError if the journal belongs to another message.
func NewPlan(ctx context.Context, options PlanOptions) (*Plan, error) {
	p := &planning{PlanOptions: options, plan: Plan{Before: map[string]int{}}, ways: map[Way]int{}}
	p.Message = message.Content(options.Message)
	p.content = p.Planner.Prepare(p.Message)
	var err error
	if p.File == nil {
		for i, to := range p.Recipients {
			p.row(Row{Number: i + 1, To: to})
		}
	} else if p.journal, err = peekJournal(p.Journal, journalHead{Message: digestOf([]byte(message.ContentKey(p.Message)))}, p.File); err == nil {
		err = p.file(ctx)
	}
	if err != nil {
		return nil, err
	}
	p.finish()
	return &p.plan, nil
}

// planning makes a plan.
type planning struct {
	PlanOptions
	content  *dispatch.Content
	journal  *journal
	decision route.Decision

	plan                           Plan
	ways                           map[Way]int
	skipped, rejections, undecided groups
}

// file plans all rows of the file that a run would come to.
func (p *planning) file(ctx context.Context) error {
	for {
		row, err := p.File.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case row.Number%rowsBetweenLooks == 0 && ctx.Err() != nil:
			return ctx.Err()
		}
		done := p.journal.outcome(row.Key, p.RetryRejected)
		_, lost := p.journal.lost[row.Key]
		switch {
		case done != "":
			p.plan.Rows++
			p.plan.Before[done]++
		case lost:
			p.plan.Rows++
			p.plan.Before["unknown"]++
		case row.Duplicate:
			p.plan.Rows++
			p.plan.Duplicates++
		default:
			p.row(row)
		}
	}
}

// row plans one row.
func (p *planning) row(row Row) {
	p.plan.Rows++
	if row.Refusal != nil {
		p.plan.Rejected++
		p.rejections.add(row, Group{Reason: row.Refusal.Reason, Path: row.Refusal.Path, Detail: row.Refusal.Detail})
		return
	}
	content := p.content
	if row.Message != nil {
		content = p.Planner.Prepare(row.Message)
	}
	d := &p.decision
	rejected := p.Planner.Decide(content, row.To, d)
	p.plan.Raw = d.RawTemplate
	for _, u := range d.Undecided {
		p.undecided.add(row, Group{Subject: u.Route, Detail: u.Cause})
	}
	for _, s := range d.Skipped {
		p.skipped.add(row, Group{Subject: s.Channel.String(), Reason: s.Reason, Path: s.Path, Detail: s.Detail})
	}
	if rejected != nil {
		p.plan.Rejected++
		p.rejections.add(row, Group{Subject: d.Route, Reason: rejected.Reason, Path: rejected.Path, Detail: rejected.Detail})
		return
	}
	p.plan.Sendable++
	p.ways[Way{Route: d.Route, Channel: d.Candidates[0].Channel, Drawn: d.Drawn}]++
}

// finish completes the plan from what was counted.
func (p *planning) finish() {
	for way, n := range p.ways {
		way.Rows = n
		p.plan.Ways = append(p.plan.Ways, way)
	}
	slices.SortFunc(p.plan.Ways, func(a, b Way) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Route, b.Route), cmp.Compare(a.Channel.String(), b.Channel.String()))
	})
	p.plan.Skipped, p.plan.Rejections, p.plan.Undecided = p.skipped.sorted(), p.rejections.sorted(), p.undecided.sorted()
	p.plan.Senders = senderTimes(p.plan.Ways, p.Planner)
}

// mostSeconds bounds the time of a plan, about thirty years, so that a time.Duration can hold it.
const mostSeconds = 1e9

// senderTimes returns how long the senders of the ways need.
func senderTimes(ways []Way, planner Planner) []SenderTime {
	known, cfg := planner.Senders(), planner.Config()
	var times []*SenderTime
	for _, way := range ways {
		sender := known[way.Channel]
		i := slices.IndexFunc(times, func(t *SenderTime) bool {
			return sender != "" && t.Sender == sender || slices.Contains(t.Channels, way.Channel)
		})
		if i < 0 {
			times, i = append(times, &SenderTime{Sender: sender}), len(times)
		}
		t := times[i]
		t.Rows += way.Rows
		if !slices.Contains(t.Channels, way.Channel) {
			t.Channels = append(t.Channels, way.Channel)
		}
	}
	var all []SenderTime
	for _, t := range times {
		// A limit may be written in any channel of the sender, also in one that gets no rows.
		for _, ch := range cfg.Channels {
			if ch.RateLimit != nil && (slices.Contains(t.Channels, ch.Addr) || t.Sender != "" && known[ch.Addr] == t.Sender) {
				t.Limit = ch.RateLimit
			}
		}
		if t.Limit != nil {
			t.Time = time.Duration(min(float64(max(0, t.Rows-t.Limit.Burst))/t.Limit.PerSecond, mostSeconds) * float64(time.Second))
		}
		all = append(all, *t)
	}
	slices.SortStableFunc(all, func(a, b SenderTime) int { return cmp.Compare(b.Time, a.Time) })
	return all
}
