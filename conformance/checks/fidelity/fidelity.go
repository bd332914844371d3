// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package fidelity holds the checks of where fields are on the wire, over all kinds of message at once.
package fidelity

import (
	"context"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/conformance/trace/sample"
	"github.com/wahost/wahost/sdk/message"
)

// Checks gives the checks for a provider.
func Checks(f *suite.Facts) []suite.Check {
	of := func(name, requirement string, kills []string, run func(ctx context.Context, e *suite.Env)) suite.Check {
		return suite.Check{
			ID: "fidelity/" + name, Level: report.Cap, Needs: suite.NeedsAnyKind, Requirement: requirement, Kills: kills, Run: wire.Guard(run),
			Provisional: len(kills) == 0,
		}
	}
	coverage := of("leaf-coverage", "the suite itself tries every field that the message model has", nil, leafCoverage)
	coverage.Level, coverage.Needs = report.Core, nil
	coverage.Note = "provisional for good: it guards the suite against new fields of the model, so that no provider can fail it, and no mutant"
	swap := of("no-swap", "each field is where the dialect's map has it", []string{"swaps-title-and-description", "swaps-product-ids"}, noSwap)
	if len(f.Dialect.Maps) == 0 {
		swap.Note = "the dialect has no map: only that places are the same under three seeds is checked, and a swap of two fields is not seen"
	}
	exact := of("bytes-exact", "file names are carried byte for byte, and the raw body of a webhook is handed on as it came", []string{"reserialises-raw"}, bytesExact)
	exact.Note = "media travel by link or id: there are no bytes of media to compare"
	return []suite.Check{
		coverage,
		of("wire-map-stable", "a field is in the same place for three different seeds", []string{"value-dependent-place"}, mapStable),
		swap,
		of("no-fold", "no two fields are joined into one text, unless the dialect declares it", []string{"folds-header-into-body"}, noFold),
		of("no-duplicate", "no field is in two places, unless the dialect declares it", []string{"duplicates-body", "duplicates-caption"}, noDuplicate),
		of("ignored-is-true", "what is listed in ignored_fields is not on the wire", []string{"lies-about-ignored"}, ignoredIsTrue),
		exact,
	}
}

func leafCoverage(_ context.Context, e *suite.Env) {
	for _, pattern := range untried(sample.Kinds(), wire.Options(e.Facts()), wire.Marks(e, "coverage")) {
		e.Failf(pattern, "tried by a check", "no sample sets it and no probe reaches it")
	}
}

// untried lists the fields of the message model that send/<kind>/fidelity tries for none of the kinds: a field is tried
// on messages that it concerns, as part of a full one or by a probe.
func untried(kinds []string, o sample.Options, marks *trace.Marks) []string {
	covered := map[string]bool{}
	for _, kind := range kinds {
		base := sample.Full(kind, "", o)
		_, leaves := trace.Mark(base, marks)
		for _, leaf := range leaves {
			if pattern := message.PathPattern(leaf.Path); wire.Concerns(kind, pattern) {
				covered[pattern] = true
			}
		}
		for _, pattern := range trace.Leaves() {
			if m, _ := trace.Probe(base, pattern, marks); m != nil && wire.Concerns(kind, pattern) {
				covered[pattern] = true
			}
		}
	}
	return slices.DeleteFunc(trace.Leaves(), func(pattern string) bool { return covered[pattern] })
}

// each traces the full messages of every declared kind. Refused ones are left to send/<kind>/maximal.
func each(ctx context.Context, e *suite.Env, name string, judge func(kind string, m *message.Message, t wire.Traced)) {
	tried := 0
	for _, kind := range sample.Kinds() {
		if !e.Facts().Declares(kind) {
			continue
		}
		for _, m := range wire.Full(e.Facts(), kind) {
			t := wire.Trace(ctx, e, m, wire.Marks(e, name))
			if t.Accepted() {
				tried++
				judge(kind, m, t)
			}
		}
	}
	if tried == 0 {
		e.Blocked("no full message of any kind is accepted")
	}
}

func mapStable(ctx context.Context, e *suite.Env) {
	each(ctx, e, "first", func(kind string, m *message.Message, t wire.Traced) {
		want := trace.WireMap(t.Leaves, t.Pairs)
		e.RecordPlaces(kind, want)
		for _, name := range []string{"second", "third"} {
			other := wire.Trace(ctx, e, m, wire.Marks(e, name))
			got := trace.WireMap(other.Leaves, other.Pairs)
			for path, at := range want {
				if got[path] != at {
					e.Failf(kind+": "+path, "always at "+at, "at %q", got[path])
				}
			}
		}
	})
}

