// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// long makes one text after the other long: as long as it may be, or longer than anything that is usual where no limit is
// declared. The reference, the context and everything else that can be set is tried.
func long(ctx context.Context, e *suite.Env, kind string) {
	base := full(e, kind)
	if t := wire.Trace(ctx, e, base, wire.Marks(e, "control")); !t.Accepted() {
		e.Blocked("control: the message with ordinary texts is not accepted: %s", t.Sent)
	}
	marks := wire.Marks(e, "long")
	tried := map[string]bool{}
	try := func(m *message.Message, leaf trace.Leaf) {
		pattern := message.PathPattern(leaf.Path)
		text := lengthened(e, kind, leaf, marks)
		if tried[pattern] || text == "" {
			return
		}
		tried[pattern] = true
		if m = trace.Set(m, leaf.Path, text); m == nil || !legalFor(e, m) {
			return
		}
		s := e.Send(ctx, m, suite.SendOptions{})
		if !s.Accepted() || (wire.Traced{Sent: s}).Ignores(leaf.Path) {
			return // a refusal is honest, whoever refuses
		}
		if !slices.ContainsFunc(wire.Pairs(s), func(p trace.Pair) bool { return strings.Contains(p.Value, text) }) {
			e.Failf(leaf.Path, fmt.Sprintf("all %d characters on the wire, or refused", len([]rune(text))), "another text, and success")
		}
	}
	for _, leaf := range leavesOf(base) {
		try(base, leaf)
	}
	for _, pattern := range trace.Leaves() {
		if m, leaf := trace.Probe(base, pattern, marks); m != nil && wire.Concerns(kind, pattern) {
			try(m, leaf)
		}
	}
}

// lengthened returns a long text of the form of a leaf, or "" if the form has no long texts or another check tries the limit.
func lengthened(e *suite.Env, kind string, leaf trace.Leaf, marks *trace.Marks) string {
	r := e.Rand()
	marker := marks.Next(trace.Token)
	fill := func(n int, text string) string {
		return marker.Prefix + strings.Repeat(text, max(0, n)/len([]rune(text))) + marker.Tail
	}
	size := limitAt(e, kind, leaf.Path)
	switch {
	case leaf.Path == "biz_opaque_callback_data":
		return fill(min(400, e.Facts().Capabilities.ReferenceLength-8)-r.IntN(9), "r")
	case leaf.Form == trace.Token && size > 0:
		return fill(size-8, "t")
	case leaf.Form == trace.Token:
		return fill(90+r.IntN(20), "t") // ids of messages have up to about 70 characters
	case leaf.Form == trace.URL:
		return "https://cdn.example.com/" + fill(1200+r.IntN(400), "abcdefgh/") + "?x=" + fill(300, "y")
	case leaf.Form == trace.Filename:
		return fill(180+r.IntN(40), "report ") + ".pdf"
	case leaf.Form == trace.Free && size == 0:
		return fill(500+r.IntN(400), "Wörter ")
	}
	return ""
}
