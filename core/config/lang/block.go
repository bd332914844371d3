// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/gocty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/suggest"
)

// Block reads the arguments of one block that the host owns, and collects the diagnostics about them. Its getters return
// the zero value for an argument that is missing or wrong.
type Block struct {
	Scope *Scope
	Attrs hcl.Attributes
	// Range is the range of the block's header.
	Range hcl.Range
	Diags hcl.Diagnostics

	required map[string]bool
}

// Has reports whether the argument is written in the block.
func (b *Block) Has(name string) bool { return b.Attrs[name] != nil }

// RangeOf returns the range of an argument's value, or Range if the argument is not in the block.
func (b *Block) RangeOf(name string) hcl.Range {
	if attr := b.Attrs[name]; attr != nil {
		return attr.Expr.Range()
	}
	return b.Range
}

// Error adds an error.
func (b *Block) Error(at hcl.Range, summary, detail string) {
	b.Diags = append(b.Diags, ErrorAt(at, summary, detail))
}

// Given reports whether the argument is written in the block with a value that is not null. It reports no errors.
func (b *Block) Given(name string) bool {
	attr := b.Attrs[name]
	if attr == nil {
		return false
	}
	v, _ := b.Scope.Eval(attr.Expr)
	return !v.IsNull()
}

// Require adds an error for each of the arguments that is not in the block. It is called before the arguments are read,
// because reading one whose value is null adds the error then.
func (b *Block) Require(names ...string) {
	if b.required == nil {
		b.required = map[string]bool{}
	}
	for _, name := range names {
		b.required[name] = true
		if !b.Has(name) {
			b.Error(b.Range, "Missing required argument", fmt.Sprintf(
				"The argument %q is required, but no value was given.", name))
		}
	}
}

// Value evaluates an argument as a value of type ty. Errors in a local value are about its definition, which several blocks may
// use. The result is false if the argument is missing, null or wrong.
func (b *Block) Value(name string, ty cty.Type) (cty.Value, bool) {
	attr := b.Attrs[name]
	if attr == nil {
		return cty.NilVal, false
	}
	before := len(b.Diags)
	v, ok := b.ValueOf(name, b.Scope.Definition(attr.Expr), ty)
	if len(b.Diags) == before && b.required[name] && v.IsNull() {
		b.requiredNull(name)
	}
	return v, ok
}

func (b *Block) requiredNull(name string) {
	b.Error(b.RangeOf(name), "Missing required argument", fmt.Sprintf("The argument %q is required, but its value is null.", name))
}

// ValueOf evaluates one expression of an argument, as Value does.
func (b *Block) ValueOf(name string, expr hcl.Expression, ty cty.Type) (cty.Value, bool) {
	v, diags := b.Scope.Eval(expr)
	b.Diags = append(b.Diags, diags...)
	if diags.HasErrors() {
		return cty.NilVal, false
	}
	if IsSensitive(v) {
		b.Error(expr.Range(), "Sensitive value not allowed here", fmt.Sprintf(
			"The argument %q is shown in output, so its value must not be sensitive. "+
				"If it is safe to show, write nonsensitive(...).", name))
		return cty.NilVal, false
	}
	converted, err := convert.Convert(v, ty)
	if err != nil {
		b.Error(expr.Range(), "Incorrect argument type", fmt.Sprintf(
			"Inappropriate value for argument %q: %s.", name, err))
		return cty.NilVal, false
	}
	return converted, !converted.IsNull() && converted.IsWhollyKnown()
}

// nullIn adds an error about an element of a list.
func (b *Block) nullIn(name string, at hcl.Range) {
	b.Error(at, "Null value", fmt.Sprintf(
		"One of the elements of %q is null. Remove it, or use compact(...), which leaves out what is null or empty.", name))
}

// Text returns the value of a string argument.
func (b *Block) Text(name string) string {
	v, ok := b.Value(name, cty.String)
	if !ok {
		return ""
	}
	return v.AsString()
}

// Number returns the value of a number argument. The result is false if the argument is missing, null or wrong.
func (b *Block) Number(name string) (float64, bool) {
	v, ok := b.Value(name, cty.Number)
	if !ok {
		return 0, false
	}
	var f float64
	if err := gocty.FromCtyValue(v, &f); err != nil {
		return 0, false
	}
	return f, true
}