func noSwap(ctx context.Context, e *suite.Env) {
	each(ctx, e, "swap", func(kind string, _ *message.Message, t wire.Traced) {
		if m := e.Dialect().Map(kind); m != nil {
			wire.Compare(e, m, t)
		} else {
			e.Note("no map for %s", kind)
		}
	})
}

func noFold(ctx context.Context, e *suite.Env) {
	each(ctx, e, "fold", func(kind string, _ *message.Message, t wire.Traced) {
		var allowed []string
		if m := e.Dialect().Map(kind); m != nil {
			allowed = m.Fold
		}
		for _, leaf := range t.Leaves {
			if leaf.Marker.Prefix == "" || slices.Contains(allowed, message.PathPattern(leaf.Path)) {
				continue
			}
			for _, p := range t.Pairs {
				if strings.Contains(p.Value, leaf.Marker.Text) && p.Value != leaf.Marker.Text {
					e.Failf(leaf.Path, "a text of its own", "folded into a longer one at %s", p.At)
				}
			}
		}
	})
}

func noDuplicate(ctx context.Context, e *suite.Env) {
	each(ctx, e, "duplicate", func(kind string, _ *message.Message, t wire.Traced) {
		var allowed []string
		if m := e.Dialect().Map(kind); m != nil {
			allowed = m.Duplicate
		}
		for _, leaf := range t.Leaves {
			if leaf.Marker.Text == "" || slices.Contains(allowed, message.PathPattern(leaf.Path)) {
				continue
			}
			if f := trace.Classify(leaf, t.Pairs); f.Class == trace.Duplicated {
				e.Failf(leaf.Path, "one place", "%s", strings.Join(f.At, ", "))
			}
		}
	})
}

// ignoredIsTrue adds to full messages what providers tend to ignore.
func ignoredIsTrue(ctx context.Context, e *suite.Env) {
	each(ctx, e, "ignored", func(kind string, m *message.Message, t wire.Traced) {
		sends := []wire.Traced{t}
		for _, pattern := range []string{"context.message_id", "biz_opaque_callback_data", "template.namespace", kind + ".filename", kind + ".caption"} {
			probed, leaf := trace.Probe(m, pattern, wire.Marks(e, pattern))
			if probed == nil || strings.HasPrefix(pattern, kind+".") && m.MediaOf() == nil || pattern == "template.namespace" && kind != message.KindTemplate {
				continue
			}
			s := wire.Traced{Sent: e.Send(ctx, probed, suite.SendOptions{}), Leaves: []trace.Leaf{leaf}}
			s.Pairs = wire.Pairs(s.Sent)
			sends = append(sends, s)
		}
		for _, s := range sends {
			for _, leaf := range s.Leaves {
				if leaf.Marker.Text == "" || !s.Ignores(leaf.Path) {
					continue
				}
				if f := trace.Classify(leaf, s.Pairs); f.Class != trace.Dropped {
					e.Failf(leaf.Path, "not on the wire, because it is listed as ignored", "%s at %s", f.Class, strings.Join(f.At, ", "))
				}
			}
		}
	})
}

func bytesExact(ctx context.Context, e *suite.Env) {
	if e.Facts().Declares(message.KindDocument) {
		m := e.Minimal(message.KindDocument)
		m.Document.Filename = "a\u0301 ä \u00a0.pdf"
		s := e.Send(ctx, m, suite.SendOptions{})
		if s.Accepted() && !slices.ContainsFunc(wire.Pairs(s), func(p trace.Pair) bool { return p.Value == m.GetDocument().GetFilename() }) {
			e.Failf("document.filename", "the same bytes on the wire", "not there")
		}
	}
	if !e.Facts().Capabilities.Webhooks {
		return
	}
	for _, event := range e.Dialect().Webhook.Events {
		call, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{})
		for _, ev := range res.Events {
			if string(ev.Raw) != string(call.Body) && !strings.Contains(string(call.Body), string(ev.Raw)) {
				e.Failf("webhook "+event.Name, "the raw body, byte for byte", "%q", ev.Raw)
			}
		}
	}
}
