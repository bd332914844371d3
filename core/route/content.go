// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package route

import (
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Content is a message without its recipients: what routes look at, and what each channel makes of it, which is
// worked out once however many recipients there are. It belongs to the table that made it and is safe for concurrent
// use.
type Content struct {
	// facts are those that are the same for all recipients. The message in them is complete: its category is known where
	// its template declares one.
	facts config.Facts
	// country is set if the country of a recipient counts, and byRecipient if anything of one but its kind does.
	country, byRecipient bool
	// raw is the name of the template if it is not declared. unknownTemplate is the reason to refuse it, or "" if
	// it may be sent.
	raw, unknownTemplate string

	made   atomic.Pointer[[]made]
	shared atomic.Pointer[shared]
	again  atomic.Bool // a decision was made about the content
}

// Message returns the message, which must not be changed.
func (c *Content) Message() *message.Message { return c.facts.Message }

// made is a content as one channel needs it.
type made struct {
	channel addr.Channel
	checker *capability.Checker // a channel that was opened anew may carry other things
	message *message.Message    // as the channel's vendor needs it
	skip    *Skip               // the reason the channel cannot carry it for any recipient, or nil
}

// NewContent prepares a message for routing. Its recipient does not count. The error is a *message.InvalidError:
// parameters that do not fit the logical template, or options that a vendor does not have.
func (t *Table) NewContent(m *message.Message) (*Content, error) {
	if t.options != nil && len(m.GetWahost().GetVendor().GetFields()) > 0 {
		if problem := t.options.Check(m); problem != nil {
			return nil, &message.InvalidError{Problems: []message.Problem{*problem}}
		}
	}
	complete, err := t.templates.Complete(m)
	if err != nil {
		return nil, err
	}
	raw := t.templates.Raw(complete)
	return &Content{
		facts: config.Facts{
			Message: complete, Kind: complete.Kind(), Category: complete.Category(), Template: complete.GetTemplate().GetName(),
		},
		country: t.countries, byRecipient: t.byRecipient,
		raw: raw, unknownTemplate: t.templates.Unknown(raw),
	}, nil
}

// For returns the facts of one recipient of the content. The country is missing if no route of the table looks at it. For is the only
// place where facts are made, so that every decision about a message and a recipient looks at the same things, whoever asks for it.
func (c *Content) For(to message.Recipient, now time.Time, random uint64) Facts {
	f := Facts{Facts: c.facts, Now: now, Random: random, content: c}
	f.To = to
	if c.country {
		f.Country = Country(to)
	}
	return f
}

func (c *Content) forChannel(t *Table, ch addr.Channel, checker *capability.Checker) *made {
	known := c.made.Load()
	if known != nil {
		for i := range *known {
			if m := &(*known)[i]; m.checker == checker && m.channel == ch {
				return m
			}
		}
	}
	fresh := made{channel: ch, checker: checker}
	fresh.message, fresh.skip = t.prepare(ch, c.facts.Message, checker)
	if fresh.skip == nil {
		if r := checker.CheckContent(fresh.message); r != nil {
			fresh.skip = &Skip{Reason: r.Reason, Path: r.Path, Detail: r.Detail}
		}
	}
	if fresh.skip != nil {
		fresh.skip.Channel = ch
	}
	// If two goroutines do this at once, the work of one is lost, which does no harm.
	var others []made
	if known != nil {
		others = slices.DeleteFunc(slices.Clone(*known), func(m made) bool { return m.channel == ch })
	}
	others = append(others, fresh)
	c.made.Store(&others)
	return &fresh
}

// prepare returns the message as the vendor of the channel needs it: with the vendor's template, with the defaults of its
// options, and with placeholders filled if the vendor does not fill them itself.
func (t *Table) prepare(ch addr.Channel, m *message.Message, checker *capability.Checker) (*message.Message, *Skip) {
	m, err := t.templates.Resolve(m, ch)
	if err != nil {
		return nil, unresolved(err)
	}
	if t.options != nil {
		m = t.options.Complete(ch.Provider, m)
	}
	if len(m.GetWahost().GetVariables()) == 0 || checker.Capabilities().TextVariables {
		return m, nil
	}
	rendered, err := render(m)
	if err != nil {
		return nil, &Skip{Reason: outcome.ReasonInvalidMessage, Path: "wahost.variables", Detail: err.Error()}
	}
	return rendered, nil
}

func unresolved(err error) *Skip {
	var invalid *message.InvalidError
	if errors.As(err, &invalid) && len(invalid.Problems) > 0 {
		return &Skip{Reason: outcome.ReasonInvalidMessage, Path: invalid.Problems[0].Path, Detail: invalid.Problems[0].Detail}
	}
	return &Skip{Reason: outcome.ReasonTemplateUnavailable, Path: "template", Detail: err.Error()}
}

// render returns the message with the placeholders of its text filled and without variables.
func render(m *message.Message) (*message.Message, error) {
	body, err := message.RenderVariables(m.GetText().GetBody(), m.GetWahost().GetVariables())
	if err != nil {
		return nil, err
	}
	out := proto.CloneOf(m)
	out.Text.Body = body
	out.Wahost.Variables = nil
	return out, nil
}
