// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package send holds the checks of every kind of message: the same matrix for each, and what each has of its own.
package send

import (
	"context"
	"fmt"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/conformance/trace/sample"
	"github.com/wahost/wahost/sdk/message"
)

// slug is one column of the matrix.
type slug struct {
	name        string
	level       report.Level
	requirement string
	control     string
	kills       []string
	note        string
	run         func(ctx context.Context, e *suite.Env, kind string)
}

// Checks gives the checks for a provider.
func Checks(*suite.Facts) []suite.Check {
	var out []suite.Check
	for _, kind := range sample.Kinds() {
		for _, s := range matrix {
			out = append(out, suite.Check{
				ID: "send/" + kind + "/" + s.name, Level: s.level, Capability: kind, Needs: suite.NeedsKind(kind),
				Requirement: "message of kind " + kind + ": " + s.requirement, Control: s.control, Kills: s.kills, Note: s.note,
				Run: func(ctx context.Context, e *suite.Env) {
					if s.name != "minimal" && s.name != "maximal" && s.name != "recipient-format" {
						delivered(ctx, e, kind)
					}
					s.run(ctx, e, kind)
				},
			})
		}
	}
	out = append(out, textAndTemplate()...)
	out = append(out, media()...)
	return append(out, others()...)
}

var matrix = []slug{
	{"minimal", report.Cap, "one with mandatory fields only is accepted with an id, in one vendor request", "",
		[]string{"success-without-id"}, "", minimal},
	{"maximal", report.Cap, "one with every field set and lists and texts at their maximum is accepted and delivered", "",
		[]string{"success-without-network", "limit-of-its-own"}, "", maximal},
	{"fidelity", report.Cap, "each text that the caller sets is on the wire as it is, or listed as ignored, or the message is refused naming it", "",
		[]string{"drops-footer", "drops-last-row-description", "truncates", "lower-cases"}, "", fidelity},
	{"fidelity-values", report.Cap, "changing one number, boolean or word changes the wire, or the field is listed as ignored or refused", "",
		[]string{"ignores-preview-flag", "parses-number-as-float"}, "", fidelityValues},
	{"no-extra", report.Rec, "no text of the provider's own is added to what the recipient sees", "", []string{"adds-signature"}, "", noExtra},
	{"boundary", report.Cap, "each limited field is carried whole at its limit, and above it refused or carried whole", "the same field at its limit is accepted",
		[]string{"truncates", "truncates-button-title"}, "", boundary},
	{"unicode", report.Cap, "combining marks, joined emoji, right-to-left and non-BMP text arrive unchanged", "", []string{"mangles-unicode"}, "", unicode},
	{"escaping", report.Cap, "quotes, backslashes, markup, percent signs, placeholders and control characters arrive unchanged or are refused", "",
		[]string{"breaks-escaping"}, "", escaping},
	{"whitespace", report.Rec, "spaces at the beginning and end are kept, or refused", "", []string{"trims-spaces"}, "", whitespace},
	{"empty-optional", report.Cap, "an optional text that is empty does not show on the wire as a field that is set", "", []string{"sends-empty-optional"}, "", emptyOptional},
	{"recipient-format", report.Core, "the recipient is on the wire as the vendor writes numbers, and what is no number is refused at `to`",
		"a legal number is accepted", []string{"accepts-bad-recipient", "drops-plus"}, "", recipientFormat},
	{"reply-context", report.Cap, "the id of the message replied to is carried where declared, and else listed as ignored or refused", "", []string{"drops-context"}, "", replyContext},
	{"client-reference", report.Cap, "the caller's reference is carried where declared, and else listed as ignored or refused", "",
		[]string{"drops-reference"}, "that it comes back in a webhook is webhook/status-error's and webhook/status-ladder's", clientReference},
	{"vendor-id", report.Cap, "the id in the outcome is the one in the vendor's answer, character by character", "", []string{"parses-id", "invents-ids"}, "", vendorID},
	{"repeat", report.Cap, "the same message twice is two deliveries with ids of their own", "", []string{"deduplicates"}, "", repeat},
}

// delivered blocks the check where the smallest message of the kind does not arrive.
func delivered(ctx context.Context, e *suite.Env, kind string) {
	if s := e.Send(ctx, e.Minimal(kind), suite.SendOptions{}); !s.Accepted() || s.Deliveries != 1 {
		e.Blocked("control: a minimal %s must be accepted and delivered once: %s, %d deliveries", kind, s, s.Deliveries)
	}
}

// accepted ends the check where a send was not, which the rest of it needs.
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
		base := sample.Minimal(kind, wire.Options(e.Facts()))
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
