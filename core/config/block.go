// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/gocty"

	"github.com/wahost/wahost/internal/suggest"
)

// block reads the arguments of one host-owned block and gathers what is wrong with them. Its getters give the zero
// value for an argument that is missing or wrong.
type block struct {
	scope *scope
	attrs hcl.Attributes
	at    hcl.Range
	diags hcl.Diagnostics
}

func (b *block) has(name string) bool { return b.attrs[name] != nil }

// place gives where an argument's value is written, else where the block is.
func (b *block) place(name string) hcl.Range {
	if attr := b.attrs[name]; attr != nil {
		return attr.Expr.Range()
	}
	return b.at
}

func (b *block) add(at hcl.Range, summary, detail string) {
	b.diags = append(b.diags, problem(at, summary, detail))
}

// require reports which of the arguments are missing.
func (b *block) require(names ...string) {
	for _, name := range names {
		if !b.has(name) {
			b.add(b.at, "Missing required argument", fmt.Sprintf(
				"The argument %q is required, but no value was given.", name))
		}
	}
}

// value evaluates an argument as a value of the type. It is false where the argument is missing, null or wrong.
func (b *block) value(name string, ty cty.Type) (cty.Value, bool) {
	attr := b.attrs[name]
	if attr == nil {
		return cty.NilVal, false
	}
	return b.valueOf(name, attr.Expr, ty)
}

func (b *block) valueOf(name string, expr hcl.Expression, ty cty.Type) (cty.Value, bool) {
	v, diags := b.scope.eval(expr)
	b.diags = append(b.diags, diags...)
	if diags.HasErrors() {
		return cty.NilVal, false
	}
	if isSensitive(v) {
		b.add(expr.Range(), "Sensitive value not allowed here", fmt.Sprintf(
			"The argument %q is shown in output, so its value must not be sensitive. "+
				"If it is safe to show, write nonsensitive(...).", name))
		return cty.NilVal, false
	}
	converted, err := convert.Convert(v, ty)
	if err != nil {
		b.add(expr.Range(), "Incorrect argument type", fmt.Sprintf(
			"Inappropriate value for argument %q: %s.", name, err))
		return cty.NilVal, false
	}
	return converted, !converted.IsNull() && converted.IsWhollyKnown()
}

func (b *block) text(name string) string {
	v, ok := b.value(name, cty.String)
	if !ok {
		return ""
	}
	return v.AsString()
}

func (b *block) number(name string) (float64, bool) {
	v, ok := b.value(name, cty.Number)
	if !ok {
		return 0, false
	}
	var f float64
	if err := gocty.FromCtyValue(v, &f); err != nil {
		return 0, false
	}
	return f, true
}

// whole gives a whole number of at least minimum.
func (b *block) whole(name string, expr hcl.Expression, minimum int) (int, bool) {
	v, ok := b.valueOf(name, expr, cty.Number)
	if !ok {
		return 0, false
	}
	n, accuracy := v.AsBigFloat().Int64()
	if accuracy != big.Exact || n < int64(minimum) || n > 1_000_000_000 {
		b.add(expr.Range(), "Invalid argument value", fmt.Sprintf(
			"The argument %q must be a whole number from %d to 1000000000.", name, minimum))
		return 0, false
	}
	return int(n), true
}

// item is one element of a list with the place to point at.
type item struct {
	text string
	at   hcl.Range
}

// texts gives the strings of a list argument. Elements that are written out have their own places.
func (b *block) texts(name string) []item {
	attr := b.attrs[name]
	if attr == nil {
		return nil
	}
	var items []item
	if exprs, diags := hcl.ExprList(attr.Expr); !diags.HasErrors() {
		for _, expr := range exprs {
			if v, ok := b.valueOf(name, expr, cty.String); ok {
				items = append(items, item{v.AsString(), expr.Range()})
			}
		}
		return items
	}
	v, ok := b.value(name, cty.List(cty.String))
	if !ok {
		return nil
	}
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		if !element.IsNull() {
			items = append(items, item{element.AsString(), attr.Expr.Range()})
		}
	}
	return items
}

// words is texts with a closed set of values, in which none may be twice. What names one of them in messages.
func (b *block) words(name, what string, allowed []string) []item {
	return b.checked(name, func(it item) (string, bool) {
		if !slices.Contains(allowed, it.text) {
			b.add(it.at, "Invalid "+what, fmt.Sprintf("%q is not a %s.%s The allowed values are: %s.",
				it.text, what, suggest.Sentence(it.text, allowed), joinAll(allowed)))
			return "", false
		}
		return it.text, true
	})
}

// checked is texts with a check that may also rewrite each element. Duplicates are reported.
func (b *block) checked(name string, check func(item) (string, bool)) []item {
	var out []item
	for _, it := range b.texts(name) {
		text, ok := check(it)
		if !ok {
			continue
		}
		if slices.ContainsFunc(out, func(o item) bool { return o.text == text }) {
			b.add(it.at, "Duplicate value", fmt.Sprintf("%q is in the list %q twice: remove one.", text, name))
			continue
		}
		out = append(out, item{text, it.at})
	}
	return out
}

// word is one of a closed set of values, or the first of them where the argument is missing or wrong.
func (b *block) word(name, what string, allowed []string) string {
	v, ok := b.value(name, cty.String)
	if !ok {
		return allowed[0]
	}
	if word := v.AsString(); slices.Contains(allowed, word) {
		return word
	}
	b.add(b.attrs[name].Expr.Range(), "Invalid "+what, fmt.Sprintf("%q is not a %s.%s The allowed values are: %s.",
		v.AsString(), what, suggest.Sentence(v.AsString(), allowed), joinAll(allowed)))
	return allowed[0]
}

func toSet(items []item) Set {
	set := Set{}
	for _, it := range items {
		set[it.text] = struct{}{}
	}
	return set
}

func toTexts(items []item) []string {
	var out []string
	for _, it := range items {
		out = append(out, it.text)
	}
	return out
}
