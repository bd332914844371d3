// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/outcome"
)

var (
	strategies   = []string{string(config.StrategyFailover), string(config.StrategyWeighted)}
	stickinesses = []string{"recipient"}
	policies     = []string{string(config.UndecidableSkip), string(config.UndecidableError)}
)

var routeBlock = lang.BlockType{
	Type: "route", Labels: []string{"name"}, Many: true,
	Doc: "Says which channels carry which messages. Routes are tried in [order](#order-of-routes), and the first that matches decides.",
	Args: []lang.Argument{
		forEachArgument,
		{Name: "when", Type: "bool", Default: "no condition", Doc: "A condition over the message, in addition to `match`: see [conditions](#conditions)."},
		{Name: "on_undecidable", Type: "string", Default: code(policies[0]), Allowed: policies, Doc: "What happens to a message for which the " +
			"condition cannot be decided, such as `tonumber(...)` of a text that is not a number. `skip` passes it on to the next route, and " +
			"`error` rejects it as `misconfigured`. It needs `when`."},
		{Name: "channels", Type: "list of channels", Required: true, Doc: "The channels that may carry the messages, as references."},
		{Name: "strategy", Type: "string", Default: code(strategies[0]), Allowed: strategies, Doc: "`failover` tries the channels in the order in which " +
			"they are written. `weighted` distributes the messages by `weights`."},
		{Name: "weights", Type: "map of channels to numbers", Default: "not allowed without `strategy = \"weighted\"`", Doc: "A whole number for each " +
			"channel, as `{ channel.acme.a = 70, channel.acme.b = 30 }`. A channel with 0 is used only if the others fail. With " +
			"`strategy = \"weighted\"` this argument is required."},
		{Name: "sticky", Type: "string", Default: "each message is distributed by itself", Allowed: stickinesses, Doc: "With `strategy = \"weighted\"`: a " +
			"recipient keeps the channel of its first message."},
		{Name: "fallback_on", Type: "list of strings", Default: code(sortedWords(config.DefaultFallbackOn)...), Doc: "The " +
			"[reasons](#reasons) of a rejection after which the next channel is tried. An empty list tries no other channel. An unknown " +
			"outcome never leads to another channel."},
	},
	Blocks: []lang.BlockType{matchBlock},
}

// code returns words as Markdown code.
func code(words ...string) string {
	quoted := make([]string, 0, len(words))
	for _, w := range words {
		quoted = append(quoted, "`"+strconv.Quote(w)+"`")
	}
	return strings.Join(quoted, ", ")
}

// route is a route with its ranges.
type route struct {
	config.Route
	broken        bool // has errors of its own
	declRange     hcl.Range
	channelRanges []hcl.Range // of Channels
}

func (l *loader) decodeRoutes(blocks hcl.Blocks) {
	blocks, diags := lang.Unique(blocks, func(b *hcl.Block) string { return b.Labels[0] })
	l.add(diags...)
	l.eachRoute(blocks, func(hb *hcl.Block, content *hcl.BodyContent, in lang.Instance) {
		b := &lang.Block{Scope: in.Scope, Attrs: content.Attributes, Range: hb.DefRange}
		r := route{Route: config.Route{Name: addr.Instance(hb.Labels[0], in.Key), DeclRange: lang.NewRange(hb.DefRange)}, declRange: hb.DefRange}
		b.Require(routeBlock.Required()...)
		for _, it := range b.Channels("channels") {
			r.Channels = append(r.Channels, it.Channel)
			r.channelRanges = append(r.channelRanges, it.Range)
		}
		b.NotEmpty("A route needs at least one channel. Write one, or remove the whole block.", "channels")
		r.Match = decodeMatch(b, content.Blocks)
		decodeCondition(b, &r.Route)
		r.Condition = l.sourceOf(b.Attrs["when"])
		r.Strategy = config.Strategy(b.Word("strategy", "strategy", strategies))
		decodeWeights(b, &r.Route)
		r.FallbackOn = decodeFallback(b)
		r.broken = b.Diags.HasErrors()
		l.add(b.Diags...)
		l.checkBindings(r)
		l.routes = append(l.routes, r)
	})
}

