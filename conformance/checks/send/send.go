// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package send holds the checks of every kind of message: the same matrix for each, and what each has of its own.
package send

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// Checks returns the checks of every kind of message: the matrix for each kind, and the checks of single kinds.
func Checks(*suite.Facts) []suite.Check {
	out := slices.Concat(textAndTemplate(), media(), others())
	for _, kind := range sample.Kinds() {
		for _, row := range columns() {
			out = append(out, row.forKind(kind))
		}
	}
	return out
}

// column is a check that the suite makes for every kind of message.
type column struct {
	// Check has the last part of the id as its ID, and a requirement with KIND in place of the kind.
	suite.Check
	// kindKills names further mutants that the check of one kind must find, by kind.
	kindKills map[string][]string
	// bare columns do not begin with the delivery of a minimal message.
	bare bool
	// needs returns what else than the kind the provider lacks, or ""; nil means that nothing else is needed.
	needs func(*suite.Facts) string
	run   func(ctx context.Context, e *suite.Env, kind string)
}

func (c column) forKind(kind string) suite.Check {
	check := c.Check
	check.ID = "send/" + kind + "/" + c.ID
	check.Requirement = strings.ReplaceAll(c.Requirement, "KIND", kind)
	check.Capability, check.Needs = kind, suite.NeedsKind(kind)
	if c.needs != nil {
		check.Needs = func(f *suite.Facts) string { return cmp.Or(suite.NeedsKind(kind)(f), c.needs(f)) }
	}
	check.Kills = slices.Concat(c.Kills, c.kindKills[kind])
	check.Run = func(ctx context.Context, e *suite.Env) {
		if !c.bare {
			delivered(ctx, e, kind)
		}
		c.run(ctx, e, kind)
	}
	return check
}

var matrix = []column{
	{
		Check: suite.Check{
			ID: "minimal", Level: report.Cap,
			Requirement: "A message of kind KIND with only the required fields is accepted in one vendor request and gets an id.",
			Kills:       []string{"success-without-id", "success-without-network"},
		},
		kindKills: map[string][]string{message.KindText: {"drops-plus", "id-beyond-reason", "id-not-utf8"}, message.KindVideo: {"declares-video-but-refuses"}},
		bare:      true, run: minimal,
	},
	{
		Check: suite.Check{
			ID: "maximal", Level: report.Cap,
			Requirement: "A message of kind KIND with every field set, and with lists and texts at their maximum, is accepted and delivered.",
			Kills:       []string{"success-without-network", "limit-of-its-own"},
		},
		bare: true, run: maximal,
	},
	{
		Check: suite.Check{
			ID: "fidelity", Level: report.Cap,
			Requirement: "Each text that the caller sets in a message of kind KIND is in the request as it is, or listed as ignored, or the message is refused and the refusal names the field.",
			Kills:       []string{"drops-footer", "drops-last-row-description", "truncates", "lower-cases"},
		},
		kindKills: map[string][]string{
			message.KindButton: {"truncates-button-title"}, message.KindDocument: {"duplicates-caption"}, message.KindReaction: {"drops-reaction-target"},
			message.KindPin: {"drops-pin-target"},
		},
		run: fidelity,
	},
	{
		Check: suite.Check{
			ID: "fidelity-values", Level: report.Cap,
			Requirement: "Changing one number, boolean or word in a message of kind KIND changes the request, or the field is listed as ignored or refused.",
			Kills:       []string{"ignores-preview-flag", "parses-number-as-float"},
		},
		kindKills: map[string][]string{
			message.KindAudio: {"drops-voice-flag"}, message.KindReaction: {"one-emoji-for-all"}, message.KindPin: {"drops-pin-expiry", "always-pins"}, sample.KindCTAURL: {"drops-link-text"},
			sample.KindFlow: {"drops-flow-payload"}, sample.KindCatalogMessage: {"drops-thumbnail"},
		},
		run: fidelityValues,
	},
	{
		Check: suite.Check{
			ID: "no-extra", Level: report.Rec,
			Requirement: "The provider adds no text of its own to what the recipient of a message of kind KIND sees.",
			Kills:       []string{"adds-signature"},
		},
		run: noExtra,
	},
	{
		Check: suite.Check{
			ID: "boundary", Level: report.Cap,
			Requirement: "Each limited field of a message of kind KIND is carried whole at its limit, and above its limit it is refused or carried whole.",
			Control:     "The same field at its limit is accepted.",
			Kills:       []string{"truncates", "truncates-button-title"},
		},
		kindKills: map[string][]string{message.KindText: {"truncates-long-text"}},
		run:       boundary,
	},
	{
		Check: suite.Check{
			ID: "unicode", Level: report.Cap,
			Requirement: "Combining marks, joined emoji, right-to-left and non-BMP text in a message of kind KIND arrive unchanged.",
			Kills:       []string{"mangles-unicode"},
		},
		run: unicode,
	},
	{
		Check: suite.Check{
			ID: "escaping", Level: report.Cap,
			Requirement: "Quotes, backslashes, markup, percent signs, placeholders and control characters in a message of kind KIND arrive unchanged or are refused.",
			Kills:       []string{"breaks-escaping"},
		},
		run: escaping,
	},
	{
		Check: suite.Check{
			ID: "whitespace", Level: report.Rec,
			Requirement: "Spaces at the beginning and end of texts in a message of kind KIND are kept or refused.",
			Kills:       []string{"trims-spaces"},
		},
		run: whitespace,
	},
	{
		Check: suite.Check{
			ID: "empty-optional", Level: report.Cap,
			Requirement: "An empty optional text in a message of kind KIND does not appear in the request as a field that is set.",
			Kills:       []string{"sends-empty-optional"},
		},
		run: emptyOptional,
	},
	{
		Check: suite.Check{
			ID: "recipient-format", Level: report.Core,
			Requirement: "The recipient of a message of kind KIND is in the request as the vendor writes numbers, and anything that is not a number is refused at `to`.",
			Control:     "A valid number is accepted.",
			Kills:       []string{"accepts-bad-recipient", "drops-plus"},
		},
		kindKills: map[string][]string{message.KindText: {"unpathed-refusals"}},
		bare:      true, run: recipientFormat,
	},
	{
		Check: suite.Check{
			ID: "reply-context", Level: report.Cap,
			Requirement: "The id of the message that a message of kind KIND replies to is carried if that is declared, and otherwise listed as ignored or refused.",
			Kills:       []string{"drops-context"},
		},
		run: replyContext,
	},
	{
		Check: suite.Check{
			ID: "client-reference", Level: report.Cap,
			Requirement: "The caller's reference in a message of kind KIND is carried if that is declared, and otherwise listed as ignored or refused.",
			Kills:       []string{"drops-reference"},
			Note:        "webhook/status-error and webhook/status-ladder check that the reference comes back in a webhook.",
		},
		run: clientReference,
	},
	{
		Check: suite.Check{
			ID: "vendor-id", Level: report.Cap,
			Requirement: "The id in the outcome of a message of kind KIND is the id in the vendor's answer, character by character.",
			Kills:       []string{"parses-id", "invents-ids"},
		},
		run: vendorID,
	},
	{
		Check: suite.Check{
			ID: "repeat", Level: report.Cap,
			Requirement: "The same message of kind KIND sent twice is delivered twice, with different ids.",
			Kills:       []string{"deduplicates"},
		},
		run: repeat,
	},
}