// Whole returns the value of an expression that must be a whole number of at least minimum.
func (b *Block) Whole(name string, expr hcl.Expression, minimum int) (int, bool) {
	v, ok := b.ValueOf(name, expr, cty.Number)
	if !ok {
		return 0, false
	}
	n, accuracy := v.AsBigFloat().Int64()
	if accuracy != big.Exact || n < int64(minimum) || n > 1_000_000_000 {
		b.Error(expr.Range(), "Invalid argument value", fmt.Sprintf(
			"The argument %q must be a whole number from %d to 1000000000.", name, minimum))
		return 0, false
	}
	return int(n), true
}

// Item is one element of a list, with its range.
type Item struct {
	Text  string
	Range hcl.Range
}

// Texts returns the elements of a list of strings. Elements that are written one by one have their own range, others
// the range of the whole argument.
func (b *Block) Texts(name string) []Item {
	attr := b.Attrs[name]
	if attr == nil {
		return nil
	}
	var items []Item
	definition := b.Scope.Definition(attr.Expr)
	if exprs, diags := hcl.ExprList(definition); !diags.HasErrors() {
		for _, expr := range exprs {
			before := len(b.Diags)
			v, ok := b.ValueOf(name, expr, cty.String)
			switch {
			case ok:
				items = append(items, Item{v.AsString(), expr.Range()})
			case len(b.Diags) == before && v.IsNull():
				b.nullIn(name, expr.Range())
			}
		}
		return items
	}
	v, ok := b.Value(name, cty.List(cty.String))
	if !ok {
		return nil
	}
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		if element.IsNull() {
			b.nullIn(name, definition.Range())
			continue
		}
		items = append(items, Item{element.AsString(), definition.Range()})
	}
	return items
}

// Words is like Texts for a closed set of values, each at most once. What is the word for one of them in diagnostics.
func (b *Block) Words(name, what string, allowed []string) []Item {
	return b.Checked(name, func(it Item) (string, bool) {
		return it.Text, b.Allowed(it.Range, it.Text, what, allowed)
	})
}

// Allowed reports whether a text is in a closed set of values, and adds an error if not. What is the word for one of them.
func (b *Block) Allowed(at hcl.Range, text, what string, allowed []string) bool {
	if slices.Contains(allowed, text) {
		return true
	}
	b.Error(at, "Invalid "+what, fmt.Sprintf("%q is not a %s.%s The allowed values are: %s.",
		text, what, suggest.Sentence(text, allowed), Join(allowed)))
	return false
}

// Checked is like Texts, but keeps only the elements that check accepts, as check rewrites them, each at most once.
func (b *Block) Checked(name string, check func(Item) (string, bool)) []Item {
	var out []Item
	for _, it := range b.Texts(name) {
		text, ok := check(it)
		if !ok {
			continue
		}
		if slices.ContainsFunc(out, func(o Item) bool { return o.Text == text }) {
			b.Error(it.Range, "Duplicate value", fmt.Sprintf("%q is in the list %q twice: remove one.", text, name))
			continue
		}
		out = append(out, Item{text, it.Range})
	}
	return out
}

// Word returns the value of an argument with a closed set of values, or the first of them if the argument is missing or
// wrong.
func (b *Block) Word(name, what string, allowed []string) string {
	v, ok := b.Value(name, cty.String)
	if !ok {
		return allowed[0]
	}
	if b.Allowed(b.Scope.Definition(b.Attrs[name].Expr).Range(), v.AsString(), what, allowed) {
		return v.AsString()
	}
	return allowed[0]
}

// NotEmpty adds an error for each of the arguments whose value is an empty list or null, however it is written. Instead
// is a sentence that says what to write.
func (b *Block) NotEmpty(instead string, names ...string) {
	for _, name := range names {
		attr := b.Attrs[name]
		if attr == nil {
			continue
		}
		v, diags := b.Scope.Eval(attr.Expr)
		v, _ = v.Unmark()
		switch {
		case diags.HasErrors() || !v.IsKnown(): // another error
		case v.IsNull() && b.required[name]: // reported when the argument was read
		case v.IsNull():
			b.Error(attr.Expr.Range(), "Null value", fmt.Sprintf("The value of %q is null. %s", name, instead))
		case v.CanIterateElements() && v.LengthInt() == 0:
			b.Error(attr.Expr.Range(), "Empty list", fmt.Sprintf("The list %q has no elements. %s", name, instead))
		}
	}
}

// ToSet returns the texts of the items as a set.
func ToSet(items []Item) config.Set {
	set := config.Set{}
	for _, it := range items {
		set[it.Text] = struct{}{}
	}
	return set
}

// ToTexts returns the texts of the items.
func ToTexts(items []Item) []string {
	var out []string
	for _, it := range items {
		out = append(out, it.Text)
	}
	return out
}
