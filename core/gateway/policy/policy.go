// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Policy is what the configuration says about the messages of a sender. The zero Policy refuses free-form messages outside of the service
// window, and marketing messages to people who opted out.
type Policy struct {
	Window WindowPolicy
	// OptOut are the categories that an opt-out is about. If it is empty, it is about marketing.
	OptOut []string
	Quiet  []QuietHours
	// Bounds are counted by a Limiter.
	Bounds []Bound
}

// Facts are what is known when a decision is made.
type Facts struct {
	Now time.Time
	// SendAt is when the caller wants the message to be sent, or zero for now.
	SendAt time.Time
	// Expires is when the message is not worth sending any more, or zero for never.
	Expires time.Time
	// Category is that of the message. It is empty for a template whose category is not known.
	Category string
	// Template is true if the message is a template.
	Template bool
	// Attached is true for a reaction and a pin, which say something about another message. No template is sent in their place.
	Attached bool
	To       message.Recipient

	// LastInbound is when the recipient wrote last, or zero if that never happened.
	LastInbound time.Time
	// NoInbound is true if inbound messages of the sender do not come to the gateway, so that LastInbound tells nothing.
	NoInbound bool
	// OptedOut is true if the recipient does not want the messages that Policy.OptOut names.
	OptedOut bool
	// Zones are the time zones that the recipient may be in. They are needed if there are quiet hours.
	Zones []*time.Location
}

// Verdict is what to do with a message.
type Verdict int

// The verdicts.
const (
	// Send means that the message may be sent at Decision.At.
	Send Verdict = iota
	// Replace means that the template of Policy.Window is to be sent in place of the message, at Decision.At.
	Replace
	// Refuse means that Decision.Rejected is the answer for the caller.
	Refuse
)

// Decision is what a policy says about a message.
type Decision struct {
	Verdict Verdict
	// At is when to send the message. It is not before Facts.Now.
	At time.Time
	// Quiet is true if At is later than the caller asked for, because of quiet hours.
	Quiet    bool
	Rejected *outcome.Rejected
}

// Decide decides about a message. It may be asked again when a message that waited is about to be sent.
func (p *Policy) Decide(f *Facts) Decision {
	if r := p.refuse(f); r != nil {
		return Decision{Verdict: Refuse, Rejected: r}
	}
	d := Decision{Verdict: Send, At: f.Now}
	if f.SendAt.After(f.Now) {
		d.At = f.SendAt
	} else if !f.windowOpen() {
		// The window of a message for later is judged when its time has come.
		switch {
		case p.Window.Action == WindowSend:
		case p.Window.Action == WindowTemplate && !f.Attached:
			d.Verdict = Replace
			template := *f
			template.Category, template.Template = p.Window.Category, true
			f = &template
			if r := p.refuse(f); r != nil {
				return Decision{Verdict: Refuse, Rejected: r}
			}
		default:
			return Decision{Verdict: Refuse, Rejected: outsideWindow(f)}
		}
	}
	asked := d.At
	// The end of some hours may be in others. Hours that leave no time of day are refused when the configuration is read.
	for moved := true; moved && d.At.Sub(asked) <= 24*time.Hour; {
		before := d.At
		for _, q := range p.Quiet {
			if q.applies(f.Category) {
				d.At = q.Next(d.At, f.Zones)
			}
		}
		moved = d.At.After(before)
	}
	d.Quiet = d.At.After(asked)
	if !f.Expires.IsZero() && !d.At.Before(f.Expires) {
		r := outcome.Reject(outcome.ReasonInvalidMessage, "", "the message would expire at %s, before it may be sent", f.Expires.UTC().Format(time.RFC3339)).Rejected
		return Decision{Verdict: Refuse, Rejected: r}
	}
	return d
}

// refuse returns why a message may not be sent at any time, or nil.
func (p *Policy) refuse(f *Facts) *outcome.Rejected {
	if f.OptedOut && p.covers(f.Category) {
		r := outcome.Reject(outcome.ReasonOptedOut, "to", "the recipient has opted out of such messages").Rejected
		r.Scope = outcome.ScopeRecipient
		return r
	}
	return nil
}

// DefaultLifetime is how long an authentication message is worth sending unless the configuration says otherwise: WhatsApp itself drops
// such a template after 10 minutes (Meta's page "Time-to-live" of the Cloud API).
const DefaultLifetime = 10 * time.Minute

// Expires returns when a message is not worth sending any more. A lifetime of 0 stands for the default of the category. The zero time
// means that it does not end. Due is when the message is to be sent.
func Expires(category string, lifetime time.Duration, due time.Time) time.Time {
	switch {
	case lifetime > 0:
		return due.Add(lifetime)
	case category == message.CategoryAuthentication:
		return due.Add(DefaultLifetime)
	}
	return time.Time{}
}
