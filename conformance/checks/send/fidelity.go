// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// fidelity traces full messages, and then each field that they do not set, one at a time.
func fidelity(ctx context.Context, e *suite.Env, kind string) {
	full := wire.Full(e.Facts(), kind)
	for _, m := range full {
		wire.Trace(ctx, e, m, wire.Marks(e, "full")).Lost(e, e.Dialect().Map(kind))
	}
	base := full[0]
	volatile, shape, _ := wire.Volatile(ctx, e, base)
	for _, pattern := range trace.Leaves() {
		if !wire.Concerns(kind, pattern) || ctx.Err() != nil {
			continue
		}
		m, leaf := trace.Probe(base, pattern, wire.Marks(e, pattern))
		if m == nil || !legal(m) {
			continue
		}
		t := wire.Traced{Sent: e.Send(ctx, m, suite.SendOptions{}), Message: m, Leaves: []trace.Leaf{leaf}}
		t.Pairs = wire.Pairs(t.Sent)
		if leaf.Marker.Text != "" {
			t.Lost(e, e.Dialect().Map(kind))
		} else if !t.Refused(e) && !t.Ignores(leaf.Path) && maps.Equal(shape, wire.Shape(t.Sent, volatile)) {
			e.Failf(leaf.Path, "on the wire, in ignored_fields, or refused", "dropped: setting it does not change the wire")
		}
	}
}

// legal reports whether the host would pass the message to a provider.
func legal(m *message.Message) bool {
	m = proto.CloneOf(m)
	m.To = "+12025550100"
	return message.Validate(m, nil) == nil
}

// fidelityValues changes one value at a time.
func fidelityValues(ctx context.Context, e *suite.Env, kind string) {
	for _, m := range wire.Full(e.Facts(), kind) {
		volatile, shape, first := wire.Volatile(ctx, e, m)
		base := wire.Traced{Sent: first}
		for _, flip := range trace.Flips(m, "audio.voice") {
			t := wire.Traced{Sent: e.Send(ctx, flip.Message, suite.SendOptions{}), Message: flip.Message, Leaves: []trace.Leaf{{Path: flip.Path}}}
			t.Pairs = wire.Pairs(t.Sent)
			if !t.Refused(e) && !t.Ignores(flip.Path) && !base.Ignores(flip.Path) && maps.Equal(shape, wire.Shape(t.Sent, volatile)) {
				e.Failf(flip.Path, "another value gives another request, or the field is in ignored_fields", "the request is the same")
			}
		}
	}
}

// hardTexts and codeTexts are texts that are often changed, each with at most ten characters.
var (
	hardTexts = []string{"e\u0301u\u0308o\u0302", "👨\u200d👩\u200d👧", "עברית", "العربية", "𝔘𝔫𝔦", "日本語", "\u200eLRM", "İıſß"}
	codeTexts = []string{`"'\"\\`, "<b>&amp;", "%20%25%", "a+b c", "{{1}}", "${x}", "{\"a\":1}", "a\nb", "a\tb", "a\u0001b", "*b*_i_~s~", "\\u0041\\n"}
)

func unicode(ctx context.Context, e *suite.Env, kind string) { hard(ctx, e, kind, hardTexts) }

func escaping(ctx context.Context, e *suite.Env, kind string) { hard(ctx, e, kind, codeTexts) }

// hard sends each of the texts in every free text of a message.
func hard(ctx context.Context, e *suite.Env, kind string, texts []string) {
	m := wire.Full(e.Facts(), kind)[0]
	accepted(e, wire.Trace(ctx, e, m, wire.Marks(e, "control")).Sent, "a full message")
	for _, text := range texts {
		t := wire.Trace(ctx, e, m, wire.Marks(e, text).With(text))
		// Links, file names and ids are as always: other checks look at them.
		t.Leaves = slices.DeleteFunc(t.Leaves, func(l trace.Leaf) bool { return l.Form != trace.Free })
		if len(t.Leaves) > 0 {
			t.Lost(e, e.Dialect().Map(kind))
		}
	}
}

