// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package fidelity holds the checks of the places of fields in requests, for all kinds of message together.
package fidelity

import (
	"context"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// Checks returns the checks that follow every field of a message.
func Checks(f *suite.Facts) []suite.Check {
	mapNote := ""
	if len(f.Dialect.Maps) == 0 {
		mapNote = "The dialect has no map. So the check only compares the places under three seeds, and does not notice two swapped fields."
	}
	return append(wire.Guarded(
		suite.Check{
			ID: "fidelity/wire-map-stable", Level: report.Cap, Run: mapStable,
			Requirement: "A field is in the same place of the request for three different seeds.",
			Kills:       []string{"value-dependent-place"},
		},
		suite.Check{
			ID: "fidelity/no-swap", Level: report.Cap, Run: noSwap,
			Requirement: "Each field is in the place that the map of the dialect names.",
			Kills:       []string{"swaps-title-and-description", "swaps-product-ids"},
			Note:        mapNote,
		},
		suite.Check{
			ID: "fidelity/no-fold", Level: report.Cap, Run: noFold,
			Requirement: "No two fields are joined into one text unless the dialect declares it.",
			Kills:       []string{"folds-header-into-body"},
		},
		suite.Check{
			ID: "fidelity/no-duplicate", Level: report.Cap, Run: noDuplicate,
			Requirement: "No field is in two places unless the dialect declares it.",
			Kills:       []string{"duplicates-body", "duplicates-caption"},
		},
		suite.Check{
			ID: "fidelity/ignored-is-true", Level: report.Cap, Run: ignoredIsTrue,
			Requirement: "A field that is listed in ignored_fields is not in the request.",
			Kills:       []string{"lies-about-ignored"},
		},
		suite.Check{
			ID: "fidelity/bytes-exact", Level: report.Cap, Run: bytesExact,
			Requirement: "File names are carried byte for byte, and the raw body of a webhook is passed on as it came.",
			Kills:       []string{"reserialises-raw"},
			Note:        "A message names media by link or id. The bytes of media are compared by upload/bytes and fetch/bytes.",
		},
	), suite.Check{
		ID: "fidelity/leaf-coverage", Level: report.Core, Provisional: true, Run: wire.Guard(leafCoverage),
		Requirement: "The suite itself tries every field that the message model has.",
		Note:        "The check is provisional for good: it guards the suite against new fields of the model, so no provider and no mutant can fail it.",
	})
}

func leafCoverage(_ context.Context, e *suite.Env) {
	for _, pattern := range untried(sample.Kinds(), e.Facts().SampleOptions(), wire.Marks(e, "coverage")) {
		e.Failf(pattern, "tried by a check", "no sample sets it and no probe reaches it")
	}
}

// untried returns the fields of the message model that send/<kind>/fidelity tests for none of the kinds. A field is
// tested if it is set in a full message or by a probe.
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

// each traces the full messages of every declared kind. It skips refused ones, which send/<kind>/maximal tests.
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

// ignoredIsTrue adds fields to full messages that providers often ignore.
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
		if s.Accepted() && !slices.Contains(s.Outcome.IgnoredFields, "document.filename") && !slices.ContainsFunc(wire.Pairs(s), func(p trace.Pair) bool { return p.Value == m.GetDocument().GetFilename() }) {
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