// decodeWeights reads weights and sticky, which only the weighted strategy has.
func decodeWeights(b *lang.Block, r *config.Route) {
	if r.Strategy != config.StrategyWeighted {
		for _, name := range []string{"weights", "sticky"} {
			if b.Has(name) {
				b.Error(b.Attrs[name].NameRange, "Argument without effect", fmt.Sprintf(
					"The argument %q needs strategy = \"weighted\".", name))
			}
		}
		return
	}
	if b.Given("sticky") {
		b.Word("sticky", "stickiness", stickinesses)
		r.Sticky = true
	}
	b.Require("weights")
	attr := b.Attrs["weights"]
	if attr == nil {
		return
	}
	pairs, diags := hcl.ExprMap(attr.Expr)
	if diags.HasErrors() {
		b.Error(attr.Expr.Range(), "Incorrect argument type", fmt.Sprintf(
			"The argument \"weights\" must have a number for each channel: { %s = 70, ... }.", firstReference(r.Channels)))
		return
	}
	weights := map[addr.Channel]int{}
	places := map[addr.Channel]hcl.Range{}
	total, failed := 0, false
	for _, pair := range pairs {
		a, ok := weightKey(b, pair.Key, r.Channels)
		n, isNumber := b.Whole("weights", pair.Value, 0)
		if v, _ := b.Scope.Eval(pair.Value); v.IsNull() {
			b.Error(pair.Value.Range(), "Null value", "The weight of a channel must be a whole number, and this one is null.")
		}
		if !ok || !isNumber {
			failed = true
			continue
		}
		if previous, twice := places[a]; twice {
			b.Diags = append(b.Diags, lang.Duplicate(pair.Key.Range(), "weight", "for "+a.Reference(), previous))
		}
		weights[a], places[a] = n, pair.Key.Range()
		total += n
	}
	if failed {
		return
	}
	for _, a := range r.Channels {
		if _, ok := places[a]; !ok {
			b.Error(attr.Expr.Range(), "Missing weight", fmt.Sprintf(
				"%s has no weight. Write 0 for a channel that is used only when the others fail.", a.Reference()))
			failed = true
		}
		r.Weights = append(r.Weights, weights[a])
	}
	if total == 0 && !failed {
		b.Error(attr.Expr.Range(), "Invalid weights", "At least one weight must be above 0.")
	}
}

// weightKey reads a key of weights, which is a reference to one of the route's channels.
func weightKey(b *lang.Block, key hcl.Expression, channels []addr.Channel) (addr.Channel, bool) {
	a, ok := b.ChannelKey("weights", key)
	if !ok {
		return a, false
	}
	if !slices.Contains(channels, a) {
		b.Error(key.Range(), "Weight for another channel", fmt.Sprintf(
			"%s is not among the channels of this route. Add it to them or remove the weight.", a.Reference()))
		return a, false
	}
	return a, true
}

// firstReference returns an example of a reference for advice.
func firstReference(channels []addr.Channel) string {
	if len(channels) == 0 {
		return "channel.PROVIDER.NAME"
	}
	return channels[0].Reference()
}

// decodeFallback reads fallback_on.
func decodeFallback(b *lang.Block) []outcome.Reason {
	if !b.Has("fallback_on") {
		return slices.Clone(config.DefaultFallbackOn)
	}
	if !b.Given("fallback_on") {
		b.Error(b.RangeOf("fallback_on"), "Null value", fmt.Sprintf(
			"The value of \"fallback_on\" is null. Leave the argument out for the default, which is %s, or write [] to try no other channel.",
			lang.Join(sortedWords(config.DefaultFallbackOn))))
	}
	allowed := sortedWords(outcome.Reasons())
	out := []outcome.Reason{}
	items := b.Checked("fallback_on", func(it lang.Item) (string, bool) {
		if it.Text == "unknown" {
			b.Error(it.Range, "Unknown outcomes are never sent again",
				"An outcome is unknown when the request may have reached the vendor and no answer came. Sending through "+
					"another channel could deliver the message twice, so a route never does that. Remove \"unknown\".")
			return "", false
		}
		if !slices.Contains(allowed, it.Text) {
			b.Error(it.Range, "Invalid reason", fmt.Sprintf("%q is not a reason for which a message is rejected.%s The allowed values are: %s.",
				it.Text, suggest.Sentence(it.Text, allowed), lang.Join(allowed)))
			return "", false
		}
		return it.Text, true
	})
	for _, it := range items {
		out = append(out, outcome.Reason(it.Text))
	}
	return out
}

// checkBindings adds an error for each channel that no template of the route is bound to.
func (l *loader) checkBindings(r route) {
	if len(r.Match.Templates) == 0 {
		return
	}
	for i, a := range r.Channels {
		bound := slices.ContainsFunc(l.bindings, func(b binding) bool {
			return b.channel == a && r.Match.Templates.Has(b.template)
		})
		if !bound {
			l.add(lang.ErrorAt(r.channelRanges[i], "Channel cannot serve the route", fmt.Sprintf(
				"The route %q matches the templates %s, and none of them has a binding for %s. Add a binding or remove the channel.",
				r.Name, suggest.List(r.Match.Templates.Sorted()), a.Reference())))
		}
	}
}

// sortedWords returns words as sorted strings.
func sortedWords[T ~string](words []T) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		out = append(out, string(w))
	}
	slices.Sort(out)
	return out
}
