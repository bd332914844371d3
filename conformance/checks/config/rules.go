// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/schema"
)

// breach is a configuration that a schema forbids.
type breach struct {
	// names are the arguments and blocks that an error may name.
	names   []string
	changes map[string]cty.Value
}

// breaches returns a configuration for each rule of the schema beyond types, required arguments and allowed values. A rule
// that no value of the suite's breaks is left out.
func (b block) breaches() []breach {
	var out []breach
	add := func(changes map[string]cty.Value, names ...string) {
		config, err := suite.ConfigValue(b.schema, b.values, changes)
		if err != nil {
			return
		}
		if _, diags := b.schema.Conform(config); diags.HasErrors() {
			out = append(out, breach{names, changes})
		}
	}
	for _, a := range b.schema.Attributes {
		if a.Pattern != "" {
			add(map[string]cty.Value{a.Name: cty.StringVal(" no value \u00e9 ")}, a.Name)
		}
		if a.Minimum != nil {
			add(map[string]cty.Value{a.Name: cty.NumberFloatVal(*a.Minimum - 1)}, a.Name)
		}
		if a.Maximum != nil {
			add(map[string]cty.Value{a.Name: cty.NumberFloatVal(*a.Maximum + 1)}, a.Name)
		}
		for _, other := range a.ConflictsWith {
			add(map[string]cty.Value{a.Name: b.some(a.Name), other: b.some(other)}, a.Name, other)
		}
	}
	for _, group := range b.schema.ExactlyOneOf {
		none, all := map[string]cty.Value{}, map[string]cty.Value{}
		for _, name := range group {
			none[name], all[name] = cty.NilVal, b.some(name)
		}
		add(none, group...)
		add(all, group...)
	}
	for _, inner := range b.schema.Blocks {
		if n := inner.MaxItems; inner.Nesting == schema.NestingList && n > 0 && n < 100 {
			add(map[string]cty.Value{inner.Name: cty.TupleVal(slices.Repeat([]cty.Value{cty.EmptyObjectVal}, n+1))}, inner.Name)
		}
		if inner.MinItems > 0 {
			add(map[string]cty.Value{inner.Name: cty.NilVal}, inner.Name)
		}
	}
	return out
}

// some returns a value of an argument or a block: that of the dialect, or one of the type.
func (b block) some(name string) cty.Value {
	if v, ok := b.values[name]; ok && !v.IsNull() {
		return v
	}
	if inner, ok := b.schema.Block(name); ok {
		if inner.Nesting == schema.NestingList {
			return cty.TupleVal([]cty.Value{cty.EmptyObjectVal})
		}
		return cty.EmptyObjectVal
	}
	a, _ := b.schema.Attribute(name)
	switch {
	case len(a.Allowed) > 0:
		return cty.StringVal(a.Allowed[0])
	case a.Type == cty.Bool:
		return cty.True
	case a.Type == cty.Number && a.Minimum != nil:
		return cty.NumberFloatVal(*a.Minimum)
	case a.Type == cty.Number:
		return cty.Zero
	}
	return cty.StringVal("a")
}

func forbiddenBySchema(ctx context.Context, e *suite.Env) {
	for _, b := range blocks(e) {
		b.valid(ctx, e)
		for _, broken := range b.breaches() {
			for _, d := range b.check(ctx, e, broken.changes) {
				if d.Severity != diag.Warning && len(d.Path) > 0 && !aboutOneOf(d.Path, broken.names) {
					e.Failf(b.name+"."+broken.names[0], "errors at what breaks the rule only", "%s", d)
				}
			}
		}
	}
}

// aboutOneOf reports whether a path begins with one of the names.
func aboutOneOf(path cty.Path, names []string) bool {
	step, ok := path[0].(cty.GetAttrStep)
	return ok && slices.Contains(names, step.Name)
}

// needsRules is a Check.Needs for checks of rules that the schema of a block has beyond types, required arguments and allowed
// values.
func needsRules(f *suite.Facts) string {
	for _, s := range []schema.Schema{f.Schema.Provider, f.Schema.Channel} {
		if len(s.ExactlyOneOf) > 0 || len(s.Blocks) > 0 || slices.ContainsFunc(s.Attributes, func(a schema.Attribute) bool {
			return a.Pattern != "" || a.Minimum != nil || a.Maximum != nil || len(a.ConflictsWith) > 0
		}) {
			return ""
		}
	}
	return "a pattern, a range, a conflict or a nested block in the schema"
}