func whitespace(ctx context.Context, e *suite.Env, kind string) {
	m := wire.Full(e.Facts(), kind)[0]
	control := wire.Trace(ctx, e, m, wire.Marks(e, "spaces"))
	accepted(e, control.Sent, "a full message")
	spaced := control.Message
	for i, leaf := range control.Leaves {
		if leaf.Form == trace.Free {
			control.Leaves[i].Marker = leaf.Marker.Around("  ")
			spaced = trace.Set(spaced, leaf.Path, control.Leaves[i].Marker.Text)
		}
	}
	t := wire.Traced{Sent: e.Send(ctx, spaced, suite.SendOptions{}), Message: spaced, Leaves: control.Leaves}
	t.Pairs = wire.Pairs(t.Sent)
	t.Lost(e, e.Dialect().Map(kind))
}

// optional are the paths of optional texts.
var optional = []string{
	"image.caption", "video.caption", "document.caption", "location.name", "location.address", "interactive.footer.text",
	"interactive.action.sections[0].rows[0].description", "contacts[0].name.middle_name", "contacts[0].org.title",
}

func emptyOptional(ctx context.Context, e *suite.Env, kind string) {
	for _, m := range wire.Full(e.Facts(), kind)[:1] {
		t := wire.Trace(ctx, e, m, wire.Marks(e, "full"))
		accepted(e, t.Sent, "a full message")
		places := trace.WireMap(t.Leaves, t.Pairs)
		for _, path := range optional {
			emptied := trace.Set(m, path, "")
			if emptied == nil || !legal(emptied) {
				continue
			}
			s := e.Send(ctx, emptied, suite.SendOptions{})
			if slices.Contains(e.Facts().Required(kind), path) {
				if r := s.Rejected(); r == nil || r.Path != path || len(s.Exchanges) > 0 {
					e.Failf(path, "a refusal that names the field without a request, because the vendor needs it", "%s", s)
				}
				continue
			}
			accepted(e, s, "the message with "+path+" left empty")
			for _, p := range wire.Pairs(s) {
				if p.At == places[path] && p.Value != t.To.Address {
					e.Failf(p.At, "no field, because the caller's is empty", "%s is there as %q", path, p.Value)
				}
			}
		}
	}
}

func boundary(ctx context.Context, e *suite.Env, kind string) {
	for _, l := range e.Facts().Limits().For(kind) {
		limit(ctx, e, kind, l)
	}
}

// limit sends a message at a limit and one above it.
func limit(ctx context.Context, e *suite.Env, kind string, l message.Limit) {
	bases := wire.Full(e.Facts(), kind)
	if l.Unit == message.UnitItems {
		bases = []*message.Message{sample.Minimal(kind, e.Facts().SampleOptions())}
	}
	for _, base := range bases {
		at, above := sample.Sized(base, l, l.Maximum, "b"), sample.Sized(base, l, l.Maximum+1, "b")
		if at == nil || above == nil {
			continue
		}
		s := e.Send(ctx, at, suite.SendOptions{})
		if !s.Accepted() {
			e.Failf(l.Path, "accepted at the limit", "%s", s)
			return
		}
		whole(e, s, l, l.Maximum)
		s = e.Send(ctx, above, suite.SendOptions{})
		switch r := s.Rejected(); {
		case s.Accepted():
			whole(e, s, l, l.Maximum+1)
		case r == nil:
			e.Failf(l.Path, "above the limit accepted whole or rejected", "%s", s)
		case r.Retry != "never":
			e.Failf(l.Path, "retry never: it stays too long", "%s", s)
		}
		return
	}
}

// whole reports a deviation unless the whole text, or all items, are in the request.
func whole(e *suite.Env, s suite.Sent, l message.Limit, n int) {
	if l.Unit == message.UnitItems || n < 4 {
		return
	}
	for _, p := range wire.Pairs(s) {
		if strings.Contains(p.Value, "q"+strings.Repeat("b", n-2)+"z") {
			return
		}
	}
	if !(wire.Traced{Sent: s}).Ignores(strings.ReplaceAll(l.Path, "[*]", "[0]")) {
		e.Failf(l.Path, "the whole text on the wire", "it is not there")
	}
}
