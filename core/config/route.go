// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/outcome"
)

var routeSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{
		{Name: "when"}, {Name: "channels"}, {Name: "strategy"}, {Name: "weights"}, {Name: "sticky"}, {Name: "fallback_on"},
	},
	Blocks: []hcl.BlockHeaderSchema{{Type: "match"}},
}

func (l *loader) decodeRoutes(blocks hcl.Blocks) {
	blocks, diags := unique(blocks, func(b *hcl.Block) string { return b.Labels[0] })
	l.add(diags...)
	for _, hb := range blocks {
		content, diags := hb.Body.Content(routeSchema)
		b := &block{scope: l.scope, attrs: content.Attributes, at: hb.DefRange, diags: diags}
		r := Route{Name: hb.Labels[0], DeclRange: newRange(hb.DefRange), hclRange: hb.DefRange}
		b.require("channels")
		for _, it := range b.channels("channels") {
			r.Channels = append(r.Channels, it.channel)
			r.channelRanges = append(r.channelRanges, it.at)
		}
		b.notEmpty("channels")
		r.Match = b.match(content.Blocks)
		if attr := content.Attributes["when"]; attr != nil {
			when, d := l.scope.condition(attr.Expr)
			b.diags = append(b.diags, d...)
			r.When = when
		}
		r.Strategy = Strategy(b.word("strategy", "strategy", []string{string(StrategyFailover), string(StrategyWeighted)}))
		b.weights(&r)
		r.FallbackOn = b.fallbackOn()
		r.broken = b.diags.HasErrors()
		l.add(b.diags...)
		l.checkBindings(r)
		l.routes = append(l.routes, r)
	}
}

// weights reads weights and sticky, which go with the weighted strategy only.
func (b *block) weights(r *Route) {
	if r.Strategy != StrategyWeighted {
		for _, name := range []string{"weights", "sticky"} {
			if b.has(name) {
				b.add(b.attrs[name].NameRange, "Argument without effect", fmt.Sprintf(
					"The argument %q needs strategy = \"weighted\".", name))
			}
		}
		return
	}
	if b.has("sticky") {
		b.word("sticky", "stickiness", []string{"recipient"})
		r.Sticky = true
	}
	b.require("weights")
	attr := b.attrs["weights"]
	if attr == nil {
		return
	}
	pairs, diags := hcl.ExprMap(attr.Expr)
	if diags.HasErrors() {
		b.add(attr.Expr.Range(), "Incorrect argument type", fmt.Sprintf(
			"The argument \"weights\" gives a number to each channel: { %s = 70, ... }.", firstReference(r.Channels)))
		return
	}
	weights := map[addr.Channel]int{}
	places := map[addr.Channel]hcl.Range{}
	total, failed := 0, false
	for _, pair := range pairs {
		a, ok := b.weightKey(pair.Key, r.Channels)
		n, isNumber := b.whole("weights", pair.Value, 0)
		if !ok || !isNumber {
			failed = true
			continue
		}
		if previous, twice := places[a]; twice {
			b.diags = append(b.diags, duplicate(pair.Key.Range(), "weight", "for "+a.Reference(), previous))
		}
		weights[a], places[a] = n, pair.Key.Range()
		total += n
	}
	if failed {
		return
	}
	for _, a := range r.Channels {
		if _, ok := places[a]; !ok {
			b.add(attr.Expr.Range(), "Missing weight", fmt.Sprintf(
				"%s has no weight. Write 0 for a channel that is only there for when the others fail.", a.Reference()))
			failed = true
		}
		r.Weights = append(r.Weights, weights[a])
	}
	if total == 0 && !failed {
		b.add(attr.Expr.Range(), "Invalid weights", "At least one weight must be above 0.")
	}
}

// weightKey reads a key of weights, which is a reference as elsewhere. HCL leaves such keys to the application.
func (b *block) weightKey(key hcl.Expression, channels []addr.Channel) (addr.Channel, bool) {
	traversal, diags := hcl.AbsTraversalForExpr(key)
	if diags.HasErrors() {
		text := ""
		if v, d := key.Value(nil); !d.HasErrors() {
			if found := refer(v, key.Range()); len(found) == 1 {
				text = found[0].text
			}
		}
		b.add(key.Range(), "Reference expected", "The keys of \"weights\" are channels."+b.scope.channelAdvice(text))
		return addr.Channel{}, false
	}
	a, d := b.scope.channelOf(traversal)
	if d != nil {
		b.diags = append(b.diags, d)
		return a, false
	}
	if !slices.Contains(channels, a) {
		b.add(key.Range(), "Weight for another channel", fmt.Sprintf(
			"%s is not among the channels of this route. Add it to them or remove the weight.", a.Reference()))
		return a, false
	}
	return a, true
}

func firstReference(channels []addr.Channel) string {
	if len(channels) == 0 {
		return "channel.PROVIDER.NAME"
	}
	return channels[0].Reference()
}

func (b *block) fallbackOn() []outcome.Reason {
	if !b.has("fallback_on") {
		return slices.Clone(DefaultFallbackOn)
	}
	allowed := sortedWords(outcome.Reasons())
	out := []outcome.Reason{}
	items := b.checked("fallback_on", func(it item) (string, bool) {
		if it.text == "unknown" {
			b.add(it.at, "Unknown outcomes are never sent again",
				"An outcome is unknown when the request may have reached the vendor and no answer came. Sending through "+
					"another channel could deliver the message twice, so a route never does. Remove \"unknown\".")
			return "", false
		}
		if !slices.Contains(allowed, it.text) {
			b.add(it.at, "Invalid reason", fmt.Sprintf("%q is not a reason for which a message is rejected.%s The allowed values are: %s.",
				it.text, suggest.Sentence(it.text, allowed), joinAll(allowed)))
			return "", false
		}
		return it.text, true
	})
	for _, it := range items {
		out = append(out, outcome.Reason(it.text))
	}
	return out
}

// checkBindings reports channels that can carry none of the templates that the route asks for.
func (l *loader) checkBindings(r Route) {
	if len(r.Match.Templates) == 0 {
		return
	}
	for i, a := range r.Channels {
		bound := slices.ContainsFunc(l.bindings, func(b bindingRange) bool {
			return b.channel == a && r.Match.Templates.Has(b.template)
		})
		if !bound {
			l.add(problem(r.channelRanges[i], "Channel cannot serve the route", fmt.Sprintf(
				"The route %q matches the templates %s, and none of them has a binding for %s. Add a binding or remove the channel.",
				r.Name, suggest.List(r.Match.Templates.Sorted()), a.Reference())))
		}
	}
}
