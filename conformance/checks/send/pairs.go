// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// part is something that a message may or may not have.
type part struct {
	name string
	// with and without return the message with the part and without it, or nil if that is not possible. A nil function
	// changes nothing.
	with, without func(*message.Message) *message.Message
	// place and value are where the part is in the request; empty if markers show whether it arrived.
	place, value string
}

// pairs sends messages that together have every two optional parts in all four combinations.
func pairs(ctx context.Context, e *suite.Env, kind string) {
	base := full(e, kind)
	if s := e.Send(ctx, base, suite.SendOptions{}); !s.Accepted() {
		e.Blocked("control: the message with everything usual is not accepted: %s", s)
	}
	parts := slices.Concat(removable(e, base), addable(e, kind, base), vendorOptions(e), categories(ctx, e, kind, base), scheduled(e))
	for i, row := range coverPairs(len(parts), e.Rand()) {
		m, present := base, []part(nil)
		for n, on := range row {
			change := parts[n].without
			if on {
				change = parts[n].with
			}
			if change == nil {
				continue
			}
			if changed := change(m); changed != nil && legalFor(e, changed) {
				m = changed
				if on {
					present = append(present, parts[n])
				}
			}
		}
		t := wire.Trace(ctx, e, m, wire.Marks(e, fmt.Sprint("pairs", i)))
		t.Lost(e, e.Dialect().Map(kind))
		for _, p := range present {
			if found := wire.At(t.Sent, p.place); p.place != "" && t.Accepted() && !slices.Contains(found, p.value) {
				e.Failf(p.name, fmt.Sprintf("%q at %s", p.value, p.place), "%q", found)
			}
		}
	}
}

// removable returns the parts of a message without which it is still one that the host would pass on.
func removable(e *suite.Env, m *message.Message) []part {
	var out []part
	for _, path := range trace.Parts(m) {
		without := func(m *message.Message) *message.Message { return trace.Without(m, path) }
		if less := without(m); less != nil && legalFor(e, less) {
			out = append(out, part{name: path, without: without})
		}
	}
	return out
}

// addable returns the parts that a message lacks and may have.
func addable(e *suite.Env, kind string, base *message.Message) []part {
	var out []part
	marks := wire.Marks(e, "parts")
	for _, pattern := range trace.Leaves() {
		with := func(m *message.Message) *message.Message {
			more, leaf := trace.Probe(m, pattern, marks)
			if leaf.Form == trace.Word {
				return nil
			}
			return more
		}
		if m := with(base); m != nil && wire.Concerns(kind, pattern) && legalFor(e, m) {
			out = append(out, part{name: pattern, with: with})
		}
	}
	return out
}

// vendorOptions returns the options of a message whose places the dialect names.
func vendorOptions(e *suite.Env) []part {
	var out []part
	for _, a := range e.Facts().Schema.Options.Attributes {
		place := e.Dialect().Options[a.Name]
		v, shown, ok := wire.Value(a, e.Rand())
		if !ok || place == "" {
			continue
		}
		out = append(out, part{name: "options." + a.Name, place: place, value: shown, with: func(m *message.Message) *message.Message {
			return wire.WithOption(m, e.Facts().Metadata.Name, a.Name, v)
		}})
	}
	return out
}

// categories returns the category of a template as a part, if it is in the request.
func categories(ctx context.Context, e *suite.Env, kind string, base *message.Message) []part {
	if kind != message.KindTemplate {
		return nil
	}
	declared := declaredCategories(e)
	name := declared[e.Rand().IntN(len(declared))]
	with := func(m *message.Message) *message.Message {
		m = wire.Extended(m)
		m.Wahost.Category = name
		return m
	}
	for _, p := range wire.Pairs(e.Send(ctx, with(base), suite.SendOptions{})) {
		if strings.EqualFold(p.Value, name) {
			return []part{{name: "wahost.category", place: p.At, value: p.Value, with: with}}
		}
	}
	return nil
}

// scheduled returns a time to send the message at, if that is declared.
func scheduled(e *suite.Env) []part {
	if !e.Facts().Capabilities.Scheduling {
		return nil
	}
	at := time.Now().Add(26 * time.Hour)
	return []part{{name: "wahost.send_at", with: func(m *message.Message) *message.Message { return withTime(m, at) }}}
}

func withTime(m *message.Message, at time.Time) *message.Message {
	m = wire.Extended(m)
	m.Wahost.SendAt = timestamppb.New(at.Truncate(time.Second))
	return m
}