// delivered blocks the check if a minimal message of the kind is not delivered.
func delivered(ctx context.Context, e *suite.Env, kind string) {
	if s := e.Send(ctx, e.Minimal(kind), suite.SendOptions{}); !s.Accepted() || s.Deliveries != 1 {
		e.Blocked("control: a minimal %s must be accepted and delivered once: %s, %d deliveries", kind, s, s.Deliveries)
	}
}

// accepted ends the check if a send was not accepted.
func accepted(e *suite.Env, s suite.Sent, what string) {
	if s.Accepted() && s.Deliveries > 0 {
		return
	}
	if s.Accepted() {
		e.Fatalf("vendor", what+" is delivered", "it was reported as accepted, and the vendor took nothing")
	}
	var rules []string
	for _, x := range s.Exchanges {
		rules = append(rules, x.Violations...)
	}
	e.Fatalf("outcome", what+" is accepted", "%s %s", s, strings.Join(rules, "; "))
}

func minimal(ctx context.Context, e *suite.Env, kind string) {
	s := e.Send(ctx, e.Minimal(kind), suite.SendOptions{})
	accepted(e, s, "a minimal message")
	sends := 0
	for _, x := range s.Exchanges {
		if r := e.Dialect().Route(x.Route); r != nil && !r.RecipientAt.IsZero() {
			sends++
		}
		for _, v := range x.Violations {
			e.Failf("wire", "a request as the vendor documents it", "%s", v)
		}
	}
	if sends != 1 {
		e.Failf("wire", "one request that sends", "%d", sends)
	}
	a := s.Outcome.Accepted
	if e.Facts().Capabilities.IDScope != "none" && a.ProviderMessageID == "" && a.GroupID == "" && len(a.Aliases) == 0 {
		e.Failf("outcome", "an id by which webhooks can speak of the message", "none")
	}
}

func maximal(ctx context.Context, e *suite.Env, kind string) {
	full := wire.Full(e.Facts(), kind)
	for _, m := range full {
		accepted(e, e.Send(ctx, m, suite.SendOptions{}), "a full message")
	}
	for _, l := range e.Facts().Limits().For(kind) {
		base := sample.Minimal(kind, e.Facts().SampleOptions())
		if l.Unit != message.UnitItems {
			base = full[0]
		}
		if m := sample.Sized(base, l, l.Maximum, "b"); m != nil {
			s := e.Send(ctx, m, suite.SendOptions{})
			if !s.Accepted() || s.Deliveries != 1 {
				e.Failf(l.Path, fmt.Sprintf("accepted and delivered with %d %s", l.Maximum, l.Unit), "%s, %d deliveries", s, s.Deliveries)
			}
		}
	}
}

func noExtra(ctx context.Context, e *suite.Env, kind string) {
	known := map[string]bool{} // places of free texts
	for _, m := range wire.Full(e.Facts(), kind) {
		t := wire.Trace(ctx, e, m, wire.Marks(e, "full"))
		accepted(e, t.Sent, "a full message")
		for _, leaf := range t.Leaves {
			if f := trace.Classify(leaf, t.Pairs); leaf.Form == trace.Free && f.Class == trace.Carried {
				known[f.At[0]] = true
			}
		}
	}
	m := e.Dialect().Map(kind)
	t := wire.Trace(ctx, e, e.Minimal(kind), wire.Marks(e, "minimal"))
	accepted(e, t.Sent, "a minimal message")
	for _, p := range t.Pairs {
		whole := false
		for _, leaf := range t.Leaves {
			text := leaf.Marker.Text
			whole = whole || p.Value == text
			if text != "" && p.Value != text && strings.Contains(p.Value, text) && (m == nil || len(m.Fold) == 0) {
				e.Failf(p.At, "the caller's text and nothing else", "%s with other text around it", leaf.Path)
			}
		}
		if known[p.At] && !whole && p.Value != "" {
			e.Failf(p.At, "nothing, because the caller set nothing there", "%q", p.Value)
		}
	}
}
