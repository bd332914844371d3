// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/internal/suggest"
)

// References are values of their own types, so that they can go through locals and functions and be nothing else.
var (
	channelType  = cty.Capsule("reference to a channel", reflect.TypeFor[addr.Channel]())
	templateType = cty.Capsule("reference to a template", reflect.TypeFor[string]())
)

// ChannelItem is one element of a list of channels, with its range.
type ChannelItem struct {
	Channel addr.Channel
	Range   hcl.Range
}

// Channels returns the elements of a list of references to channels, each at most once. NotEmpty finds an empty list and
// null.
func (b *Block) Channels(name string) []ChannelItem {
	var out []ChannelItem
	for _, v := range b.references(name) {
		a, ok := v.value.(*addr.Channel)
		if v.block != (addr.Channel{}) {
			b.Error(v.at, "Reference expected", b.Scope.wholeAdvice(v.block))
			continue
		}
		if !ok {
			b.Error(v.at, "Reference expected", fmt.Sprintf("The argument %q lists channels.%s",
				name, v.advice(b.Scope.channelAdvice)))
			continue
		}
		if slices.ContainsFunc(out, func(o ChannelItem) bool { return o.Channel == *a }) {
			b.Error(v.at, "Duplicate value", fmt.Sprintf("%s is in the list %q twice: remove one.", a.Reference(), name))
			continue
		}
		out = append(out, ChannelItem{*a, v.at})
	}
	return out
}

// Templates returns the elements of a list of references to logical templates. NotEmpty finds an empty list and null.
func (b *Block) Templates(name string) []Item {
	var out []Item
	for _, v := range b.references(name) {
		text, ok := v.value.(*string)
		if !ok {
			b.Error(v.at, "Reference expected", fmt.Sprintf("The argument %q lists templates.%s",
				name, v.advice(b.Scope.templateAdvice)))
			continue
		}
		out = append(out, Item{*text, v.at})
	}
	return out
}

// WordOrTemplate returns the value of an argument that is a reference to a logical template, or one of a closed set of words as in Word.
// The template is empty if it is a word.
func (b *Block) WordOrTemplate(name, what string, allowed []string) (word, template string) {
	if attr := b.Attrs[name]; attr != nil {
		expr := b.Scope.Definition(attr.Expr)
		if v, diags := b.Scope.Eval(expr); !diags.HasErrors() {
			for _, r := range refer(v, expr.Range()) {
				switch of := r.value.(type) {
				case *string:
					return "", *of
				case *addr.Channel:
					b.Error(r.at, "Reference expected", fmt.Sprintf("The argument %q is a template or a word, and not a channel.%s", name, b.Scope.templateAdvice("")))
					return allowed[0], ""
				}
			}
		}
	}
	return b.Word(name, what, allowed), ""
}

type referred struct {
	value any          // the content of the capsule, or nil for any other value
	text  string       // the string that is written instead of a reference
	block addr.Channel // the block whose whole object of channels is written
	at    hcl.Range
}

func (r referred) advice(of func(string) string) string {
	if r.text == "" {
		return of("")
	}
	return of(r.text)
}

func (s *Scope) channelAdvice(text string) string {
	if text == "" {
		return " Write references, such as channel.PROVIDER.NAME." + s.exampleChannel()
	}
	if a, err := addr.ParseChannel(text); err == nil {
		if _, ok := s.channels[a]; ok {
			return " Write the reference, without quotes: " + a.Reference()
		}
		return fmt.Sprintf(" Write a reference, without quotes.%s",
			suggest.SentenceOr(a.Reference(), s.channelReferences(), s.exampleChannel()))
	}
	for _, reference := range s.channelReferences() {
		if strings.HasSuffix(reference, "."+text) {
			return " Write the reference, without quotes: " + reference
		}
	}
	return " Write references, without quotes." + s.exampleChannel()
}

func (s *Scope) templateAdvice(text string) string {
	if _, ok := s.templates[text]; ok {
		return " Write the reference, without quotes: template." + text
	}
	return " Write references, such as template.NAME." + suggest.Sentence(text, sortedNames(s.templates))
}

// references evaluates a list whose elements should be references. Elements that are written one by one have their own
// range.
func (b *Block) references(name string) []referred {
	attr := b.Attrs[name]
	if attr == nil {
		return nil
	}
	var out []referred
	if exprs, diags := hcl.ExprList(b.Scope.Definition(attr.Expr)); !diags.HasErrors() {
		for _, expr := range exprs {
			v, diags := b.Scope.Eval(expr)
			b.Diags = append(b.Diags, diags...)
			if !diags.HasErrors() {
				out = append(out, refer(v, expr.Range())...)
			}
		}
		return out
	}
	v, diags := b.Scope.Eval(attr.Expr)
	b.Diags = append(b.Diags, diags...)
	v, _ = v.Unmark()
	if diags.HasErrors() || !v.IsKnown() {
		return nil
	}
	if v.IsNull() {
		if b.required[name] {
			b.requiredNull(name)
		}
		return nil
	}
	if ty := v.Type(); !ty.IsTupleType() && !ty.IsListType() && !ty.IsSetType() {
		b.Error(attr.Expr.Range(), "Incorrect argument type", fmt.Sprintf("The argument %q must be a list of references.", name))
		return nil
	}
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		out = append(out, refer(element, attr.Expr.Range())...)
	}
	return out
}

// refer returns what a value refers to. It returns nothing for a value that is unknown because of another error.
func refer(v cty.Value, at hcl.Range) []referred {
	secret := IsSensitive(v)
	v, _ = v.UnmarkDeep()
	switch {
	case !v.IsKnown():
		return nil
	case v.IsNull():
		return []referred{{at: at}}
	case v.Type() == channelType || v.Type() == templateType:
		return []referred{{value: v.EncapsulatedValue(), at: at}}
	case v.Type() == cty.String && !secret:
		return []referred{{text: v.AsString(), at: at}}
	case v.Type().IsObjectType() && v.LengthInt() > 0:
		it := v.ElementIterator()
		it.Next()
		if _, first := it.Element(); first.Type() == channelType && first.IsKnown() && !first.IsNull() {
			return []referred{{block: first.EncapsulatedValue().(*addr.Channel).Block(), at: at}}
		}
	}
	return []referred{{at: at}}
}

// ChannelKey reads a key of an object, which HCL leaves to the application, as a reference to a channel. Argument is the
// name of the argument that holds the object. The result is false after an error.
func (b *Block) ChannelKey(argument string, key hcl.Expression) (addr.Channel, bool) {
	traversal, diags := hcl.AbsTraversalForExpr(key)
	if diags.HasErrors() {
		text := ""
		v, diags := b.Scope.Eval(key) // such as channel.x.y[each.key]
		if diags.HasErrors() {
			b.Diags = append(b.Diags, diags...)
			return addr.Channel{}, false
		}
		if found := refer(v, key.Range()); len(found) == 1 {
			if a, ok := found[0].value.(*addr.Channel); ok {
				return *a, true
			}
			text = found[0].text
		}
		b.Error(key.Range(), "Reference expected", fmt.Sprintf("The keys of %q are channels.%s", argument, b.Scope.channelAdvice(text)))
		return addr.Channel{}, false
	}
	a, d := b.Scope.channelOf(traversal)
	if d != nil {
		b.Diags = append(b.Diags, d)
		return a, false
	}
	return a, true
}
