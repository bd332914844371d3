// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// manyItems is how many items are tried in a list without a limit. The length of some lists follows from the template, and
// templates with more than twelve variables are rare.
const manyItems = 12

// counts grows one list after the other.
func counts(ctx context.Context, e *suite.Env, kind string) {
	bases := []*message.Message{full(e, kind), e.Minimal(kind)}
	if t := wire.Trace(ctx, e, bases[0], wire.Marks(e, "control")); !t.Accepted() {
		e.Blocked("control: the message with the usual numbers of items is not accepted: %s", t.Sent)
	}
	var paths []string
	for _, base := range bases {
		for _, path := range sample.Lists(base) {
			if !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	for _, path := range paths {
		most := manyItems
		if limit := limitAt(e, kind, path+"[*]"); limit > 0 {
			most = min(limit, 40)
		}
		for _, n := range []int{1, 3, most} {
			grown(ctx, e, bases, path, min(n, most))
		}
	}
}

// grown sends a message whose list at a path has n items. It uses the first of the messages that may have so many.
func grown(ctx context.Context, e *suite.Env, bases []*message.Message, path string, n int) {
	for _, base := range bases {
		m := sample.Grow(base, path, n)
		if m == nil {
			continue
		}
		marked, _ := trace.Mark(m, wire.Marks(e, fmt.Sprint(path, n)))
		if !legalFor(e, marked) {
			continue
		}
		t := wire.Trace(ctx, e, m, wire.Marks(e, fmt.Sprint(path, n)))
		at := fmt.Sprintf("%d of %s", n, path)
		if !t.Accepted() {
			e.Failf(at, "accepted: the limits allow so many", "%s", t.Sent)
			return
		}
		t.Lost(e, e.Dialect().Map(m.Kind()))
		ordered(e, at, path, t)
		return
	}
}

// ordered compares the order of the items' texts in the request with that in the message, for each text that an item has.
func ordered(e *suite.Env, at, path string, t wire.Traced) {
	places := map[string][]string{}
	for _, leaf := range t.Leaves {
		rest, inside := strings.CutPrefix(leaf.Path, path+"[")
		if _, name, ok := strings.Cut(rest, "]"); ok && inside && leaf.Marker.Text != "" && !t.Ignores(leaf.Path) {
			if f := trace.Classify(leaf, t.Pairs); f.Class == trace.Carried {
				places[name] = append(places[name], f.At[0])
			}
		}
	}
	for name, list := range places {
		inOrder(e, at+name, list)
	}
}
