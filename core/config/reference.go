// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

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

type channelItem struct {
	channel addr.Channel
	at      hcl.Range
}

// channels reads a list of references to channels, each at most once.
func (b *block) channels(name string) []channelItem {
	var out []channelItem
	for _, v := range b.references(name) {
		a, ok := v.value.(*addr.Channel)
		if !ok {
			b.add(v.at, "Reference expected", fmt.Sprintf("The argument %q lists channels.%s",
				name, v.advice(b.scope.channelAdvice)))
			continue
		}
		if slices.ContainsFunc(out, func(o channelItem) bool { return o.channel == *a }) {
			b.add(v.at, "Duplicate value", fmt.Sprintf("%s is in the list %q twice: remove one.", a.Reference(), name))
			continue
		}
		out = append(out, channelItem{*a, v.at})
	}
	return out
}

// templates reads a list of references to logical templates.
func (b *block) templates(name string) []item {
	var out []item
	for _, v := range b.references(name) {
		text, ok := v.value.(*string)
		if !ok {
			b.add(v.at, "Reference expected", fmt.Sprintf("The argument %q lists templates.%s",
				name, v.advice(b.scope.templateAdvice)))
			continue
		}
		out = append(out, item{*text, v.at})
	}
	return out
}

type referred struct {
	value any    // what the capsule holds; nil for anything else
	text  string // of a string where a reference was expected
	at    hcl.Range
}

func (r referred) advice(of func(string) string) string {
	if r.text == "" {
		return of("")
	}
	return of(r.text)
}

func (s *scope) channelAdvice(text string) string {
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

func (s *scope) templateAdvice(text string) string {
	if _, ok := s.templates[text]; ok {
		return " Write the reference, without quotes: template." + text
	}
	return " Write references, such as template.NAME." + suggest.Sentence(text, sortedKeys(s.templates))
}

// references evaluates a list whose elements should be references. Elements that are written out have their own
// places.
func (b *block) references(name string) []referred {
	attr := b.attrs[name]
	if attr == nil {
		return nil
	}
	var out []referred
	if exprs, diags := hcl.ExprList(attr.Expr); !diags.HasErrors() {
		for _, expr := range exprs {
			v, diags := b.scope.eval(expr)
			b.diags = append(b.diags, diags...)
			if !diags.HasErrors() {
				out = append(out, refer(v, expr.Range())...)
			}
		}
		return out
	}
	v, diags := b.scope.eval(attr.Expr)
	b.diags = append(b.diags, diags...)
	v, _ = v.Unmark()
	if diags.HasErrors() || !v.IsKnown() {
		return nil
	}
	if v.IsNull() || !v.CanIterateElements() {
		b.add(attr.Expr.Range(), "Incorrect argument type", fmt.Sprintf("The argument %q must be a list of references.", name))
		return nil
	}
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		out = append(out, refer(element, attr.Expr.Range())...)
	}
	return out
}

// refer gives nothing for what is not known because of another error.
func refer(v cty.Value, at hcl.Range) []referred {
	secret := isSensitive(v)
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
	}
	return []referred{{at: at}}
}
