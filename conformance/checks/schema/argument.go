// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/schema"
)

// needsPlaces is a Check.Needs for checks that need places of arguments in the dialect.
func needsPlaces(f *suite.Facts) string {
	if len(f.Dialect.Arguments) == 0 {
		return "places of arguments in the dialect"
	}
	return suite.NeedsAnyKind(f)
}

// arguments tries several values of each argument that the dialect has a place for, and looks for them there.
func arguments(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	for _, name := range slices.Sorted(maps.Keys(e.Dialect().Arguments)) {
		block, argument, _ := strings.Cut(name, ".")
		s := e.Facts().Schema.Provider
		if block == "channel" {
			s = e.Facts().Schema.Channel
		}
		a, ok := s.Attribute(argument)
		if !ok {
			e.Failf(name, "an argument of the schema, because the dialect says where it is in a request", "the schema has none of this name")
			continue
		}
		for _, v := range argumentValues(e, a) {
			argumentArrives(ctx, e, block, a, v, e.Dialect().Arguments[name])
		}
	}
}

// argumentArrives configures an account and a channel with a value of an argument, and sends a message of each kind. One of them
// must have the value at the place, and none another value.
func argumentArrives(ctx context.Context, e *suite.Env, block string, a schema.Attribute, v cty.Value, place string) {
	name := block + "." + a.Name
	changes := map[string]map[string]cty.Value{block: others(e, block, a)}
	changes[block][a.Name] = v
	names := e.OtherNames(4)
	diags, err := e.Client().ConfigureProvider(ctx, names.ProviderID, e.ProviderConfig(e.Emulator(), changes["provider"]))
	if err != nil || diags.HasErrors() {
		e.Failf(name, fmt.Sprintf("a configuration with the value %s", shown(v)), "%v %v", diags.Err(), err)
		return
	}
	_, diags, err = e.Client().OpenChannel(ctx, client.OpenRequest{ProviderID: names.ProviderID, ChannelID: names.ChannelID, Config: e.ChannelConfig(e.Emulator(), changes["channel"])})
	if err != nil || diags.HasErrors() {
		e.Failf(name, fmt.Sprintf("a channel with the value %s", shown(v)), "%v %v", diags.Err(), err)
		return
	}
	arrived := false
	for _, k := range e.Facts().Capabilities.Kinds {
		m := e.Minimal(k.Kind)
		if m == nil {
			continue
		}
		s := e.Send(ctx, m, suite.SendOptions{ChannelID: names.ChannelID})
		for _, found := range wire.At(s, place) {
			if arrived = true; found != shown(v) {
				e.Failf(name, fmt.Sprintf("%s at %s of a request with a %s", shown(v), place, k.Kind), "%q", found)
			}
		}
	}
	if !arrived {
		e.Failf(name, fmt.Sprintf("%s at %s of a request, as the dialect says", shown(v), place), "it is in no request")
	}
}

// others returns changes that remove what an argument cannot be set with.
func others(e *suite.Env, block string, a schema.Attribute) map[string]cty.Value {
	s := e.Facts().Schema.Provider
	if block == "channel" {
		s = e.Facts().Schema.Channel
	}
	out := map[string]cty.Value{}
	remove := func(names []string) {
		for _, name := range names {
			out[name] = cty.NilVal
		}
	}
	remove(a.ConflictsWith)
	for _, other := range s.Attributes {
		if slices.Contains(other.ConflictsWith, a.Name) {
			remove([]string{other.Name})
		}
	}
	for _, group := range s.ExactlyOneOf {
		if slices.Contains(group, a.Name) {
			remove(group)
		}
	}
	return out
}

// shown returns a value as a request has it.
func shown(v cty.Value) string {
	switch v.Type() {
	case cty.String:
		return v.AsString()
	case cty.Bool:
		return strconv.FormatBool(v.True())
	case cty.Number:
		return v.AsBigFloat().Text('f', -1)
	}
	return ""
}

// following returns the letter or digit that follows one, so that a text of the same form results.
func following(r rune) rune {
	if r >= 'a' && r < 'z' || r >= 'A' && r < 'Z' || r >= '0' && r < '9' {
		return r + 1
	}
	return r
}

// argumentValues returns two values of an argument: allowed ones, or those of the dialect where the suite cannot make any.
func argumentValues(e *suite.Env, a schema.Attribute) []cty.Value {
	switch {
	case len(a.Allowed) > 0:
		var all []cty.Value
		for _, word := range a.Allowed {
			all = append(all, cty.StringVal(word))
		}
		return all
	case a.Type == cty.Bool:
		return []cty.Value{cty.True, cty.False}
	case a.Type == cty.Number:
		low := 1.0
		if a.Minimum != nil {
			low = *a.Minimum
		} else if a.Maximum != nil {
			low = *a.Maximum - 1
		}
		return []cty.Value{cty.NumberFloatVal(low), cty.NumberFloatVal(low + 1)}
	}
	known := e.Emulator().ChannelConfig()[a.Name]
	if known == cty.NilVal {
		known = e.Emulator().ProviderConfig()[a.Name]
	}
	var texts []string
	if known != cty.NilVal && known.Type() == cty.String && !known.IsNull() {
		texts = append(texts, strings.Map(following, known.AsString()))
	}
	mark := fmt.Sprintf("%s-%08x", strings.ReplaceAll(a.Name, "_", "-"), e.Rand().Uint32())
	var out []cty.Value
	for _, text := range append(texts, mark, "https://host.example/"+mark) {
		v := cty.StringVal(text)
		if _, diags := (schema.Schema{Attributes: []schema.Attribute{{Name: a.Name, Type: a.Type, Pattern: a.Pattern}}}).Conform(
			cty.ObjectVal(map[string]cty.Value{a.Name: v})); !diags.HasErrors() {
			out = append(out, v)
		}
	}
	if known != cty.NilVal && !known.IsNull() {
		out = append(out, known)
	}
	return out
}
