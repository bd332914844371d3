// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability

import (
	"context"
	"fmt"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// needsMissing is a Check.Needs for checks that need a field that is declared as missing.
func needsMissing(f *suite.Facts) string {
	for _, k := range f.Capabilities.Kinds {
		if len(k.MissingFields) > 0 {
			return ""
		}
	}
	return "a field that is declared as missing"
}

// missingFields sends every full message of a kind that has a field that is declared as missing.
func missingFields(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, k := range e.Facts().Capabilities.Kinds {
		for _, pattern := range k.MissingFields {
			full := wire.Full(e.Facts(), k.Kind)
			tried := 0
			for _, m := range full {
				tried += present(ctx, e, m, pattern)
			}
			for i := 0; i < len(full) && tried == 0; i++ {
				tried += added(ctx, e, full[i], pattern)
			}
			if tried == 0 {
				e.Failf(k.Kind, "a field that a message of the kind can have", "%s is in no message that the suite can make", pattern)
			}
		}
	}
}

// present sends a message that has a field, and returns 0 without sending it if it has not.
func present(ctx context.Context, e *suite.Env, m *message.Message, pattern string) int {
	marked, leaves := trace.Mark(m, wire.Marks(e, pattern))
	found := matching(leaves, pattern)
	if len(found) > 0 {
		judgeMissing(ctx, e, marked, found, pattern)
	}
	return len(found)
}

// added sends a message to which a field was added, and returns 0 without sending it if it cannot have the field.
func added(ctx context.Context, e *suite.Env, m *message.Message, pattern string) int {
	probed, leaf := trace.Probe(m, pattern, wire.Marks(e, pattern))
	if probed == nil {
		return 0
	}
	judgeMissing(ctx, e, probed, []trace.Leaf{leaf}, pattern)
	return 1
}

func matching(leaves []trace.Leaf, pattern string) []trace.Leaf {
	var out []trace.Leaf
	for _, leaf := range leaves {
		if message.PathPattern(leaf.Path) == pattern {
			out = append(out, leaf)
		}
	}
	return out
}

// judgeMissing sends a message and checks that the fields are refused by name, or listed and not on the wire.
func judgeMissing(ctx context.Context, e *suite.Env, m *message.Message, leaves []trace.Leaf, pattern string) {
	s := e.Send(ctx, m, suite.SendOptions{})
	t := wire.Traced{Sent: s, Message: m, Leaves: leaves, Pairs: wire.Pairs(s)}
	if r := t.Rejected(); r != nil {
		if message.PathPattern(r.Path) != pattern || len(t.Exchanges) > 0 {
			e.Failf(pattern, "refused naming the field, without a vendor request", "%s, %d vendor requests", t.Sent, len(t.Exchanges))
		}
		return
	}
	if !t.Accepted() {
		e.Failf(pattern, "accepted or refused", "%s", t.Sent)
		return
	}
	for _, leaf := range t.Leaves {
		if !t.Ignores(leaf.Path) {
			e.Failf(leaf.Path, "listed as ignored", "ignored are: %s", fmt.Sprint(t.Outcome.IgnoredFields))
		}
		if leaf.Marker.Text == "" {
			continue
		}
		if f := trace.Classify(leaf, t.Pairs); f.Class != trace.Dropped {
			e.Failf(leaf.Path, "not on the wire, because it is declared as missing", "%s at %s", f.Class, strings.Join(f.At, ", "))
		}
	}
}
