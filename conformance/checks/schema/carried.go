// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/schema"
)

// argument is an optional argument of one of the two blocks.
type argument struct {
	block
	schema.Attribute
}

// optional returns the arguments that need not be set, without the credentials and choices of the dialect's configuration.
func optional(e *suite.Env) []argument {
	var out []argument
	for _, b := range blocks(e) {
		set := e.Emulator().ProviderConfig()
		if b.name == "channel" {
			set = e.Emulator().ChannelConfig()
		}
		for _, a := range b.schema.Attributes {
			v, ok := set[a.Name]
			ok = ok && v != cty.NilVal && !v.IsNull() && (a.Sensitive || len(a.Allowed) > 0)
			if !a.Required && a.Role != schema.RoleEndpoint && !ok {
				out = append(out, argument{b, a})
			}
		}
	}
	return out
}

// excluded returns the arguments that must not be set together with this one.
func (a argument) excluded() []string {
	out := slices.Clone(a.ConflictsWith)
	for _, other := range a.schema.Attributes {
		if slices.Contains(other.ConflictsWith, a.Attribute.Name) {
			out = append(out, other.Name)
		}
	}
	return out
}

// with sends a message with a changed argument or block, and without others. It returns false if that is refused.
func (b block) with(ctx context.Context, e *suite.Env, name string, v cty.Value, without ...string) (suite.Sent, bool) {
	changes := map[string]cty.Value{name: v}
	for _, other := range without {
		changes[other] = cty.NilVal
	}
	if b.name == "channel" {
		return probe(ctx, e, e.Emulator(), nil, changes)
	}
	return probe(ctx, e, e.Emulator(), changes, nil)
}

// argumentsCarried sets each optional argument to several values. If one of them is in a request, all must be, at the same
// place.
func argumentsCarried(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	traced := 0
	for _, a := range optional(e) {
		place := ""
		for i := range 4 {
			v, shown, ok := wire.Value(a.Attribute, e.Rand())
			if ok && i == 3 && a.Type == cty.String && len(a.Allowed) == 0 && a.Pattern == "" {
				shown += strings.Repeat("-long", 60)
				v = cty.StringVal(shown)
			}
			if !ok {
				break
			}
			s, taken := a.with(ctx, e, a.Attribute.Name, v, a.excluded()...)
			if !taken || !s.Accepted() {
				continue
			}
			if place == "" {
				if place = placeOf(s, shown); place == "" {
					place = partOf(s, shown)
				}
				if place != "" && a.anyway(ctx, e, place, shown) {
					place = ""
				}
				if place != "" {
					traced++
				}
			}
			if found := wire.At(s, place); place != "" && !slices.ContainsFunc(found, func(text string) bool { return strings.Contains(text, shown) }) {
				e.Failf(a.name+"."+a.Attribute.Name, fmt.Sprintf("%q at %s, or a refusal that names the argument", shown, place), "%q", found)
				break
			}
		}
	}
	e.Note("%d optional arguments traced", traced)
}

// anyway reports whether a text is at a place also without the argument, as the version in a path may be.
func (a argument) anyway(ctx context.Context, e *suite.Env, place, text string) bool {
	s, taken := a.with(ctx, e, a.Attribute.Name, cty.NilVal, a.excluded()...)
	return taken && slices.ContainsFunc(wire.At(s, place), func(found string) bool { return strings.Contains(found, text) })
}

// placeOf returns the place of a text in the requests of a send, or "" if it is in none. Short texts are in many places.
func placeOf(s suite.Sent, text string) string {
	if len(text) < 2 {
		return ""
	}
	for _, p := range wire.Pairs(s) {
		if p.Value == text || len(text) > 8 && strings.Contains(p.Value, text) {
			return p.At
		}
	}
	return ""
}

// partOf returns the place of the beginning or the end of a text, or of the text in another case.
func partOf(s suite.Sent, text string) string {
	if len(text) < 12 {
		return ""
	}
	for _, p := range wire.Pairs(s) {
		if strings.Contains(p.Value, text[:8]) || strings.Contains(p.Value, text[len(text)-8:]) || strings.Contains(strings.ToLower(p.Value), strings.ToLower(text)) {
			return p.At
		}
	}
	return ""
}

// blocksCarried sets each nested block once, three times and as often as possible, each with its own texts.
func blocksCarried(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, b := range blocks(e) {
		for _, nested := range b.schema.Blocks {
			if nested.Nesting != schema.NestingList {
				continue
			}
			most := 6
			if nested.MaxItems > 0 {
				most = nested.MaxItems
			}
			for _, n := range []int{1, min(3, most), most} {
				repeated(ctx, e, b, nested, n)
			}
		}
	}
}

func repeated(ctx context.Context, e *suite.Env, b block, nested schema.NestedBlock, n int) {
	var bodies []cty.Value
	var texts []string
	for i := range n {
		body, shown := bodyOf(e, nested.Schema, i)
		bodies, texts = append(bodies, body), append(texts, shown...)
	}
	s, taken := b.with(ctx, e, nested.Name, cty.TupleVal(bodies))
	at := fmt.Sprintf("%d blocks %s.%s", n, b.name, nested.Name)
	if !taken || !s.Accepted() {
		e.Note("%s are refused", at)
		return
	}
	var found []string
	for _, p := range wire.Pairs(s) {
		if slices.Contains(texts, p.Value) {
			found = append(found, p.Value)
		}
	}
	if len(found) == 0 {
		return // the block does not reach the wire
	}
	missing := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return slices.Contains(found, text) })
	if len(missing) > 0 {
		e.Failf(at, "all of their values in the request", "without %q", missing)
		return
	}
	// The order of the values of one body is the vendor's, and that of the bodies the operator's.
	last := -1
	for _, text := range found {
		i := slices.Index(texts, text) * n / len(texts)
		if i < last {
			e.Failf(at, "the blocks in their order", "%q", found)
			return
		}
		last = i
	}
}

// bodyOf returns the body of a nested block with a value for each argument that may be set, and the texts to look for. Of
// arguments that exclude each other one is set, another in each body.
func bodyOf(e *suite.Env, s schema.Schema, n int) (body cty.Value, shown []string) {
	values := map[string]cty.Value{}
	for _, a := range s.Attributes {
		left := false
		for _, group := range s.ExactlyOneOf {
			left = left || slices.Contains(group, a.Name) && group[n%len(group)] != a.Name
		}
		if v, text, ok := wire.Value(a, e.Rand()); ok && !left {
			values[a.Name] = v
			if a.Type != cty.Bool && len(text) > 3 {
				shown = append(shown, text)
			}
			continue
		}
		values[a.Name] = cty.NullVal(a.Type)
	}
	return cty.ObjectVal(values), shown
}

// exercised lists what no check tried: arguments whose values the suite cannot make, and events of a vendor whose provider
// has no webhooks.
func exercised(_ context.Context, e *suite.Env) {
	for _, a := range optional(e) {
		if _, _, ok := wire.Value(a.Attribute, e.Rand()); !ok && a.Default == cty.NilVal {
			e.Failf(a.name+"."+a.Attribute.Name, "an argument that the dialect's configuration sets", "no check gives it a value")
		}
	}
	if !e.Facts().Capabilities.Webhooks {
		for _, event := range e.Dialect().Webhook.Events {
			e.Failf("event "+event.Name, "a provider with webhooks, because the dialect has events", "no check hands it over")
		}
	}
	if suite.NeedsAnyKind(e.Facts()) != "" {
		e.Failf("errors", "a declared kind of message", "no check plays the dialect's error rows")
	}
}
