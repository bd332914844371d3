// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// limits returns two checks for each kind that has limits.
func limits(f *suite.Facts) []suite.Check {
	var out []suite.Check
	for _, kind := range suite.Kinds() {
		rows := reachable(f, kind)
		if len(rows) == 0 {
			continue
		}
		out = append(out,
			suite.Check{
				ID: "cap/limits-enforced-or-mapped/" + kind, Level: report.Cap, Capability: kind, Needs: suite.NeedsKind(kind),
				Control:     "A message exactly at the limit is accepted.",
				Requirement: fmt.Sprintf("A message of kind %s exactly at each limit is accepted, and one above the limit is rejected as invalid_message at the field.", kind),
				Kills:       killsOf(kind, "limit-of-its-own", "limit-not-enforced"),
				Run:         func(ctx context.Context, e *suite.Env) { boundaries(ctx, e, kind, rows, "x") },
			},
			suite.Check{
				ID: "cap/limit-unit/" + kind, Level: report.Cap, Capability: kind, Needs: needsText(kind, rows),
				Control:     "A message exactly at the limit is accepted.",
				Requirement: fmt.Sprintf("The limits of a message of kind %s count characters of four bytes in the declared unit.", kind),
				Kills:       killsOf(kind, "limit-in-bytes"),
				Run: func(ctx context.Context, e *suite.Env) {
					boundaries(ctx, e, kind, texts(rows), "😀")
				},
			})
	}
	return out
}

// killsOf returns the mutants that the check of a kind must find. Mutants only have wrong limits of text.
func killsOf(kind string, mutants ...string) []string {
	if kind != message.KindText {
		return nil
	}
	return mutants
}

// reachable returns the limits of a kind whose fields can be set in a minimal message.
func reachable(f *suite.Facts, kind string) []message.Limit {
	var out []message.Limit
	for _, l := range f.Limits().For(kind) {
		if m := suite.Minimal(f, kind); m != nil && sample.WithField(m, l) != nil {
			out = append(out, l)
		}
	}
	return out
}

// alphabets are the fields in which WhatsApp does not allow all characters.
var alphabets = []string{"template.name", "template.components[*].parameters[*].parameter_name", "template.components[*].parameters[*].coupon_code"}

// texts returns the limits of texts that may contain any character.
func texts(rows []message.Limit) []message.Limit {
	var out []message.Limit
	for _, l := range rows {
		if l.Unit != message.UnitItems && !slices.Contains(alphabets, l.Path) {
			out = append(out, l)
		}
	}
	return out
}

func needsText(kind string, rows []message.Limit) func(*suite.Facts) string {
	return func(f *suite.Facts) string {
		if missing := suite.NeedsKind(kind)(f); missing != "" {
			return missing
		}
		if len(texts(rows)) == 0 {
			return "a limit of a text"
		}
		return ""
	}
}

// boundaries sends a message at each limit and one above it.
func boundaries(ctx context.Context, e *suite.Env, kind string, rows []message.Limit, with string) {
	for _, l := range rows {
		base := sample.WithField(e.Minimal(kind), l)
		at, above := sample.Sized(base, l, l.Maximum, with), sample.Sized(base, l, l.Maximum+1, with)
		if at == nil || above == nil {
			continue // too large to be tried
		}
		s := e.Send(ctx, at, suite.SendOptions{})
		if r := s.Rejected(); r != nil && r.Reason == outcome.ReasonUnsupported && leadsTo(r.Path, l.Path) {
			continue // the vendor has no such field, and the provider reports it as ignored or refuses it
		}
		if !s.Accepted() || s.Deliveries != 1 {
			e.Failf(l.Path, fmt.Sprintf("accepted and delivered at %d %s", l.Maximum, l.Unit), "%s, %d deliveries", s, s.Deliveries)
			continue
		}
		s = e.Send(ctx, above, suite.SendOptions{})
		r := s.Rejected()
		switch {
		case r == nil:
			e.Failf(l.Path, fmt.Sprintf("rejected at %d %s", l.Maximum+1, l.Unit), "%s", s)
		case r.Reason != outcome.ReasonInvalidMessage:
			e.Failf(l.Path, "the reason invalid_message", "%s", s)
		case !leadsTo(r.Path, l.Path):
			e.Failf(l.Path, "the path of the field", "%q", r.Path)
		}
	}
}

// leadsTo reports whether the path of a rejection is the path of a limit, without regard to indexes.
func leadsTo(path, limit string) bool {
	plain := func(s string) string {
		var b strings.Builder
		in := false
		for _, r := range s {
			switch {
			case r == '[':
				in = true
			case r == ']':
				in = false
			case !in:
				b.WriteRune(r)
			}
		}
		return b.String()
	}
	return plain(path) == plain(limit)
}
